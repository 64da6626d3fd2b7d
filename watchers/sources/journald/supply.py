"""Follows the journal from a cursor on."""

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from watchers.sources.journald.settings import PRIORITIES, PROGRAM, JournaldSettings
from watchers.streams.child import Child
from watchers.streams.entry import Entry, Opening, Stream, SupplyError

LONGEST_LINE = 4 << 20
_LONGEST_TEXT = 64 * 1024
_SAID = 300
_FIELDS = (
    "MESSAGE",
    "PRIORITY",
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "_HOSTNAME",
    "_SYSTEMD_UNIT",
    "_SYSTEMD_USER_UNIT",
    "UNIT",
    "USER_UNIT",
)
_BYTE = range(256)
_MANAGERS = ("init.scope", "")
"""Where systemd itself speaks, which it does about units."""
_USEC = 1_000_000
_PLACES = ("/var/log/journal", "/run/log/journal")


def build(settings: JournaldSettings, opening: Opening) -> "Journal":
    """Begin to follow.

    Raises:
        SupplyError: If the reader is not there.
    """
    return Journal(settings, opening)


def keep_s(_settings: JournaldSettings) -> float:
    """A cursor leads behind what was read: nothing is read twice."""
    return 0.0


class Journal:
    """Follows the journal from a cursor on.

    Attributes:
        more: Whether there may be more at once.
        lag_s: Age of the entry read last, while there is more.
        note: What the reader complains of while it goes on.
        descriptors: The reader's output.
    """

    def __init__(self, settings: JournaldSettings, opening: Opening) -> None:
        """The mark is a cursor, or a time while nothing was read."""
        self.more = False
        self.lag_s = 0.0
        self.note = ""
        self._settings = settings
        self._clock = opening.clock
        self._mark = opening.mark
        self._first = not opening.mark
        if self._first:
            since = 0.0 if opening.from_start else opening.clock.now().timestamp()
            self._mark = f"since:{since:.6f}"
        try:
            self._child = Child(
                arguments_of(settings, self._mark), longest=LONGEST_LINE, errors_apart=True
            )
        except OSError as error:
            raise SupplyError(
                f"{PROGRAM} cannot be run ({error.strerror}); install systemd, or leave this out"
            ) from error
        self.descriptors = frozenset({self._child.descriptor})

    def draw(self) -> Iterator[Entry]:
        """A chunk of what the reader has; before the first, where reading began."""
        if self._first:
            self._first = False
            yield Entry(mark=self._mark)
        lines = self._child.lines()
        self.more = bool(lines)
        newest = 0.0
        for line in lines:
            entry = entry_of(line, here=socket.gethostname())
            if entry is not None:
                newest = entry.at_s
                yield entry
        if newest or not self.more:
            late = self._clock.now().timestamp() - newest
            self.lag_s = max(0.0, late) if self.more else 0.0
        self.note = self._child.complaint[-_SAID:] or self._nowhere()
        if not self._child.open and not self.more:
            code = self._child.ended(1.0)
            raise SupplyError(f"{PROGRAM} ended with {code}: {self.note or 'it said nothing'}")

    def _nowhere(self) -> str:
        """The reader waits without a word for a journal that is not there."""
        if self._settings.directory or any(Path(one).is_dir() for one in _PLACES):
            return ""
        return f"this machine keeps no journal (neither {' nor '.join(_PLACES)} is there)"

    def close(self) -> None:
        """End the reader."""
        self._child.close()
        self.descriptors = frozenset()


def arguments_of(settings: JournaldSettings, mark: str) -> list[str]:
    """How the reader is called to go on at a mark."""
    kind, _, place = mark.partition(":")
    begin = f"--since=@{place}" if kind == "since" else f"--after-cursor={place}"
    return [
        *written_as(settings),
        "--follow",
        "--no-tail",
        "--merge",  # without it, following shows nothing from before the machine's last start
        begin,
        *settings.matches,
    ]


def written_as(settings: JournaldSettings) -> list[str]:
    """The reader, how it is to write, and of which journal and entries; no fields yet."""
    return [
        PROGRAM,
        "--output=json",
        "--output-fields=" + ",".join(_FIELDS),
        "--all",
        "--no-pager",
        *(f"--unit={unit}" for unit in settings.units),
        *(f"--identifier={one}" for one in settings.identifiers),
        *([] if settings.priority == "debug" else [f"--priority={settings.priority}"]),
        *([f"--directory={settings.directory}"] if settings.directory else []),
        *([f"--namespace={settings.namespace}"] if settings.namespace else []),
    ]


def entry_of(line: bytes, *, here: str) -> Entry | None:
    """One object of the reader's output; None for what is none, or says nothing.

    `here` is the name of this host: of entries from elsewhere the host is a label.
    """
    try:
        said = json.loads(line)
        cursor = str(said["__CURSOR"])
        at_s = int(said["__REALTIME_TIMESTAMP"]) / _USEC
    except (ValueError, TypeError, KeyError):
        return None
    text = _text(said.get("MESSAGE")).rstrip(b"\n")
    if not text:
        return None
    return Entry(
        mark=f"cursor:{cursor}",
        stream=_stream(said, here=here),
        id=hashlib.blake2b(cursor.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        text=text[:_LONGEST_TEXT],
        at_s=at_s,
        dated=at_s > 0,
    )


def _stream(said: dict[str, Any], *, here: str) -> Stream:
    unit = _word(said.get("_SYSTEMD_UNIT"))
    if unit in _MANAGERS:
        unit = _word(said.get("UNIT")) or unit
    unit = _word(said.get("USER_UNIT")) or _word(said.get("_SYSTEMD_USER_UNIT")) or unit
    identifier = _word(said.get("SYSLOG_IDENTIFIER")) or _word(said.get("_COMM"))
    number = _word(said.get("PRIORITY"))
    priority = PRIORITIES[int(number)] if number in _NUMBERS else "info"
    host = _word(said.get("_HOSTNAME"))
    name = unit if unit not in _MANAGERS else identifier or unit or "journal"
    labels = {
        "service": name.removesuffix(".service"),
        "unit": unit,
        "identifier": identifier,
        "priority": priority,
        "host": host if host != here else "",
    }
    return Stream(
        path=f"journald:{name}/{priority}",
        labels=tuple((key, value) for key, value in labels.items() if value),
    )


_NUMBERS = frozenset(map(str, range(len(PRIORITIES))))


def _word(value: object) -> str:
    """A field as one word; a field that was given several times counts as its first."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    return value if isinstance(value, str) else ""


def _text(message: object) -> bytes:
    """A message; the reader writes one that is no text as a list of its bytes."""
    match message:
        case str():
            return message.encode("utf-8", "replace")
        case [int(), *_]:
            return bytes(one for one in message if isinstance(one, int) and one in _BYTE)
        case [*several]:
            return b"\n".join(filter(None, map(_text, several)))
        case _:
            return b""
