"""Series of numbers that were pushed, or that rules made of lines: over time, and lately."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(
        """CREATE TABLE measured_series (
            id {number}, name TEXT NOT NULL, labels TEXT NOT NULL, seen_at BIGINT NOT NULL)""",
        "CREATE UNIQUE INDEX measured_series_name ON measured_series (name, labels)",
        "CREATE INDEX measured_series_seen ON measured_series (seen_at)",
        """CREATE TABLE measured_points (
            series BIGINT NOT NULL, step INTEGER NOT NULL, at BIGINT NOT NULL,
            figures TEXT NOT NULL, PRIMARY KEY (series, step, at)){without_rowid}""",
        "CREATE INDEX measured_points_at ON measured_points (step, at)",
        """CREATE TABLE measured (
            id {number}, series BIGINT NOT NULL, at BIGINT NOT NULL, value TEXT NOT NULL,
            waits BOOLEAN NOT NULL, received_at BIGINT NOT NULL)""",
        "CREATE UNIQUE INDEX measured_moment ON measured (series, at)",
        "CREATE INDEX measured_waiting ON measured (waits, id)",
        "CREATE INDEX measured_received ON measured (received_at)",
    )
