"""Records by kind over time, and when which chat gets its daily digest."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them; what happened to alerts is found by when it did."""
    database.define(
        """CREATE TABLE kinds (
            id {number}, name TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, severity TEXT NOT NULL,
            labels TEXT NOT NULL, template TEXT NOT NULL, example TEXT NOT NULL,
            seen_at BIGINT NOT NULL)""",
        "CREATE INDEX kinds_seen_at ON kinds (seen_at)",
        "CREATE INDEX kinds_templates ON kinds (id) WHERE template != ''",
        """CREATE TABLE tallies (
            minutes INTEGER NOT NULL, at BIGINT NOT NULL, kind BIGINT NOT NULL,
            count BIGINT NOT NULL, PRIMARY KEY (minutes, at, kind)){without_rowid}""",
        "CREATE INDEX transitions_at ON transitions (at)",
        """CREATE TABLE digests (
            kind TEXT NOT NULL, address TEXT NOT NULL, clock TEXT NOT NULL, zone TEXT NOT NULL,
            chosen BOOLEAN NOT NULL, due_at BIGINT, "by" TEXT, PRIMARY KEY (kind, address))""",
        "CREATE INDEX digests_due ON digests (due_at) WHERE due_at IS NOT NULL",
    )
