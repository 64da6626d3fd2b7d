"""Reads the calendars of rotas now and then; what cannot be read keeps its last good reading."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from bot.core.rota import Shift
from bot.engine.engine import Engine
from bot.ingest.ical import SPAN, CalendarError, read_shifts
from watchers.clock import Clock

_log = logging.getLogger(__name__)

READ_EVERY_S = 900.0
AGAIN_AFTER_S = 60.0
"""After a fault."""
_PAST = timedelta(days=1)
_LARGEST = 5 * 1024 * 1024
_TIMEOUT_S = 10.0
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSource:
    """Where a rota's calendar is.

    Attributes:
        place: Path of a file, or an address; an address may hold a secret and is never logged.
        people: Names and mail addresses in it → open_ids.
        zone: Of times that name none.
    """

    rota: str
    place: str
    people: Mapping[str, str]
    zone: ZoneInfo


class CalendarReader:
    """Reads each source in its turn; one thread."""

    def __init__(self, sources: tuple[CalendarSource, ...], engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._sources = {one.rota: one for one in sources}
        self._due_s = dict.fromkeys(self._sources, clock.monotonic())

    def step(self) -> float:
        """Read what is due; seconds until more is."""
        for name, source in self._sources.items():
            if self._due_s[name] <= self._clock.monotonic():
                wait_s = READ_EVERY_S if self._read(source) else AGAIN_AFTER_S
                self._due_s[name] = self._clock.monotonic() + wait_s
        soonest = min(self._due_s.values(), default=self._clock.monotonic() + READ_EVERY_S)
        return max(0.0, soonest - self._clock.monotonic())

    def _read(self, source: CalendarSource) -> bool:
        now = self._clock.now()
        try:
            shifts = self._shifts(source)
        except CalendarError as error:
            _log.warning(
                "a calendar cannot be read", extra={"rota": source.rota, "why": str(error)}
            )
            self._engine.know_calendar(source.rota, (), now, fault=str(error))
            return False
        self._engine.know_calendar(source.rota, shifts, now)
        return True

    def _shifts(self, source: CalendarSource) -> tuple[Shift, ...]:
        raw = _fetched(source.place) if "://" in source.place else _found(source.place)
        now = self._clock.now()
        return read_shifts(raw, now - _PAST, now + SPAN, source.people, source.zone)


def _found(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return _bounded(file.read(_LARGEST + 1))
    except OSError as error:
        raise CalendarError(f"the file cannot be read: {error.strerror}") from error


def _fetched(address: str) -> bytes:
    """Without the exception's own text, which names the address."""
    try:
        with requests.get(address, timeout=_TIMEOUT_S, stream=True) as answer:
            if answer.status_code != _OK:
                raise CalendarError(f"the address answers HTTP {answer.status_code}")
            return _bounded(answer.raw.read(_LARGEST + 1, decode_content=True))
    except requests.RequestException as error:
        raise CalendarError(f"the address does not answer: {type(error).__name__}") from error


def _bounded(raw: bytes) -> bytes:
    if len(raw) > _LARGEST:
        raise CalendarError("more than 5 MiB")
    return raw
