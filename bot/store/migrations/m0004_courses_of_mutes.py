"""Mutes have versions, effects and ends beside the clock; actions on many wait for a yes."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Make room; what was settled is over, what was lifted has that in its history."""
    database.define(*COLUMNS, *HISTORY, *MASS_ACTIONS)


COLUMNS = (
    "ALTER TABLE mutes ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE mutes ADD COLUMN until TEXT",
    "ALTER TABLE mutes ADD COLUMN effect TEXT NOT NULL DEFAULT 'full'",
    "ALTER TABLE mutes ADD COLUMN chat TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE mutes ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE mutes ADD COLUMN suppressed BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE mutes ADD COLUMN phase TEXT NOT NULL DEFAULT 'over'",
    "ALTER TABLE mutes ADD COLUMN worked_to BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE mutes ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE mutes ADD COLUMN event TEXT NOT NULL DEFAULT 'expired'",
    "ALTER TABLE mutes ADD COLUMN aftermath TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE mutes ADD COLUMN due_at BIGINT",
    "UPDATE mutes SET phase = 'hiding', due_at = ends_at WHERE NOT settled",
    "UPDATE mutes SET version = 2, event = 'lifted' WHERE ended_by IS NOT NULL",
    "CREATE INDEX mutes_due_at ON mutes (due_at)",
)

HISTORY = (
    """CREATE TABLE mute_changes (
        id {number}, mute BIGINT NOT NULL, version INTEGER NOT NULL, event TEXT NOT NULL,
        "by" TEXT NOT NULL, at BIGINT NOT NULL, ends_at BIGINT NOT NULL, until TEXT,
        effect TEXT NOT NULL, reason TEXT NOT NULL)""",
    "CREATE INDEX mute_changes_mute ON mute_changes (mute)",
    """INSERT INTO mute_changes
            (mute, version, event, "by", at, ends_at, until, effect, reason)
        SELECT id, 1, 'set', "by", starts_at, ends_at, NULL, effect, reason
        FROM mutes ORDER BY id""",
    """INSERT INTO mute_changes
            (mute, version, event, "by", at, ends_at, until, effect, reason)
        SELECT id, 2, 'lifted', ended_by, ends_at, ends_at, NULL, effect, reason
        FROM mutes WHERE ended_by IS NOT NULL ORDER BY id""",
    "ALTER TABLE mutes DROP COLUMN settled",
    "ALTER TABLE mutes DROP COLUMN ended_by",
)

MASS_ACTIONS = (
    """CREATE TABLE mass_actions (
        id {number}, act TEXT NOT NULL, alerts TEXT NOT NULL, "by" TEXT NOT NULL,
        chat TEXT NOT NULL, made_at BIGINT NOT NULL, done INTEGER NOT NULL, failed INTEGER NOT NULL,
        due_at BIGINT)""",
    "CREATE INDEX mass_actions_due_at ON mass_actions (due_at)",
)
