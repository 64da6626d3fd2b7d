"""Alerts know their deadlines, sources, flaps and people; fingerprints may stand for others."""

from peewee import Database

_ALERTS = {
    "promise": "TEXT",
    "assignee": "TEXT",
    "followers": "TEXT NOT NULL DEFAULT '[]'",
    "severity_by": "TEXT",
    "agent": "TEXT NOT NULL DEFAULT ''",
    "watch": "TEXT NOT NULL DEFAULT ''",
    "received_at": "BIGINT",
    "delay": "TEXT NOT NULL DEFAULT ''",
    "flaps": "TEXT",
    "quiet_at": "BIGINT",
    "next_at": "BIGINT",
    "tell_at": "BIGINT",
    "recovered_at": "BIGINT",
    "late": "BIGINT NOT NULL DEFAULT 0",
    "previous": "BIGINT",
    "lost": "TEXT",
    "rule_text": "TEXT NOT NULL DEFAULT '{}'",
}
_TRANSITIONS = {"version": "INTEGER NOT NULL DEFAULT 0", "note": "TEXT NOT NULL DEFAULT ''"}


def up(database: Database) -> None:
    """Add the columns, and what finds what is due."""
    for table, columns in (("alerts", _ALERTS), ("transitions", _TRANSITIONS)):
        known = {column.name for column in database.get_columns(table)}
        for name, kind in columns.items():
            if name not in known:
                database.execute_sql(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    for statement in (
        """CREATE TABLE IF NOT EXISTS aliases (
            fingerprint TEXT NOT NULL PRIMARY KEY, canonical TEXT NOT NULL, at BIGINT NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS aliasrow_canonical ON aliases (canonical)",
        "CREATE INDEX alerts_quiet ON alerts (quiet_at) WHERE state != 'resolved'",
        "CREATE INDEX alerts_next ON alerts (next_at) WHERE state != 'resolved'",
        "CREATE INDEX alerts_rule ON alerts (rule) WHERE state != 'resolved'",
        "CREATE INDEX alerts_source ON alerts (agent, watch, state) WHERE state != 'resolved'",
        "UPDATE alerts SET quiet_at = seen_at + 900000000 WHERE state != 'resolved'",
    ):
        database.execute_sql(statement)
