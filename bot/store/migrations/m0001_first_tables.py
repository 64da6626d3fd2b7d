"""The first tables."""

from peewee import Database

from bot.store.models import TABLES


def up(database: Database) -> None:
    """Create them."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    database.execute_sql(
        "CREATE UNIQUE INDEX one_open_alert ON alerts (fingerprint) WHERE state != 'resolved'"
    )
