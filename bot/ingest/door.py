"""Lets requests of known senders in, and says what became of each: no Flask, no database."""

import json
import logging
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from bot.core.errors import BusyError
from bot.core.pushed import KeptEvent, Outcome, Push
from bot.core.shared_ports import Rates
from bot.ingest.authentic import LetIn, NotLetInError, let_in
from bot.ingest.events import event_of
from bot.ingest.flow import Flow
from bot.ingest.handlers import Handlers, PushedEvent
from bot.ingest.pushed import Pushed, finding_of
from bot.ingest.registry import reader_of
from bot.ingest.sender import Sender, SenderKind
from bot.ingest.shapes import ShapeError, body_of
from watchers.clock import Clock
from watchers.health import HostSample

_log = logging.getLogger(__name__)

IDEMPOTENCY_HEADER = "Idempotency-Key"
MOST_KEPT = 16 * 1024
"""Characters of an event that are kept where nothing comes of it."""
_LATER_S = 10
_LISTED = {SenderKind.NIGHTINGALE: "events", SenderKind.GENERIC: "items"}
"""Who may post a list instead of an object, and under which name it is read then."""
_LONGEST_KEY = 200
_FAULTS_TOLD = 10
_LONGEST_NOTE = 300

Deliver = Callable[[Push, Collection[HostSample]], bool]
"""Stores what a request came to, all or nothing; False if it came before, raises BusyError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a request is answered.

    Attributes:
        status: Of HTTP; 200 is `code` 0, any other one is the code too.
        msg: One word or sentence.
        why: For the counter of what was turned away, "" where it was not.
        retry_after_s: When to come again, 0 for nothing.
    """

    status: HTTPStatus = HTTPStatus.OK
    msg: str = "ok"
    data: Mapping[str, object] = field(default_factory=dict)
    why: str = ""
    retry_after_s: int = 0

    @property
    def taken(self) -> bool:
        """Whether it was not turned away."""
        return self.status is HTTPStatus.OK

    def as_json(self) -> dict[str, object]:
        """The body of the answer."""
        code = 0 if self.taken else self.status.value
        return {"code": code, "msg": self.msg, "data": dict(self.data)}


def refused(status: HTTPStatus, why: str, msg: str = "") -> Reply:
    """What a request is answered that was turned away."""
    return Reply(status=status, msg=msg or status.phrase, why=why)


