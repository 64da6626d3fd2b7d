"""What is long over comes out of an index when it is forgotten."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(
        "CREATE INDEX alerts_over ON alerts (changed_at) WHERE state = 'resolved'",
        "CREATE INDEX outbox_finished_at ON outbox (finished_at)",
    )
