"""Groups of alerts that share a card, what was decided about them, and what limits remember."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them; a card that stands already becomes a group when its alert is next told."""
    database.define(
        """CREATE TABLE card_groups (
            id {number}, grouping TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
            language TEXT NOT NULL, key TEXT NOT NULL, created_at BIGINT NOT NULL, due_at BIGINT,
            reason TEXT, rung_at BIGINT, look_at BIGINT, ended_at BIGINT, held INTEGER NOT NULL,
            recorded INTEGER NOT NULL)""",
        "CREATE INDEX card_groups_key ON card_groups (kind, address, grouping, key)",
        "CREATE INDEX card_groups_created ON card_groups (kind, address, created_at)",
        "CREATE INDEX card_groups_look_at ON card_groups (look_at)",
        """CREATE TABLE group_members (
            alert BIGINT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
            group_id BIGINT NOT NULL, joined_at BIGINT NOT NULL, told_at BIGINT,
            PRIMARY KEY (alert, kind, address))""",
        "CREATE INDEX group_members_group ON group_members (group_id, joined_at)",
        """CREATE TABLE decisions (
            id {number}, alert BIGINT NOT NULL, group_id BIGINT NOT NULL, reason TEXT NOT NULL,
            why TEXT NOT NULL, at BIGINT NOT NULL, times INTEGER NOT NULL)""",
        "CREATE INDEX decisions_alert ON decisions (alert, group_id, id)",
        "CREATE INDEX decisions_at ON decisions (at)",
        """CREATE TABLE together (
            alert BIGINT NOT NULL PRIMARY KEY, first BIGINT NOT NULL, title TEXT NOT NULL,
            alerts TEXT NOT NULL, within_us BIGINT NOT NULL)""",
        "CREATE TABLE noise (name TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL)",
        "CREATE INDEX alerts_opened_at ON alerts (opened_at)",
        "CREATE INDEX cards_message ON cards (message)",
    )
