"""Alerts know their deadlines, sources, flaps and people; fingerprints may stand for others."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add the columns, and what finds what is due."""
    database.define(
        "ALTER TABLE alerts ADD COLUMN promise TEXT",
        "ALTER TABLE alerts ADD COLUMN assignee TEXT",
        "ALTER TABLE alerts ADD COLUMN followers TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE alerts ADD COLUMN severity_by TEXT",
        "ALTER TABLE alerts ADD COLUMN agent TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE alerts ADD COLUMN watch TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE alerts ADD COLUMN received_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN delay TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE alerts ADD COLUMN flaps TEXT",
        "ALTER TABLE alerts ADD COLUMN quiet_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN next_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN tell_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN recovered_at BIGINT",
        "ALTER TABLE alerts ADD COLUMN late BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE alerts ADD COLUMN previous BIGINT",
        "ALTER TABLE alerts ADD COLUMN lost TEXT",
        "ALTER TABLE alerts ADD COLUMN rule_text TEXT NOT NULL DEFAULT '{}'",
        "UPDATE alerts SET quiet_at = seen_at + 900000000 WHERE state != 'resolved'",
        "CREATE INDEX alerts_quiet ON alerts (quiet_at) WHERE state != 'resolved'",
        "CREATE INDEX alerts_next ON alerts (next_at) WHERE state != 'resolved'",
        "CREATE INDEX alerts_rule ON alerts (rule) WHERE state != 'resolved'",
        "CREATE INDEX alerts_source ON alerts (agent, watch, state) WHERE state != 'resolved'",
        "ALTER TABLE transitions ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transitions ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE aliases (
            fingerprint TEXT NOT NULL PRIMARY KEY, canonical TEXT NOT NULL, at BIGINT NOT NULL)""",
        "CREATE INDEX aliasrow_canonical ON aliases (canonical)",
    )
