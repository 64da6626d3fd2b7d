"""All tables as lines of JSON in one file, from and into either kind of database.

The first line is a head with the migrations that made the tables. Then follows each table: a line
with its columns, a line for each row. The last line counts the rows, so that half a file is known
to be one. A name that ends in ``.gz`` is compressed.
"""

import gzip
import io
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from peewee import DataError, IntegrityError

from bot.core.errors import LarkwatchError
from bot.store.database import Database, known_migrations, migrate
from bot.store.models import LeaseRow, MigrationRow
from bot.store.tables import TABLES

FORMAT = 1
_ROWS_AT_ONCE = 200
_GZIP = b"\x1f\x8b"
_LEFT_OUT = frozenset({"migrations", "leases", "sqlite_sequence"})
"""Told by the head; of no use elsewhere; written anew."""
_RUNNING = "backstage"
_DAMAGED = (ValueError, KeyError, TypeError, zlib.error, IntegrityError, DataError)


class BackupError(LarkwatchError):
    """A backup cannot be made or restored; the text says what to do instead."""


def back_up(database: Database, file: Path, now: datetime) -> dict[str, int]:
    """Write all tables as they stand at one moment; how many rows of each.

    Others may write meanwhile. The file appears whole, readable by its owner only, or not at all.

    Raises:
        BackupError: If there is nothing to back up, or the file cannot be written.
    """
    if "migrations" not in database.get_tables():
        raise BackupError("the database holds no tables of Larkwatch; check [database] url")
    half = file.with_name(f".{file.name}.half")
    try:
        with _written(half, compressed=file.suffix == ".gz") as out:
            counts = _dump(database, out, now)
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise BackupError(f"cannot write {file}: {error.strerror}") from error
    return counts


def restore(database: Database, file: Path, now: datetime) -> dict[str, int]:
    """Fill an empty database from a backup, then bring it up to date; how many rows of each table.

    All of it is one change: what fails leaves the database as it was.

    Raises:
        BackupError: If the file is none or not whole, or the database is in use or not empty.
    """
    try:
        with _read(file) as lines, database.patiently(), database.change():
            head = _head(next(lines, None), file)
            _make_room(database, now)
            migrate(database, now, head["migrations"])
            counts = _fill(database, lines, file)
            migrate(database, now)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is not whole"
        raise BackupError(f"cannot read {file}: {reason}") from error
    except _DAMAGED as error:
        raise BackupError(f"{file} is no backup of Larkwatch, or damaged: {error}") from error
    return counts


def _dump(database: Database, out: IO[str], now: datetime) -> dict[str, int]:
    counts = {}
    with database.patiently(), database.snapshot():
        applied = sorted(row.name for row in MigrationRow.select().execute(database))
        head = {"larkwatch": "backup", "format": FORMAT, "made_at": now.isoformat()}
        _line(out, head | {"migrations": applied})
        for table in sorted(set(database.get_tables()) - _LEFT_OUT):
            columns = [column.name for column in database.get_columns(table)]
            _line(out, {"table": table, "columns": columns, "last": database.last_number(table)})
            counts[table] = 0
            for row in database.stream(table, columns):
                _line(out, row)
                counts[table] += 1
        _line(out, {"end": counts})
    return counts


def _fill(database: Database, lines: Iterator[Any], file: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    table, columns, rows = "", list[str](), list[list[Any]]()
    for line in lines:
        if isinstance(line, list):
            rows.append(line)
            counts[table] += 1
        if rows and (len(rows) == _ROWS_AT_ONCE or not isinstance(line, list)):
            database.load(table, columns, rows)
            rows = []
        if isinstance(line, dict):
            if "end" in line:
                if line["end"] != counts:
                    break
                return counts
            table, columns = line["table"], line["columns"]
            counts[table] = 0
            if line["last"] is not None:
                database.go_on_after(table, line["last"])
    raise BackupError(f"{file} is not whole: some of its rows are missing")


def _head(line: Any, file: Path) -> dict[str, Any]:
    if not isinstance(line, dict) or line.get("larkwatch") != "backup":
        raise BackupError(f"{file} is no backup of Larkwatch")
    unknown = sorted(set(line["migrations"]) - set(known_migrations()))
    if line["format"] != FORMAT or unknown:
        of = f" (it knows {unknown[-1]})" if unknown else ""
        raise BackupError(f"{file} was made by a newer Larkwatch{of}: install that one first")
    return line


def _make_room(database: Database, now: datetime) -> None:
    """Refuse a database that is in use or holds anything; drop tables that hold nothing."""
    found = set(database.get_tables())
    if "leases" in found:
        running = LeaseRow.select().where(LeaseRow.name == _RUNNING, LeaseRow.expires_at > now)
        for row in running.execute(database):
            where = str(row.holder).partition("/")[0]
            raise BackupError(f"Larkwatch runs on this database (on {where}): stop it first")
    ours = {model._meta.table_name for model in TABLES} | _LEFT_OUT  # noqa: SLF001 - peewee's way
    for table in sorted(found - {"sqlite_sequence"}):
        if table not in ours:
            raise BackupError(f"the database has a table {table!r} of others: name an empty one")
        if table not in _LEFT_OUT and any(True for _ in database.stream(table, ["1"], limit=1)):
            raise BackupError(
                f"the database is not empty (there is something in {table!r}): name an empty one "
                "in [database] url"
            )
    for table in sorted(found - {"sqlite_sequence"}):
        database.define(f'DROP TABLE "{table}"')


def _line(out: IO[str], value: Any) -> None:
    out.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


@contextmanager
def _written(file: Path, *, compressed: bool) -> Iterator[IO[str]]:
    """The file, synced to disk when this ends."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        if compressed:
            with gzip.open(raw, "wt", encoding="utf-8") as out:
                yield out
        else:
            out = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
            yield out
            out.detach()
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def _read(file: Path) -> Iterator[Iterator[Any]]:
    """The values of the file's lines."""
    with file.open("rb") as raw:
        compressed = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        plain = gzip.GzipFile(fileobj=raw) if compressed else raw
        yield (json.loads(line) for line in plain)
