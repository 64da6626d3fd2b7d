"""People say which kinds of messages are noise, and which matter."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE verdicts (
            subject TEXT NOT NULL PRIMARY KEY, verdict TEXT NOT NULL, template TEXT NOT NULL,
            by TEXT NOT NULL, at BIGINT NOT NULL)"""
    )
