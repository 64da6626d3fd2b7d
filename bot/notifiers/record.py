"""The local record: one JSON line per finding, in a file beside the database."""

import json
import os
from datetime import datetime
from pathlib import Path

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job

_TAIL = 1024 * 1024


class Record:
    """Appends findings to a file; each finding stands there once, by its id.

    Only one process writes at a time (it holds the delivery lease), one line after the other.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Append the finding of a record notification; synced to disk when this returns."""
        finding = dict(job.notification.content)
        line = json.dumps(
            {"id": finding["id"], **finding, "recorded_at": now.isoformat()}, ensure_ascii=False
        )
        try:
            if not self._stands(str(finding["id"])):
                self._append(line.encode() + b"\n")
        except OSError as error:
            detail = f"cannot write the record {self._path}: {error.strerror}; mend that, it waits"
            raise DeliveryError(Fault.PASSING, detail=detail) from error
        return Receipt()

    def _stands(self, finding_id: str) -> bool:
        """Whether a try before a crash wrote it already, whole; such a line is near the end."""
        start = f'{{"id": {json.dumps(finding_id, ensure_ascii=False)},'.encode()
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - _TAIL))
                *whole, _half = file.read().split(b"\n")
        except FileNotFoundError:
            return False
        return any(line.startswith(start) for line in whole)

    def _append(self, line: bytes) -> None:
        with self._path.open("ab") as file:
            if file.tell() and not self._ends_whole():
                file.write(b"\n")
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _ends_whole(self) -> bool:
        """Whether the last line is whole; a plug pulled in the middle leaves half a one."""
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
