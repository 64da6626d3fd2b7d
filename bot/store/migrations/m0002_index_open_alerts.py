"""The lists of open alerts come out of an index, worst first and newest first."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        "CREATE INDEX open_alerts ON alerts (severity, seen_at) WHERE state != 'resolved'"
    )
