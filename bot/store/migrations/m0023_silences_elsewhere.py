"""A mute here may be a silence elsewhere, which is lifted with it."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create it."""
    database.define(
        """CREATE TABLE silences (
            sender TEXT NOT NULL, alert_id BIGINT NOT NULL, silence_id TEXT NOT NULL,
            ends_at BIGINT NOT NULL, PRIMARY KEY (sender, alert_id))""",
    )
