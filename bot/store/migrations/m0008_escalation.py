"""Escalations on their way, and what calendars said of who is on call."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them."""
    database.define(
        """CREATE TABLE escalations (
            alert BIGINT NOT NULL PRIMARY KEY, plan TEXT NOT NULL, number INTEGER NOT NULL,
            next_step_at BIGINT, started_at BIGINT NOT NULL)""",
        "CREATE INDEX escalations_next ON escalations (next_step_at) "
        "WHERE next_step_at IS NOT NULL",
        """CREATE TABLE calendars (
            rota TEXT NOT NULL PRIMARY KEY, shifts TEXT NOT NULL, read_at BIGINT,
            fault TEXT NOT NULL)""",
    )
