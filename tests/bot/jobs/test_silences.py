"""Silences in an Alertmanager that does what its API says, by a clock that is moved."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.mute import Effect, UntilResolved
from bot.core.pushed import Push
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.ingest.pushed import Pushed, finding_of
from bot.ingest.sender import Sender, SenderKind
from bot.jobs.silences import AGAIN_AFTER_S, ASK_EVERY_S, Silenced, Silencer
from bot.store.store import Store
from tests.builders import LIN
from tests.fakes import MovableClock

PROM = Sender(name="prom", kind=SenderKind.ALERTMANAGER)


class Alertmanager(ThreadingHTTPServer):
    """The part of the API that is used."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Api)
        self.silences: dict[str, dict[str, Any]] = {}
        self.firing: list[dict[str, str]] = []
        self.broken = False
        self.asked = 0

    @property
    def active(self) -> list[dict[str, Any]]:
        return [one for one in self.silences.values() if one["state"] == "active"]


class _Api(BaseHTTPRequestHandler):
    server: Alertmanager

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = wish.get("id") or f"s{len(self.server.silences) + 1}"
        if self.server.broken or ("id" in wish and name not in self.server.silences):
            self._answer(500 if self.server.broken else 404, {})
            return
        self.server.silences[name] = {**wish, "state": "active"}
        self._answer(200, {"silenceID": name})

    def do_DELETE(self) -> None:
        name = self.path.rpartition("/")[2]
        found = self.server.silences.get(name)
        if self.server.broken or (found is not None and found["state"] == "expired"):
            self._answer(500, {})
            return
        if found is not None:
            found["state"] = "expired"
        self._answer(404 if found is None else 200, {})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.endswith("/alerts"):
            self.server.asked += 1
            (matcher,) = parse_qs(parts.query)["filter"]
            found = [one for one in self.server.firing if f'"{one["alertname"]}"' in matcher]
            self._answer(200, [{"labels": one} for one in found])
            return
        state = self.server.silences[parts.path.rpartition("/")[2]]["state"]
        self._answer(200, {"status": {"state": state}})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Says nothing."""

    def _answer(self, status: int, body: object) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@pytest.fixture
def elsewhere() -> Iterator[Alertmanager]:
    with Alertmanager() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Here:
    """Our side."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.clock = store, MovableClock()
        self.engine = Engine(store, Terms(), lambda: None)
        self.silencer = Silencer((Silenced(sender=PROM, url=url),), store, self.engine, self.clock)

    def push(self, rule: str = "Down") -> dict[str, str]:
        labels = {"alertname": rule, "job": "pay"}
        found = finding_of(Pushed(rule=rule, labels=labels), PROM, self.clock.now())
        self.engine.pushed(Push(sender="prom", findings=(found,)), self.clock.now())
        return labels

    def later(self, **span: float) -> datetime:
        now = self.clock.move(**span)
        self.silencer.step()
        return now

    def is_open(self, number: int) -> bool:
        found = self.store.alerts.get(number)
        assert found is not None
        return found.state.open


@pytest.fixture
def here(store: Store, elsewhere: Alertmanager) -> Here:
    return Here(store, f"http://127.0.0.1:{elsewhere.server_port}/")


def ends(silence: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(silence["endsAt"])


def test_a_silence_is_prolonged_as_long_as_the_mute_lasts_and_never_beyond_it(
    here: Here, elsewhere: Alertmanager
) -> None:
    elsewhere.firing = [here.push()]
    now = here.clock.now()
    until = now + timedelta(minutes=90)
    mute = here.engine.mute_alert(1, until, LIN, now, reason="deploy")
    here.later()
    assert [ends(one) for one in elsewhere.active] == [now + timedelta(hours=1)]
    here.later(minutes=20)
    assert ends(elsewhere.active[0]) == now + timedelta(hours=1)
    here.later(minutes=15)
    assert [ends(one) for one in elsewhere.active] == [until]

    here.engine.extend_mute(mute.id, here.clock.now() + timedelta(minutes=5), LIN, here.clock.now())
    at = here.later(seconds=1)
    assert [ends(one) for one in elsewhere.active] == [at + timedelta(minutes=5, seconds=-1)]
    elsewhere.silences.clear()  # forgotten there: it is set anew when it is prolonged
    here.engine.extend_mute(mute.id, until + timedelta(days=1), LIN, here.clock.now())
    here.later(seconds=1)
    assert len(elsewhere.active) == 1
    assert "deploy" in elsewhere.active[0]["comment"]


def test_what_only_must_not_ring_and_what_is_not_muted_is_not_silenced(
    here: Here, elsewhere: Alertmanager
) -> None:
    elsewhere.firing = [here.push("Down"), here.push("Slow")]
    here.engine.mute_alert(1, UntilResolved(), LIN, here.clock.now(), effect=Effect.NOTIFY_ONLY)
    here.later()
    assert elsewhere.silences == {}
    here.engine.mute_alert(2, UntilResolved(), LIN, here.clock.now())
    here.later()
    assert [one["matchers"][0]["value"] for one in elsewhere.active] == ["Slow"]
    here.engine.resolve(2, LIN, here.clock.now())
    here.later()
    assert elsewhere.active == []


def test_what_is_silenced_and_gone_there_for_long_is_over_here(
    here: Here, elsewhere: Alertmanager
) -> None:
    elsewhere.firing = [here.push("Down"), here.push("Slow")]
    now = here.clock.now()
    for number in (1, 2):
        here.engine.mute_alert(number, now + timedelta(days=1), LIN, now)
    here.later()
    slow = elsewhere.firing.pop()
    here.later(seconds=ASK_EVERY_S + 1)
    here.later(seconds=ASK_EVERY_S + 1)
    elsewhere.firing.append(slow)  # it was only starting
    here.later(seconds=ASK_EVERY_S + 1)
    elsewhere.firing.pop()
    here.later(seconds=119)
    here.later(seconds=119)
    assert here.is_open(2)
    here.later(seconds=2)
    asked = elsewhere.asked
    here.later(seconds=ASK_EVERY_S)
    assert (here.is_open(1), here.is_open(2)) == (True, False)
    assert elsewhere.asked > asked
    here.later(seconds=1)
    assert len(elsewhere.active) == 1


def test_when_the_other_side_fails_it_is_tried_again_later_and_what_is_over_is_let_go(
    here: Here, elsewhere: Alertmanager
) -> None:
    elsewhere.firing = [here.push()]
    now = here.clock.now()
    elsewhere.broken = True
    mute = here.engine.mute_alert(1, now + timedelta(days=1), LIN, now)
    here.later()
    elsewhere.broken = False
    here.later(seconds=AGAIN_AFTER_S - 1)
    assert elsewhere.silences == {}
    here.later(seconds=1)
    assert len(elsewhere.active) == 1

    here.engine.unmute(mute.id, LIN, here.clock.now())
    elsewhere.broken = True
    here.later(seconds=1)
    assert len(here.store.silences.of("prom")) == 1
    elsewhere.broken = False
    elsewhere.active[0]["state"] = "expired"
    here.later(seconds=AGAIN_AFTER_S)
    assert here.store.silences.of("prom") == ()
