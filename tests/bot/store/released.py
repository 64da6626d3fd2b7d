"""A database as the first release left it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.store.database import Database, migrate
from tests.builders import NOW

DUMP = Path(__file__).with_name("released-0.1.0.sql")
FIRST_RELEASE = ("m0001_first_tables", "m0002_index_open_alerts")


def build(database: Database) -> None:
    """Fill an empty database: SQLite word for word; PostgreSQL with the same tables and rows."""
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(DUMP.read_text(encoding="utf-8"))
        if not database.for_update:  # SQLite
            old.backup(database.connection())
            return
        migrate(database, NOW, FIRST_RELEASE)
        for table, columns, rows in _tables(old):
            database.load(table, columns, rows)
            if "id" in columns:
                database.go_on_after(table, max(row[columns.index("id")] for row in rows))


def _tables(old: sqlite3.Connection) -> Iterator[tuple[str, list[str], list[list[object]]]]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in old.execute(query).fetchall():
        if table != "migrations":
            found = old.execute(f"SELECT * FROM {table}")  # noqa: S608 - its own name
            columns = [one[0] for one in found.description]
            yield table, columns, [list(row) for row in found]
