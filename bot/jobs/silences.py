"""Keeps an Alertmanager quiet about what is muted here, and lifts that with the mute."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from bot.core.alert import Alert
from bot.core.mute import Effect, Mute, mute_of
from bot.core.ports import Store
from bot.core.pushed import PUSHED, Push, Silence
from bot.engine.engine import Engine
from bot.ingest.pushed import Pushed, finding_of
from bot.ingest.sender import Sender
from watchers.clock import Clock

_log = logging.getLogger(__name__)

LASTS = timedelta(hours=1)
"""A silence ends there by itself when nobody here prolongs it."""
GONE_FOR = timedelta(minutes=2)
"""So long an alert is absent there before it is over: after a start, not all are there yet."""
LOOK_EVERY_S, AGAIN_AFTER_S = 5.0, 30.0
ASK_EVERY_S = 30.0
_MOST = 200
_TIMEOUT_S = 10.0
_SLACK = timedelta(seconds=5)
_NOT_FOUND = 404
_REFUSED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A sender that can be silenced.

    Attributes:
        url: Where its API is; may hold a password, and is never logged.
    """

    sender: Sender
    url: str


class Silencer:
    """Lets silences there be what is muted here, one for each alert; one thread.

    Who is silenced does not say that an alert is over either: that is asked for.
    """

    def __init__(
        self, silenced: tuple[Silenced, ...], store: Store, engine: Engine, clock: Clock
    ) -> None:
        self._silenced = silenced
        self._store = store
        self._engine = engine
        self._clock = clock
        self._due_s = {one.sender.name: clock.monotonic() for one in silenced}
        self._asked_s: dict[str, float] = {}
        self._gone: dict[tuple[str, int], datetime] = {}
        self._seen: set[tuple[str, int]] = set()

    def step(self) -> float:
        """Set, prolong and lift; seconds until it is worth a look again."""
        for one in self._silenced:
            name = one.sender.name
            if self._due_s[name] > self._clock.monotonic():
                continue
            try:
                self._settle(one)
                wait_s = 0.0
            except (requests.RequestException, ValueError, KeyError, TypeError) as error:
                # Without its own text, which may name the address.
                why = {"sender": name, "why": type(error).__name__}
                _log.warning("silences could not be set or lifted", extra=why)
                wait_s = AGAIN_AFTER_S
            self._due_s[name] = self._clock.monotonic() + wait_s
        return LOOK_EVERY_S

    def _settle(self, one: Silenced) -> None:
        now = self._clock.now()
        wanted = self._wanted(one.sender.name, now)
        known = {silence.alert_id: silence for silence in self._store.silences.of(one.sender.name)}
        for alert_id, silence in known.items():
            if alert_id not in wanted:
                _lift(one, silence)
                with self._store.transaction():
                    self._store.silences.remove(silence)
        for alert_id, (alert, mute) in wanted.items():
            if _lasts(known.get(alert_id), mute, now):
                continue
            silence = _set(one, alert, mute, known.get(alert_id), now)
            with self._store.transaction():
                self._store.silences.save(silence)
        self._ask(one, [alert for alert, _ in wanted.values()], now)

    def _wanted(self, sender: str, now: datetime) -> Mapping[int, tuple[Alert, Mute]]:
        mutes = self._store.mutes.active(now)
        if not mutes:
            return {}
        alerts = self._store.alerts.open_of_source(f"{PUSHED}{sender}", "", _MOST, unknown=False)
        pairs = [(alert, mute_of(alert, mutes, now)) for alert in alerts if _labels(alert)]
        return {
            alert.id: (alert, mute)
            for alert, mute in pairs
            if mute is not None and mute.effect is Effect.FULL
        }

    def _ask(self, one: Silenced, alerts: list[Alert], now: datetime) -> None:
        """Whether what is silenced still fires; what was there and is gone for long is over."""
        name = one.sender.name
        self._forget(name, {alert.id for alert in alerts})
        if not alerts or self._asked_s.get(name, 0.0) > self._clock.monotonic():
            return
        self._asked_s[name] = self._clock.monotonic() + ASK_EVERY_S
        for rule in {alert.rule for alert in alerts}:
            firing = _firing(one, rule)
            for alert in (alert for alert in alerts if alert.rule == rule):
                at = name, alert.id
                if _labels(alert) in firing:
                    self._seen.add(at)
                    self._gone.pop(at, None)
                elif at in self._seen and now - self._gone.setdefault(at, now) >= GONE_FOR:
                    self._end(one.sender, alert, now)

    def _forget(self, sender: str, silenced: Collection[int]) -> None:
        """What is known of alerts that are not silenced any more."""
        for at in self._seen | self._gone.keys():
            if at[0] == sender and at[1] not in silenced:
                self._seen.discard(at)
                self._gone.pop(at, None)

    def _end(self, sender: Sender, alert: Alert, now: datetime) -> None:
        over = Pushed(rule=alert.rule, title=alert.title, labels=_labels(alert), over=True)
        self._engine.pushed(
            Push(sender=sender.name, findings=(finding_of(over, sender, now),)), now
        )


