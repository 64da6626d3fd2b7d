"""People choose the language in which they are answered."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        "CREATE TABLE person_languages (person TEXT NOT NULL PRIMARY KEY, language TEXT NOT NULL)"
    )
