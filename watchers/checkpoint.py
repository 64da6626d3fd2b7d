"""Positions on disk: opaque key → opaque text, as a snapshot and a journal of what came after it.

A save appends what changed, so that its cost does not grow with all that is stored. Each entry of
the journal carries its checksum: one that was cut off by a crash was never saved.
"""

import fcntl
import functools
import itertools
import json
import logging
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from watchers.errors import CheckpointError

_VERSION = 1
_NAME = "positions.json"
_JOURNAL = "positions.journal"
_JOURNAL_BYTES = 4 << 20
"""The journal is folded into a new snapshot when it is longer than this and than the snapshot."""
_PIECE = 256
"""Positions of which the text is made at once."""

log = logging.getLogger(__name__)


class FileCheckpoint:
    """One directory's positions, held by one process at a time; not thread-safe.

    Attributes:
        note: What was wrong with the stored files when they were opened, "" when nothing was.
    """

    def __init__(self, folder: Path) -> None:
        """Take the directory and read what it holds.

        Raises:
            CheckpointError: If it cannot be written, or another process has it.
        """
        self._path = folder / _NAME
        self._journal = folder / _JOURNAL
        self.note = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CheckpointError(
                f"state directory {folder} cannot be used: {error.strerror}; name one that this "
                "user may write to"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise CheckpointError(
                f"state directory {folder} is in use by another process; stop that one, or give "
                "this one a directory of its own"
            ) from None
        self._owed: dict[str, str] = {}
        self._unsynced = False
        self._file: BinaryIO | None = None
        self._snapshot_bytes = 0
        self._positions = self._load()
        # None means that the next save is a snapshot.
        self._journal_bytes: int | None = None

    @property
    def positions(self) -> Mapping[str, str]:
        """All that is stored."""
        return dict(self._positions)

    def save(self, changes: Mapping[str, str], *, at_once: bool = True) -> None:
        """Store these positions too; an empty text deletes its key.

        Args:
            changes: By key.
            at_once: Also have them on the disk itself when this returns, not only out of this
                process: safe from its end, but from the machine's only with the next save.

        Raises:
            CheckpointError: If they could not be written; what was stored before still is, and
                the changes go along with the next save.
        """
        if not changes and not (at_once and self._unsynced):
            return
        _apply(self._positions, changes)
        self._owed.update(changes)
        try:
            if self._journal_bytes is None or self._journal_bytes > max(
                _JOURNAL_BYTES, self._snapshot_bytes
            ):
                self._take_snapshot()
            else:
                self._append(self._journal_bytes, at_once=at_once)
        except OSError as error:
            self._journal_bytes = None
            self._close_journal()
            raise CheckpointError(
                f"positions cannot be written to {self._path}: {error.strerror}; after a restart "
                "lines read since the last save are read again"
            ) from error
        self._owed = {}
        self._unsynced = not at_once

    def close(self) -> None:
        """Let go of the directory."""
        self._close_journal()
        os.close(self._lock)

    def _close_journal(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # what it could not write is owed
                file.close()

    def _append(self, at: int, *, at_once: bool) -> None:
        body = list(_written(self._owed))
        checksum = functools.reduce(lambda before, piece: zlib.crc32(piece, before), body, 0)
        if self._file is None:
            self._file = self._journal.open("ab")
        entry = (b"%08x " % checksum, *body, b"\n")
        self._file.writelines(entry)
        self._file.flush()
        if at_once:
            os.fdatasync(self._file.fileno())
        self._journal_bytes = at + sum(map(len, entry))

    def _take_snapshot(self) -> None:
        self._close_journal()
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(b'{"version":%d,"positions":' % _VERSION)
            file.writelines(_written(self._positions))
            file.write(b"}")
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        # Until the journal is gone its entries only repeat what the snapshot says.
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
            self._journal.unlink(missing_ok=True)
        finally:
            os.close(folder)
        self._snapshot_bytes, self._journal_bytes = size, 0

    def _load(self) -> dict[str, str]:
        positions = self._stored()
        try:
            entries = self._journal.read_bytes().split(b"\n")
        except OSError:
            return positions
        for number, entry in enumerate(entries, 1):
            changes = _changes(entry)
            if changes is None:
                if number < len(entries):
                    self._tell_damage(self._journal, f"is damaged in entry {number}")
                break
            _apply(positions, changes)
        return positions

    def _stored(self) -> dict[str, str]:
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if stored["version"] == _VERSION:
                return {str(key): str(text) for key, text in stored["positions"].items()}
            reason = f"has version {stored['version']}, wanted {_VERSION}"
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = f"is damaged ({error})"
        self._tell_damage(self._path, reason)
        return {}

    def _tell_damage(self, path: Path, reason: str) -> None:
        aside = path.with_suffix(".corrupt")
        path.replace(aside)
        self.note = f"the positions file {path} {reason}; it was kept as {aside}, and " + (
            "reading starts as on the first day"
            if path == self._path
            else "lines read since that entry are read again"
        )
        log.error("positions are lost", extra={"path": str(path), "reason": reason})


def _written(positions: Mapping[str, str]) -> Iterator[bytes]:
    """The text of a JSON object, piece by piece: of ten thousand files it is megabytes."""
    items, begin = iter(positions.items()), b"{"
    while piece := dict(itertools.islice(items, _PIECE)):
        yield begin + json.dumps(piece, separators=(",", ":"))[1:-1].encode()
        begin = b","
    yield b"}" if begin == b"," else b"{}"


def _apply(positions: dict[str, str], changes: Mapping[str, str]) -> None:
    for key, text in changes.items():
        if text:
            positions[key] = text
        else:
            positions.pop(key, None)


def _changes(entry: bytes) -> dict[str, str] | None:
    """What one entry of the journal changed; None when it is not whole."""
    checksum, _, body = entry.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        return {str(key): str(text) for key, text in json.loads(body).items()}
    except ValueError:
        return None
