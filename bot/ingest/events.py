"""The events that are understood without any configuration, and those that maps are for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.ingest.generic import by_maps
from bot.ingest.handlers import Handler, PushedEvent
from bot.ingest.mapping import Mapped
from bot.ingest.pushed import Pushed
from bot.ingest.sender import Sender
from bot.ingest.shapes import ShapeError, body_of, label_texts, moment, number, shown, table, words
from watchers.health import CheckResult, CheckStatus, HostSample

LONGEST_EVENT = 200


def event_of(raw: bytes, sender: Sender, now: datetime) -> PushedEvent:
    """Read a posted event: ``{"event": "user.created", "timestamp": …, "data": {…}}``.

    Raises:
        ShapeError: If it is none.
    """
    body = body_of(raw)
    name = body.get("event")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_EVENT or not name.isprintable():
        raise ShapeError(f'event: wanted a name such as "user.created", found {shown(name)}')
    at = now
    if body.get("timestamp") is not None:
        found = moment(body["timestamp"])
        if found is None:
            wanted = "seconds since 1970"
            raise ShapeError(f"timestamp: wanted {wanted}, found {shown(body['timestamp'])}")
        at = found
    return PushedEvent(name=name, at=at, data=body.get("data"), sender=sender.name, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapHandler:
    """What the configuration says of events of some names."""

    maps: tuple[Mapped, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """Those that any of the maps is for."""
        return tuple(one.event for one in self.maps)

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed | HostSample]:
        """What the first map that fits makes of it."""
        meant = [one for one in self.maps if one.takes(event.name)]
        for found in by_maps(meant, event.body, event.name):
            if isinstance(found, ShapeError):
                raise found
            yield found


class AlertEvents:
    """``alert.fired`` and ``alert.resolved``; another Larkwatch's webhook says the same.

    Their data: ``title``, ``rule``, ``message``, ``severity``, ``labels``, ``links``.
    """

    events = ("alert.fired", "alert.resolved", "alert.escalated", "alert.stood_down")

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed]:
        """One alert."""
        data = table(event.data, "data")
        rule, title = words(data.get("rule"), 200), words(data.get("title"))
        over = event.name in ("alert.resolved", "alert.stood_down")
        if not rule and not title:
            raise ShapeError("data: title or rule is missing")
        notes = label_texts(data.get("annotations"), "data.annotations")
        yield Pushed(
            rule=rule or title,
            title=title,
            message=words(data.get("message")) or notes.pop("message", ""),
            severity=words(data.get("severity"), 40),
            labels=label_texts(data.get("labels"), "data.labels"),
            annotations=notes,
            links={name: words(link) for name, link in _links(data).items()},
            started_at=None if over else moment(data.get("started_at")),
            over=over,
        )


class Heartbeat:
    """``heartbeat``: how a machine stands; one that was heard and stops is an alert.

    Its data: ``host``, ``status`` (``UP`` or ``DOWN``), ``cpu_usage``, ``memory_usage`` and
    ``disk_usage`` from 0 to 1, ``every_s`` where it comes less often than every few seconds.
    """

    events = ("heartbeat",)

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[HostSample]:
        """How one machine stands."""
        data = table(event.data, "data")
        host = words(data.get("host"), 64) or event.sender
        down = words(data.get("status"), 10).upper() == "DOWN"
        check = CheckResult(
            name="status",
            kind="heartbeat",
            status=CheckStatus.DOWN if down else CheckStatus.UP,
            at=event.at,
            detail=words(data.get("message"), 200),
        )
        yield HostSample(
            host=host,
            at=event.at.astimezone(UTC),
            cpu=_share(data, "cpu_usage"),
            memory=_share(data, "memory_usage"),
            disk=_share(data, "disk_usage"),
            checks=(check,),
            every_s=min(max(number(data.get("every_s")) or 0.0, 0.0), 86_400.0),
        )


class Ping:
    """``ping``: whether address and key are right; nothing comes of it."""

    events = ("ping",)

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed]:
        """Nothing."""
        return ()


BUILT_IN: tuple[Handler, ...] = (AlertEvents(), Heartbeat(), Ping())


def _share(data: Mapping[str, Any], name: str) -> float:
    found = number(data.get(name))
    if found is None:
        return 0.0
    if not 0.0 <= found <= 1.0:
        raise ShapeError(f"data.{name}: wanted a share from 0 to 1, found {shown(found)}")
    return found


def _links(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return table(data.get("links"), "data.links")
