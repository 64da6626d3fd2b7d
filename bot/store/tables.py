"""All tables, whichever module they stand in."""

from peewee import Model

from bot.store import lookup_rows, models

TABLES: tuple[type[Model], ...] = (*models.TABLES, *lookup_rows.TABLES)
