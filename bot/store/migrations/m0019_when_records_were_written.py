"""Alerts know when their records were written, beside when they were read."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Of alerts of before nothing is known."""
    database.define(
        "ALTER TABLE alerts ADD COLUMN first_written_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN written_at BIGINT",
    )
