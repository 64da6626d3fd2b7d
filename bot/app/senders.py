"""The senders of the configuration, with keys that may change while all runs."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app.shared import Repeats
from bot.config.ingest import IngestSettings
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import sender_keys
from bot.core.pushed import Push
from bot.core.shared_ports import Rates
from bot.engine.engine import Engine
from bot.ingest.authentic import LetIn
from bot.ingest.door import Deliver, Door, Reply
from bot.ingest.events import BUILT_IN, MapHandler
from bot.ingest.handlers import Handlers, installed
from bot.ingest.sender import Sender, SenderKind
from bot.jobs.silences import Silenced
from watchers.clock import Clock
from watchers.finding import Report
from watchers.health import HostSample
from watchers.redaction.redactor import Redactor

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


def door_of(
    config: Config, file: str, deliver: Deliver, clock: Clock, rates: Rates | None = None
) -> Door:
    """Where their requests come in."""
    handlers = handlers_of(config) if config.ingest else Handlers()
    return Door(senders_of(config, file), handlers, deliver, clock, rates)


def silenced_of(config: Config, file: str) -> tuple[Silenced, ...]:
    """Those of them that are silenced about what is muted here."""
    pairs = zip(config.ingest, senders_of(config, file), strict=True)
    return tuple(
        Silenced(sender=sender, url=one.silence_url) for one, sender in pairs if one.silence_url
    )


class Receiving:
    """Stores what requests come to, redacted as agents' reports are; safe between threads."""

    def __init__(self, engine: Engine, redactor: Redactor, clock: Clock, repeats: Repeats) -> None:
        self._repeats = repeats
        self._engine = engine
        self._redactor = redactor
        self._clock = clock

    def __call__(self, push: Push, hosts: Collection[HostSample]) -> bool:
        """Store it, all or nothing; False if it came before.

        Raises:
            BusyError: If it could not be stored.
        """
        if self._repeats.known(push.keys):
            return False
        now, clean = self._clock.now(), self._redactor
        safe = replace(
            push,
            findings=tuple(map(clean.finding, push.findings)),
            kept=tuple(
                replace(one, note=clean.text(one.note), data=clean.text(one.data))
                for one in push.kept
            ),
        )
        if not self._engine.pushed(safe, now):
            return False
        for host in hosts:
            report = Report(agent=f"{push.sender}/{host.host}", host=clean.host(host))
            self._engine.report(report, now)
        self._repeats.stored(push.findings, push.keys)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of a request."""

    reply: Reply
    push: Push
    hosts: tuple[HostSample, ...] = ()


def trial(config: Config, settings: IngestSettings, raw: bytes, clock: Clock) -> Trial:
    """What would become of a body if this sender posted it; nothing is stored."""
    sender = settings.sender(tuple)
    pushes, hosts = [Push(sender=sender.name)], list[HostSample]()

    def deliver(push: Push, samples: Collection[HostSample]) -> bool:
        pushes.append(push)
        hosts.extend(samples)
        return True

    door = Door((sender,), handlers_of(config), deliver, clock)
    reply = door.read(LetIn(sender=sender), {}, raw, clock.now())
    return Trial(reply=reply, push=pushes[-1], hosts=tuple(hosts))


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
