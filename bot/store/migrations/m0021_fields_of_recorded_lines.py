"""Recorded lines are found by their fields; what is counted by kind knows its template's id."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Lines recorded before are not listed by their fields; they are looked through."""
    database.define(
        """CREATE TABLE recorded_fields (
            row_id BIGINT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
            number DOUBLE PRECISION, PRIMARY KEY (row_id, field))""",
        "CREATE INDEX recorded_fields_value ON recorded_fields (field, value, row_id)",
        "CREATE INDEX recorded_fields_number ON recorded_fields (field, number, row_id)"
        " WHERE number IS NOT NULL",
        "ALTER TABLE kinds ADD COLUMN template_id TEXT NOT NULL DEFAULT ''",
    )
