"""All tables, whichever module they stand in."""

from peewee import Model

from bot.store import models, rule_rows

TABLES: tuple[type[Model], ...] = (*models.TABLES, *rule_rows.TABLES)
