"""The first tables."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(*ALERTS, *DELIVERY, *AROUND)


ALERTS = (
    """CREATE TABLE alerts (
        id {number}, fingerprint TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL,
        labels TEXT NOT NULL, annotations TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL,
        version INTEGER NOT NULL, count BIGINT NOT NULL, held_back BIGINT NOT NULL,
        reopened INTEGER NOT NULL, first_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
        opened_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, samples TEXT NOT NULL,
        acknowledged_by TEXT, acknowledged_at BIGINT, resolved_by TEXT, resolved_at BIGINT)""",
    "CREATE INDEX alertrow_fingerprint ON alerts (fingerprint)",
    "CREATE INDEX alertrow_state ON alerts (state)",
    "CREATE UNIQUE INDEX one_open_alert ON alerts (fingerprint) WHERE state != 'resolved'",
    """CREATE TABLE occurrences (
        finding TEXT NOT NULL PRIMARY KEY, rule TEXT NOT NULL, severity TEXT NOT NULL,
        count BIGINT NOT NULL, service TEXT NOT NULL, at BIGINT NOT NULL){without_rowid}""",
    "CREATE INDEX occurrencerow_at ON occurrences (at)",
    """CREATE TABLE transitions (
        id {number}, alert BIGINT NOT NULL, source TEXT, target TEXT NOT NULL,
        "by" TEXT NOT NULL, why TEXT NOT NULL, at BIGINT NOT NULL)""",
    "CREATE INDEX transitionrow_alert ON transitions (alert)",
    """CREATE TABLE mutes (
        id {number}, matchers TEXT NOT NULL, starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
        "by" TEXT NOT NULL, reason TEXT NOT NULL, ended_by TEXT, settled BOOLEAN NOT NULL)""",
    "CREATE INDEX muterow_ends_at ON mutes (ends_at)",
)

DELIVERY = (
    """CREATE TABLE subscriptions (
        id {number}, kind TEXT NOT NULL, address TEXT NOT NULL, matchers TEXT NOT NULL,
        least_severity TEXT NOT NULL, language TEXT NOT NULL, "by" TEXT NOT NULL,
        created_at BIGINT NOT NULL, suspended TEXT NOT NULL)""",
    "CREATE INDEX subscriptionrow_address ON subscriptions (address)",
    """CREATE TABLE outbox (
        id {number}, kind TEXT NOT NULL, address TEXT NOT NULL, purpose TEXT NOT NULL,
        urgency INTEGER NOT NULL, alert BIGINT, language TEXT NOT NULL, content TEXT NOT NULL,
        state TEXT NOT NULL, slot TEXT, due_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
        finished_at BIGINT, attempts INTEGER NOT NULL, plainness INTEGER NOT NULL,
        claimed_until BIGINT NOT NULL, claimed_by TEXT NOT NULL, fault TEXT NOT NULL,
        latency_us BIGINT)""",
    "CREATE UNIQUE INDEX outboxrow_slot ON outbox (slot)",
    "CREATE INDEX outboxrow_state_urgency_due_at ON outbox (state, urgency, due_at)",
    "CREATE INDEX outboxrow_state_due_at ON outbox (state, due_at)",
    "CREATE INDEX outboxrow_state_claimed_until ON outbox (state, claimed_until)",
    "CREATE INDEX outboxrow_alert_purpose_state ON outbox (alert, purpose, state)",
    """CREATE TABLE cards (
        alert BIGINT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, language TEXT NOT NULL,
        message TEXT NOT NULL, digest TEXT NOT NULL, edits INTEGER NOT NULL,
        sent_at BIGINT NOT NULL, edited_at BIGINT NOT NULL, PRIMARY KEY (alert, kind, address))""",
    """CREATE TABLE inbox (
        key TEXT NOT NULL PRIMARY KEY, envelope TEXT NOT NULL, pending BOOLEAN NOT NULL,
        attempts INTEGER NOT NULL, received_at BIGINT NOT NULL, due_at BIGINT NOT NULL)""",
    "CREATE INDEX inboxrow_received_at ON inbox (received_at)",
    "CREATE INDEX inboxrow_pending_due_at ON inbox (pending, due_at)",
)

AROUND = (
    """CREATE TABLE minutes (
        key TEXT NOT NULL, minute BIGINT NOT NULL, count BIGINT NOT NULL,
        PRIMARY KEY (key, minute))""",
    "CREATE INDEX minuterow_minute ON minutes (minute)",
    """CREATE TABLE agents (
        agent TEXT NOT NULL PRIMARY KEY, heard_at BIGINT NOT NULL, host TEXT,
        sources TEXT NOT NULL)""",
    """CREATE TABLE positions (
        agent TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (agent, key))""",
    """CREATE TABLE chats (
        chat TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, private BOOLEAN NOT NULL,
        owner TEXT NOT NULL, managers TEXT NOT NULL, language TEXT NOT NULL,
        seen_at BIGINT NOT NULL)""",
    "CREATE TABLE people (person TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
    """CREATE TABLE leases (
        name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, expires_at BIGINT NOT NULL)""",
)
