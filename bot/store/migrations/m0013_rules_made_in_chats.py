"""Rules made in chats, pauses of rules, and what rules found lately."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them."""
    database.define(
        """CREATE TABLE chat_rules (
            id {number}, name TEXT NOT NULL, stage TEXT NOT NULL, until BIGINT,
            version INTEGER NOT NULL, changed_at BIGINT NOT NULL, body TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX chat_rules_name ON chat_rules (name) WHERE stage <> 'proposed'",
        "CREATE INDEX chat_rules_until ON chat_rules (until) WHERE until IS NOT NULL",
        """CREATE TABLE chat_rule_versions (
            rule BIGINT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,
            at BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (rule, version))""",
        """CREATE TABLE rule_pauses (
            rule TEXT NOT NULL PRIMARY KEY, until BIGINT, by TEXT NOT NULL, at BIGINT NOT NULL)""",
        """CREATE TABLE rule_hits (
            id {number}, rule TEXT NOT NULL, at BIGINT NOT NULL, count BIGINT NOT NULL,
            text TEXT NOT NULL, place TEXT NOT NULL, quiet BOOLEAN NOT NULL)""",
        "CREATE INDEX rule_hits_rule ON rule_hits (rule, id)",
        "CREATE INDEX rule_hits_at ON rule_hits (at)",
        """CREATE TABLE rule_windows (
            rule TEXT NOT NULL, fingerprint TEXT NOT NULL, counts TEXT NOT NULL,
            passed_at BIGINT, at BIGINT NOT NULL, PRIMARY KEY (rule, fingerprint))""",
        "CREATE INDEX rule_windows_at ON rule_windows (at)",
        """CREATE TABLE rule_counts (
            rule TEXT NOT NULL, at BIGINT NOT NULL, count BIGINT NOT NULL, fired BIGINT NOT NULL,
            PRIMARY KEY (rule, at))""",
        "CREATE INDEX rule_counts_at ON rule_counts (at)",
    )
