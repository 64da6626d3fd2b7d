"""Delivery knows its failures: codes, tries, breakers, counters, and cards that must be renewed."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them; cards that stand are renewed when their time comes."""
    database.define(
        "ALTER TABLE outbox ADD COLUMN code BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE outbox ADD COLUMN again INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX outbox_about ON outbox (about, created_at) WHERE about != ''",
        "ALTER TABLE cards ADD COLUMN plainness INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cards ADD COLUMN refused BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE cards ADD COLUMN refused_at BIGINT",
        "ALTER TABLE cards ADD COLUMN follows TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cards ADD COLUMN renew_at BIGINT",
        "UPDATE cards SET renew_at = sent_at + 1166400000000",  # 13 days and a half, in µs
        "CREATE INDEX cards_renew_at ON cards (renew_at) WHERE renew_at IS NOT NULL",
        """CREATE TABLE breakers (
            kind TEXT NOT NULL, address TEXT NOT NULL, faults INTEGER NOT NULL,
            since BIGINT NOT NULL, open_until BIGINT NOT NULL, fault TEXT NOT NULL,
            PRIMARY KEY (kind, address))""",
        "CREATE TABLE counters (key TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL)",
    )
