"""Leases in the database: one process at a time runs a job, any may take over."""

import os
import socket
import uuid
from datetime import datetime, timedelta

import psutil

from bot.store.database import Database
from bot.store.models import LeaseRow


def this_process() -> str:
    """A holder's name: host, pid, its start and something unique.

    The start tells a process that is gone from a new one that got its number.
    """
    started = psutil.Process().create_time()
    return f"{socket.gethostname()}|{os.getpid()}|{started:.2f}|{uuid.uuid4().hex[:8]}"


def is_gone(holder: str) -> bool:
    """Whether the holder is a process of this host that no longer runs."""
    parts = holder.split("|")
    if len(parts) != 4 or parts[0] != socket.gethostname():  # noqa: PLR2004 - as written above
        return False
    try:
        return f"{psutil.Process(int(parts[1])).create_time():.2f}" != parts[2]
    except psutil.NoSuchProcess:
        return True


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
