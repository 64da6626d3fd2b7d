"""What others push and nobody can make anything of is kept, to be listed."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE kept_events (
            id {number}, sender TEXT NOT NULL, event TEXT NOT NULL, outcome TEXT NOT NULL,
            note TEXT NOT NULL, data TEXT NOT NULL, at BIGINT NOT NULL,
            received_at BIGINT NOT NULL)""",
        "CREATE INDEX kept_events_received ON kept_events (received_at)",
    )
