"""Searches the journal, newest entries first."""

import re
import select
import socket
import time

from watchers.sources.journald.settings import PROGRAM, JournaldSettings
from watchers.sources.journald.supply import LONGEST_LINE, entry_of, written_as
from watchers.streams.child import Child
from watchers.streams.entry import Entry, SupplyError
from watchers.streams.wanted import Seen, Wanted


def look_back(settings: JournaldSettings, wanted: Wanted) -> Seen:
    """What the journal holds of it.

    Raises:
        SupplyError: If there is no such journal, or no reader of it.
    """
    ends = time.monotonic() + wanted.within_s
    try:
        child = Child(search_of(settings, wanted), longest=LONGEST_LINE, errors_apart=True)
    except OSError as error:
        raise SupplyError(f"{PROGRAM} cannot be run ({error.strerror})") from error
    found: list[Entry] = []
    try:
        waiting = select.poll()
        waiting.register(child.descriptor, select.POLLIN)
        while child.open and (left_s := ends - time.monotonic()) > 0:
            waiting.poll(left_s * 1000)
            here = socket.gethostname()
            found += filter(None, (entry_of(line, here=here) for line in child.lines()))
        # Where nothing is found it only ends badly, which it also does where there is no journal.
        if not child.open and not found and (why := child.complaint):
            raise SupplyError(why)
        return Seen(entries=tuple(found), bound=child.open or len(found) >= wanted.most)
    finally:
        child.close()


def search_of(settings: JournaldSettings, wanted: Wanted) -> list[str]:
    """How the reader is called."""
    words = [f"--grep={re.escape(wanted.words)}", "--case-sensitive=false"] if wanted.words else []
    return [
        *written_as(settings),
        "--merge",
        "--reverse",
        f"--since=@{wanted.since_s:.6f}",
        f"--until=@{wanted.until_s:.6f}",
        f"--lines={wanted.most}",
        *words,
        *settings.matches,
    ]
