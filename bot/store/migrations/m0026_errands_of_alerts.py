"""What the table of a severity sends out for an alert is kept: once a round, with its outcome."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE errands (
            id {number}, alert BIGINT NOT NULL, name TEXT NOT NULL, round_at BIGINT NOT NULL,
            state TEXT NOT NULL, told TEXT NOT NULL, "by" TEXT NOT NULL, at BIGINT NOT NULL,
            outcome TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX errands_alert ON errands (alert, name, round_at)",
        "CREATE INDEX errands_name ON errands (name, at)",
        "CREATE INDEX errands_at ON errands (at)",
    )