class Door:
    """Where senders' requests come in; safe between threads, one of each process."""

    def __init__(
        self,
        senders: Iterable[Sender],
        handlers: Handlers,
        deliver: Deliver,
        clock: Clock,
        rates: Rates | None = None,
    ) -> None:
        """`rates` are those of all servers, where they share any."""
        self._senders = tuple(senders)
        self._handlers = handlers
        self._deliver = deliver
        self._clock = clock
        self._flows = {
            one.name: Flow(one.per_minute, clock, f"push:{one.name}", rates)
            for one in self._senders
        }

    def take(self, kind: SenderKind, name: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Take a request; `name` is the sender's, "" for any of the kind.

        A sender that does not exist is answered as one whose key is wrong.
        """
        now = self._clock.now()
        meant = [one for one in self._senders if one.kind is kind and name in ("", one.name)]
        try:
            found = let_in(meant, headers, raw, now)
        except NotLetInError as error:
            return refused(HTTPStatus.UNAUTHORIZED, error.why)
        wait_s = self._flows[found.sender.name].admit(1)
        if wait_s:
            reply = refused(HTTPStatus.TOO_MANY_REQUESTS, "too_many")
            return _later(reply, math.ceil(wait_s))
        return self.read(found, headers, raw, now)

    def read(self, found: LetIn, headers: Mapping[str, str], raw: bytes, now: datetime) -> Reply:
        """Make of a request what there is to be made of it, whoever let it in."""
        try:
            return self._read(found.sender, _keys(found, headers), raw, now)
        except ShapeError as error:
            return refused(HTTPStatus.BAD_REQUEST, "unreadable", str(error))
        except BusyError:
            return _later(refused(HTTPStatus.SERVICE_UNAVAILABLE, "busy"), _LATER_S)

    def _read(self, sender: Sender, keys: tuple[str, ...], raw: bytes, now: datetime) -> Reply:
        if sender.kind is SenderKind.EVENTS:
            return self._event(sender, keys, event_of(raw, sender, now), now)
        body = body_of(raw, _LISTED.get(sender.kind, ""))
        read = reader_of(sender.kind)(body, sender)
        kept = [_kept(sender, sender.kind.value, fault, body, now, now) for fault in read.faults]
        if read.faults and not read.alerts:
            # Nothing of it can be used, and whoever sent it should know; it is listed all the same.
            self._deliver(Push(sender=sender.name, keys=_signed(keys), kept=tuple(kept[:1])), ())
            raise ShapeError("; ".join(read.faults[:_FAULTS_TOLD]))
        findings = tuple(finding_of(one, sender, now) for one in read.alerts)
        push = Push(sender=sender.name, keys=keys, findings=findings, kept=tuple(kept[:1]))
        data: dict[str, object] = {"alerts": len(findings)}
        if read.faults:
            data["faults"] = list(read.faults[:_FAULTS_TOLD])
        return self._answered(push, (), data)

    def _event(
        self, sender: Sender, keys: tuple[str, ...], event: PushedEvent, now: datetime
    ) -> Reply:
        handler = self._handlers.of(event.name)
        if handler is None:
            note = _kept(sender, event.name, "", event.body, event.at, now)
            push = Push(sender=sender.name, keys=keys, kept=(note,))
            return self._answered(push, (), {"handled": False}, "nothing handles this; it is kept")
        try:
            found = tuple(handler.handle(event, now))
            alerts = [one for one in found if isinstance(one, Pushed)]
            hosts = [one for one in found if isinstance(one, HostSample)]
            findings = tuple(finding_of(one, sender, now) for one in alerts)
        except ShapeError as error:
            self._deliver(
                Push(
                    sender=sender.name,
                    keys=_signed(keys),
                    kept=(_kept(sender, event.name, str(error), event.body, event.at, now),),
                ),
                (),
            )
            raise
        except Exception as error:  # noqa: BLE001 - said, kept and listed
            # Somebody else's code: what it stumbles over is kept, and is nobody's to send again.
            _log.exception("a handler failed", extra={"event": event.name})
            note = _kept(sender, event.name, type(error).__name__, event.body, event.at, now)
            push = Push(sender=sender.name, keys=keys, kept=(note,))
            return self._answered(push, (), {"handled": False}, "its handler failed; it is kept")
        push = Push(sender=sender.name, keys=keys, findings=findings)
        return self._answered(push, hosts, {"handled": True, "alerts": len(findings)})

    def _answered(
        self,
        push: Push,
        hosts: Collection[HostSample],
        data: Mapping[str, object],
        msg: str = "ok",
    ) -> Reply:
        if self._deliver(push, hosts):
            return Reply(msg=msg, data=data)
        return Reply(msg="it came before", data={"duplicate": True})


def _keys(found: LetIn, headers: Mapping[str, str]) -> tuple[str, ...]:
    """What the request is known by when it comes again: its signature, and what it is called."""
    lower = {name.lower(): value for name, value in headers.items()}
    given = lower.get(IDEMPOTENCY_HEADER.lower(), "").strip()
    if len(given) > _LONGEST_KEY or not given.isprintable():
        raise ShapeError(f"{IDEMPOTENCY_HEADER}: wanted at most {_LONGEST_KEY} plain characters")
    name = found.sender.name
    signed = (f"push:{name}:signed:{found.key}",) if found.key else ()
    return (*signed, *((f"push:{name}:named:{given}",) if given else ()))


def _signed(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Of what cannot be used: under its name it may come again, once it is put right."""
    return tuple(one for one in keys if ":signed:" in one)


def _kept(
    sender: Sender,
    event: str,
    note: str,
    body: Mapping[str, object],
    at: datetime,
    now: datetime,
) -> KeptEvent:
    return KeptEvent(
        sender=sender.name,
        event=event,
        outcome=Outcome.FAILED if note else Outcome.UNKNOWN,
        note=note[:_LONGEST_NOTE],
        data=json.dumps(body, ensure_ascii=False, separators=(",", ":"))[:MOST_KEPT],
        at=at,
        received_at=now,
    )


def _later(reply: Reply, seconds: int) -> Reply:
    return Reply(status=reply.status, msg=reply.msg, why=reply.why, retry_after_s=seconds)
