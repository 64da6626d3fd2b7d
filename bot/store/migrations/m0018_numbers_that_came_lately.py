"""Numbers of series that came lately: known when they come again, and waiting for rules."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(
        """CREATE TABLE numbers (
            id {number}, series TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL,
            at BIGINT NOT NULL, value TEXT NOT NULL, waits BOOLEAN NOT NULL,
            received_at BIGINT NOT NULL)""",
        "CREATE UNIQUE INDEX numbers_moment ON numbers (series, at)",
        "CREATE INDEX numbers_waiting ON numbers (waits, id)",
        "CREATE INDEX numbers_received ON numbers (received_at)",
    )
