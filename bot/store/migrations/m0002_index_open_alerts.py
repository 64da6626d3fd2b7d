"""The lists of open alerts come out of an index, worst first and newest first."""

from peewee import Database


def up(database: Database) -> None:
    """Create it."""
    database.execute_sql(
        "CREATE INDEX open_alerts ON alerts (severity, seen_at) WHERE state != 'resolved'"
    )
