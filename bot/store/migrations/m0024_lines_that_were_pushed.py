"""Lines that others pushed wait for the watch that reads them."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE pushed_lines (
            id {number}, watch TEXT NOT NULL, path TEXT NOT NULL, labels TEXT NOT NULL,
            text TEXT NOT NULL, at BIGINT NOT NULL, dated BOOLEAN NOT NULL,
            received_at BIGINT NOT NULL)""",
        "CREATE INDEX pushed_lines_watch ON pushed_lines (watch, id)",
        "CREATE INDEX pushed_lines_received ON pushed_lines (received_at)",
    )
