"""Fields of records: how often each value, and numbers over time."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(
        """CREATE TABLE field_series (
            id {number}, name TEXT NOT NULL UNIQUE, field TEXT NOT NULL, rules TEXT NOT NULL,
            severity TEXT NOT NULL, labels TEXT NOT NULL, numeric BOOLEAN NOT NULL,
            seen_at BIGINT NOT NULL)""",
        "CREATE INDEX field_series_field ON field_series (field)",
        "CREATE INDEX field_series_seen_at ON field_series (seen_at)",
        """CREATE TABLE field_values (
            series BIGINT NOT NULL, step INTEGER NOT NULL, at BIGINT NOT NULL, value TEXT NOT NULL,
            count BIGINT NOT NULL, looked_at BIGINT NOT NULL,
            PRIMARY KEY (series, step, at, value)){without_rowid}""",
        "CREATE INDEX field_values_at ON field_values (step, at)",
        """CREATE TABLE number_points (
            series BIGINT NOT NULL, step INTEGER NOT NULL, at BIGINT NOT NULL,
            figures TEXT NOT NULL, PRIMARY KEY (series, step, at)){without_rowid}""",
        "CREATE INDEX number_points_at ON number_points (step, at)",
        "CREATE TABLE field_reports (id TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)",
        "CREATE INDEX field_reports_at ON field_reports (at)",
    )
