"""The senders of the configuration, with keys that may change while all runs."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.config.ingest import IngestSettings
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import sender_keys
from bot.ingest.door import Deliver, Door
from bot.ingest.events import BUILT_IN, MapHandler
from bot.ingest.handlers import Handlers, installed
from bot.ingest.sender import Sender, SenderKind
from watchers.clock import Clock

Stamp = tuple[int, int, int] | None


def senders_of(
    config: Config, file: str, environment: Mapping[str, str] = os.environ
) -> tuple[Sender, ...]:
    """Who may push something in."""
    return tuple(one.sender(_Keys(one, file, environment)) for one in config.ingest)


def handlers_of(config: Config) -> Handlers:
    """Who handles events: the configuration, then installed packages, then what is built in."""
    maps = tuple(
        mapped.mapped()
        for one in config.ingest
        if one.kind is SenderKind.EVENTS
        for mapped in one.map
    )
    return Handlers([MapHandler(maps=(mapped,)) for mapped in maps], installed(), BUILT_IN)


def door_of(config: Config, file: str, deliver: Deliver, clock: Clock) -> Door:
    """Where their requests come in."""
    handlers = handlers_of(config) if config.ingest else Handlers()
    return Door(senders_of(config, file), handlers, deliver, clock)


class _Keys:
    """The keys of one sender; a changed file holds at once, one that is gone changes nothing."""

    def __init__(self, settings: IngestSettings, file: str, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._path = beside(file, settings.secret_file) if settings.secret_file else None
        self._environment = environment
        self._stamp: Stamp = None
        self._read: tuple[str, ...] = ()

    def __call__(self) -> tuple[str, ...]:
        stamp = _stamp(self._path) if self._path is not None else None
        if stamp is not None and stamp != self._stamp and self._path is not None:
            try:
                self._read = sender_keys(self._path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return self._all()
            self._stamp = stamp
        return self._all()

    def _all(self) -> tuple[str, ...]:
        return (*sender_keys(self._environment.get(self._settings.variable, "")), *self._read)


def _stamp(path: Path) -> Stamp:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
