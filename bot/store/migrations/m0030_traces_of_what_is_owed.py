"""What is owed knows the trace that led to it."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Of what was owed before nothing is known."""
    database.define("ALTER TABLE outbox ADD COLUMN traceparent TEXT NOT NULL DEFAULT ''")