def _lasts(known: Silence | None, mute: Mute, now: datetime) -> bool:
    """Whether a silence need not be changed."""
    if known is None or known.ends_at > mute.ends_at + _SLACK:
        return False
    return known.ends_at >= mute.ends_at - _SLACK or known.ends_at - now > LASTS / 2


def _set(one: Silenced, alert: Alert, mute: Mute, known: Silence | None, now: datetime) -> Silence:
    ends_at = min(mute.ends_at, now + LASTS)
    reason = f": {mute.reason}" if mute.reason else ""
    body: dict[str, Any] = {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in _labels(alert).items()
        ],
        "startsAt": now.isoformat(),
        "endsAt": ends_at.isoformat(),
        "createdBy": "Larkwatch",
        "comment": f"#{alert.id} is muted by {mute.by.name or mute.by.id}{reason}",
    }
    if known is not None:
        body["id"] = known.silence_id
    answer = requests.post(_place(one, "silences"), json=body, timeout=_TIMEOUT_S)
    if answer.status_code == _NOT_FOUND and known is not None:  # forgotten there meanwhile
        del body["id"]
        answer = requests.post(_place(one, "silences"), json=body, timeout=_TIMEOUT_S)
    answer.raise_for_status()
    return Silence(
        sender=one.sender.name,
        alert_id=alert.id,
        silence_id=str(answer.json()["silenceID"]),
        ends_at=ends_at,
    )


def _lift(one: Silenced, silence: Silence) -> None:
    place = _place(one, f"silence/{quote(silence.silence_id, safe='')}")
    answer = requests.delete(place, timeout=_TIMEOUT_S)
    if answer.status_code < _REFUSED or answer.status_code == _NOT_FOUND:
        return
    known = requests.get(place, timeout=_TIMEOUT_S)  # one that is over is not lifted again
    if known.status_code == _NOT_FOUND or known.json()["status"]["state"] == "expired":
        return
    answer.raise_for_status()


def _firing(one: Silenced, rule: str) -> list[dict[str, str]]:
    """Labels of what fires there of a rule, silenced or not."""
    quoted = rule.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    answer = requests.get(
        _place(one, "alerts"), params={"filter": f'alertname="{quoted}"'}, timeout=_TIMEOUT_S
    )
    answer.raise_for_status()
    return [dict(alert["labels"]) for alert in answer.json()]


def _place(one: Silenced, name: str) -> str:
    return f"{one.url.rstrip('/')}/api/v2/{name}"


def _labels(alert: Alert) -> dict[str, str]:
    """As they are there: they stand with the newest sample."""
    fields = alert.samples[-1].fields if alert.samples else {}
    return {name: text for name, text in fields.items() if isinstance(text, str)}
