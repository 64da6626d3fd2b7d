"""The audit, how chats are told, and which messages are our own."""

from peewee import Database, SqliteDatabase

from bot.store.models import AuditRow, ContactRow, KeptRow, MessageRow

_TABLES = (AuditRow, ContactRow, KeptRow, MessageRow)


def up(database: Database) -> None:
    """Add them; cards that stand already are our own too."""
    with database.bind_ctx(_TABLES):
        database.create_tables(_TABLES, safe=True)
    there = {column.name for column in database.get_columns("subscriptions")}
    if "ways" not in there:
        flag = "0" if isinstance(database, SqliteDatabase) else "FALSE"
        database.execute_sql(
            f"ALTER TABLE subscriptions ADD COLUMN ended BOOLEAN NOT NULL DEFAULT {flag}"
        )
        database.execute_sql("ALTER TABLE subscriptions ADD COLUMN ways TEXT NOT NULL DEFAULT '{}'")
    database.execute_sql(
        "INSERT INTO messages (message, address, alert, sent_at) "
        "SELECT DISTINCT message, address, alert, sent_at FROM cards"
    )
