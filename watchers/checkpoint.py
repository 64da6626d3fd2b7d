"""Positions on disk: opaque key → opaque text, written as one file, atomically."""

import fcntl
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from watchers.errors import CheckpointError

_VERSION = 1
_NAME = "positions.json"

log = logging.getLogger(__name__)


class FileCheckpoint:
    """One directory's positions, held by one process at a time; not thread-safe.

    Attributes:
        note: What was wrong with the stored file when it was opened, "" when nothing was.
    """

    def __init__(self, folder: Path) -> None:
        """Take the directory and read what it holds.

        Raises:
            CheckpointError: If it cannot be written, or another process has it.
        """
        self._path = folder / _NAME
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
        self._positions = self._load()

    @property
    def positions(self) -> Mapping[str, str]:
        """All that is stored."""
        return dict(self._positions)

    def save(self, changes: Mapping[str, str]) -> None:
        """Store these positions too; an empty text deletes its key.

        Raises:
            CheckpointError: If they could not be written; what was stored before still is, and
                the changes go along with the next save.
        """
        if not changes:
            return
        for key, text in changes.items():
            if text:
                self._positions[key] = text
            else:
                self._positions.pop(key, None)
        content = json.dumps({"version": _VERSION, "positions": self._positions}, indent=0)
        fresh = self._path.with_suffix(".new")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            raise CheckpointError(
                f"positions cannot be written to {self._path}: {error.strerror}; after a restart "
                "lines read since the last save are read again"
            ) from error

    def close(self) -> None:
        """Let go of the directory."""
        os.close(self._lock)

    def _load(self) -> dict[str, str]:
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if stored["version"] == _VERSION:
                return {str(key): str(text) for key, text in stored["positions"].items()}
            reason = f"has version {stored['version']}, wanted {_VERSION}"
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = f"is damaged ({error})"
        aside = self._path.with_suffix(".corrupt")
        self._path.replace(aside)
        self.note = (
            f"the positions file {self._path} {reason}; it was kept as {aside}, and reading "
            "starts as on the first day"
        )
        log.error("positions are lost", extra={"path": str(self._path), "reason": reason})
        return {}
