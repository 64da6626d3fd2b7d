"""Kinds of messages that were found are listed, with how often and since when."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE templates (
            subject TEXT NOT NULL PRIMARY KEY, template TEXT NOT NULL, service TEXT NOT NULL,
            text TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, count BIGINT NOT NULL,
            first_at BIGINT NOT NULL, last_at BIGINT NOT NULL)""",
        "CREATE INDEX templates_template ON templates (template)",
        "CREATE INDEX templates_first_at ON templates (first_at)",
        "CREATE INDEX templates_last_at ON templates (last_at)",
    )
