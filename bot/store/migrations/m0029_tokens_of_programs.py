"""Programs have tokens; what they were answered is kept, so that asking twice is safe."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create both."""
    database.define(
        """CREATE TABLE tokens (
            key TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
            scopes TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT,
            used_at BIGINT, revoked_at BIGINT)""",
        """CREATE TABLE answers (
            key TEXT PRIMARY KEY NOT NULL, request TEXT NOT NULL, status BIGINT NOT NULL,
            headers TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL)""",
        "CREATE INDEX answers_at ON answers (at)",
    )
