"""All tables, whichever module they stand in."""

from peewee import Model

from bot.store import health_rows, models

TABLES: tuple[type[Model], ...] = (*models.TABLES, *health_rows.TABLES)
