"""Each attempt to deliver is kept, and why a notification was dropped."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them; of what was delivered before, only the outcome is known."""
    database.define(
        "ALTER TABLE outbox ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE attempts (
            id {number}, notification BIGINT NOT NULL, alert BIGINT NOT NULL, kind TEXT NOT NULL,
            address TEXT NOT NULL, purpose TEXT NOT NULL, at BIGINT NOT NULL, ms BIGINT NOT NULL,
            result TEXT NOT NULL, code BIGINT NOT NULL, fault TEXT NOT NULL,
            detail TEXT NOT NULL)""",
        "CREATE INDEX attempts_alert ON attempts (alert, kind, address, purpose, id)",
        "CREATE INDEX attempts_at ON attempts (at)",
    )
