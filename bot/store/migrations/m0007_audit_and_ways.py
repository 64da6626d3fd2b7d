"""The audit, how chats are told, and which messages are our own."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them; cards that stand already are our own too."""
    database.define(
        """CREATE TABLE audit (
            id {number}, at BIGINT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,
            source TEXT NOT NULL, chat TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, alert BIGINT, before TEXT NOT NULL, after TEXT NOT NULL)""",
        "CREATE INDEX auditrow_at ON audit (at)",
        "CREATE INDEX auditrow_alert ON audit (alert)",
        """CREATE TABLE messages (
            message TEXT NOT NULL PRIMARY KEY, address TEXT NOT NULL, alert BIGINT,
            sent_at BIGINT NOT NULL)""",
        "CREATE INDEX messagerow_sent_at ON messages (sent_at)",
        """CREATE TABLE kept (
            id {number}, alert BIGINT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
            language TEXT NOT NULL, due_at BIGINT NOT NULL)""",
        "CREATE INDEX keptrow_due_at ON kept (due_at)",
        "CREATE UNIQUE INDEX keptrow_alert_kind_address ON kept (alert, kind, address)",
        """CREATE TABLE contacts (
            contact TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, at BIGINT NOT NULL)""",
        "ALTER TABLE subscriptions ADD COLUMN ended BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE subscriptions ADD COLUMN ways TEXT NOT NULL DEFAULT '{}'",
        "INSERT INTO messages (message, address, alert, sent_at) "
        "SELECT message, MIN(address), MIN(alert), MIN(sent_at) FROM cards GROUP BY message",
    )
