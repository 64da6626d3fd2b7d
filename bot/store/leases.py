"""Leases in the database: one process at a time runs a job, any may take over."""

import os
import socket
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from bot.store.database import Database
from bot.store.models import LeaseRow

_START = 18
"""Start time among what follows the state in ``/proc/PID/stat`` (field 22)."""


def this_process() -> str:
    """A holder's name: host, pid, its start and something unique.

    The start, in ticks since boot, tells a process that is gone from a new one that got its
    number; the wall clock would not do, since setting it moves the start of every process.
    """
    return f"{_place()}|{os.getpid()}|{_started(os.getpid())}|{uuid.uuid4().hex[:8]}"


def is_gone(holder: str) -> bool:
    """Whether the holder is a process of this host that no longer runs."""
    parts = holder.split("|")
    if len(parts) != 4 or parts[0] != _place():  # noqa: PLR2004 - as written above
        return False
    return _started(int(parts[1])) != parts[2]


def _place() -> str:
    """Host and process namespace: two containers of one host name count processes apart."""
    return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; "" if it runs no more."""
    try:
        # The name in brackets may hold anything, brackets and spaces too.
        state, *facts = (
            Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        )
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in ("Z", "X") else facts[_START]


class Leases:
    """`core.ports.LeaseStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, now: datetime, length: timedelta) -> bool:
        """Take or prolong a lease; False while somebody alive holds it.

        A holder of this host that no longer runs loses its lease at once, so that a restart after
        a crash does not wait for it to run out.
        """
        with self._database.change():
            found = self.holder(name, now)
            if found and found != holder and not is_gone(found):
                return False
            LeaseRow.insert(name=name, holder=holder, expires_at=now + length).on_conflict(
                conflict_target=[LeaseRow.name],
                update={LeaseRow.holder: holder, LeaseRow.expires_at: now + length},
            ).execute(self._database)
            return True

    def give_back(self, name: str, holder: str) -> None:
        """End a lease that this holder has."""
        LeaseRow.delete().where((LeaseRow.name == name) & (LeaseRow.holder == holder)).execute(
            self._database
        )

    def holder(self, name: str, now: datetime) -> str:
        """Who has the lease now, "" for nobody."""
        query = LeaseRow.select().where((LeaseRow.name == name) & (LeaseRow.expires_at > now))
        return next((str(row.holder) for row in query.execute(self._database)), "")
