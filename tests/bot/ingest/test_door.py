"""Requests of senders: who is let in, what comes of it, and that nothing is counted twice."""

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BusyError
from bot.core.pushed import Outcome, Push
from bot.ingest.door import Door, Reply
from bot.ingest.events import BUILT_IN, MapHandler
from bot.ingest.handlers import Handlers, PushedEvent
from bot.ingest.mapping import Mapped, compiled
from bot.ingest.pushed import Pushed
from bot.ingest.sender import Sender, SenderKind, Signed
from tests.fakes import MovableClock
from watchers.finding import Severity
from watchers.health import HostSample, HostStatus

NOW = datetime.fromtimestamp(1_717_023_456, UTC)
STAMP = 1_717_023_456
NEW = "new"
DATA = Path(__file__).parent / "pushed"


class Store:
    """Keeps what is delivered, each once."""

    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.hosts: list[HostSample] = []
        self.busy = False
        self._seen: set[str] = set()

    def __call__(self, push: Push, hosts: Collection[HostSample]) -> bool:
        if self.busy:
            raise BusyError("locked")
        known = self._seen & set(push.keys)
        self._seen |= set(push.keys)
        if known:
            return False
        self.pushes.append(push)
        self.hosts += hosts
        return True


class Users:
    events = ("user.*",)

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed]:
        if event.data is None:
            raise LookupError("no user")
        return [Pushed(rule="users", title=f"{event.name} {event.data['id']}")]


class Created:
    events = ("user.created",)

    def handle(self, event: PushedEvent, now: datetime) -> Iterable[Pushed]:
        return [Pushed(rule="new user", labels={"user": str(event.data["id"])})]


SHOP = Sender(name="shop", kind=SenderKind.EVENTS, secrets=lambda: ("old", "new"), per_minute=50)
MAPPED = Mapped(title=compiled("data.text"), event="order.*", labels={"id": compiled("data.id")})


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def door(store: Store, clock: MovableClock) -> Door:
    return door_of(store, clock)


def door_of(store: Store, clock: MovableClock, *others: Sender) -> Door:
    senders = (
        SHOP,
        Sender(name="plain", kind=SenderKind.EVENTS, secrets=lambda: ("p",), signs=Signed.BODY),
        *others,
    )
    handlers = Handlers([MapHandler(maps=(MAPPED,))], [Users(), Created()], BUILT_IN)
    return Door(senders, handlers, store, clock)


def event(name: str = "user.created", timestamp: object = STAMP, **data: Any) -> bytes:
    body: dict[str, Any] = {"event": name, "timestamp": timestamp, "data": data}
    return json.dumps(body, indent=1).encode()


def signature(body: bytes, secret: str = NEW, timestamp: str = str(STAMP)) -> str:
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def post(door: Door, body: bytes, secret: str = NEW, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return door.take(SenderKind.EVENTS, "", {"x-signature": signature(body, secret), **named}, body)


def test_a_signed_event_is_handled_by_the_most_exact_name(door: Door, store: Store) -> None:
    reply = post(door, event(id=7))

    assert reply.as_json() == {"code": 0, "msg": "ok", "data": {"handled": True, "alerts": 1}}
    (push,) = store.pushes
    (finding,) = push.findings
    assert (push.agent, finding.rule, finding.labels) == ("push:shop", "new user", {"user": "7"})
    post(door, event("user.deleted", id=7))
    assert store.pushes[-1].findings[0].title == "user.deleted 7"


def test_all_keys_hold_while_they_change_and_no_other(door: Door, store: Store) -> None:
    assert post(door, event(id=1), "old").status == 200
    assert post(door, event(id=2), "new").status == 200
    for wrong in ("", "gone", "new "):
        reply = post(door, event(id=3), wrong)
        assert (reply.as_json(), reply.why) == (
            {"code": 401, "msg": "Unauthorized", "data": {}},
            "bad_signature",
        )
    assert len(store.pushes) == 2


def test_the_time_that_is_signed_is_that_of_the_header_or_else_of_the_body(door: Door) -> None:
    body = event(timestamp=f"{STAMP}")
    by_header = signature(body, timestamp=str(STAMP + 200))
    headers = {"X-Signature": f"sha256={by_header}".upper().replace("SHA", "sha")}

    late = door.take(SenderKind.EVENTS, "", headers, body)
    named = door.take(SenderKind.EVENTS, "shop", {**headers, "X-Timestamp": str(STAMP + 200)}, body)
    floating = b'{"event": "ping", "timestamp": 1717023456.50, "data": null}'
    exact = {"X-Signature": signature(floating, timestamp="1717023456.50")}

    assert late.why == "bad_signature"
    assert named.status == 200
    assert door.take(SenderKind.EVENTS, "", exact, floating).status == 200
    assert door.take(SenderKind.EVENTS, "plain", exact, floating).why == "bad_signature"
    assert door.take(SenderKind.EVENTS, "nobody", exact, floating).why == "no_sender"


def test_a_signature_over_the_body_alone_is_for_those_configured_so(door: Door) -> None:
    body = event("ping")

    def signed(secret: str) -> dict[str, str]:
        return {"X-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}

    assert door.take(SenderKind.EVENTS, "", signed("p"), body).status == 200
    assert door.take(SenderKind.EVENTS, "", signed("new"), body).why == "bad_signature"


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (-300, 200), (301, 401), (-301, 401)])
def test_an_event_is_fresh_for_five_minutes(
    door: Door, clock: MovableClock, seconds: int, status: int
) -> None:
    body = event("ping")
    clock.move(seconds=seconds)
    reply = post(door, body)
    assert (reply.status, reply.why) == (status, "" if status == 200 else "stale")


def test_the_same_request_and_the_same_idempotency_key_count_once(door: Door, store: Store) -> None:
    first = post(door, event(id=1), Idempotency_Key="a")
    replayed = post(door, event(id=1), Idempotency_Key="b")
    again = post(door, event(id=1, tried=2), Idempotency_Key="a")
    other = post(door, event(id=1, tried=2), Idempotency_Key="c")

    assert first.msg == "ok"
    assert replayed.as_json() == {"code": 0, "msg": "it came before", "data": {"duplicate": True}}
    assert again.data == other.data == {"duplicate": True}
    assert len(store.pushes) == 1
    assert post(door, event(id=2), Idempotency_Key="x" * 201).status == 400


def test_what_nobody_handles_or_a_handler_stumbles_over_is_kept(door: Door, store: Store) -> None:
    unknown = post(door, event("rocket.launched", pad=7))
    broken = post(door, json.dumps({"event": "user.deleted", "timestamp": STAMP}).encode())
    half = post(door, event("alert.fired", title="x", labels=[1]), Idempotency_Key="k")

    assert (unknown.status, unknown.data) == (200, {"handled": False})
    assert (broken.status, half.status) == (200, 400)
    assert "labels" in half.msg
    kept = [one for push in store.pushes for one in push.kept]
    assert [(one.event, one.outcome, one.note) for one in kept[:2]] == [
        ("rocket.launched", Outcome.UNKNOWN, ""),
        ("user.deleted", Outcome.FAILED, "LookupError"),
    ]
    assert '"pad":7' in kept[0].data
    mended = post(door, event("alert.fired", title="late"), Idempotency_Key="k")
    assert mended.data == {"handled": True, "alerts": 1}


def test_maps_of_the_configuration_make_alerts_of_events(door: Door, store: Store) -> None:
    post(door, event("order.failed", text="declined", id=12))
    assert store.pushes[0].findings[0].rule == "order.failed"
    assert store.pushes[0].findings[0].labels == {"id": "12"}
    assert post(door, event("order.failed", id=12)).status == 400


def test_alerts_of_events_fire_and_are_over_and_heartbeats_are_of_hosts(
    door: Door, store: Store
) -> None:
    labels = {"service": "pay", "shop": 3}
    fired = {"title": "slow", "rule": "latency", "severity": "Page", "labels": labels}
    post(door, event("alert.fired", **fired, links={"dashboard": "https://g.example/d/1"}))
    post(door, event("alert.resolved", rule="latency", labels=labels))
    post(door, event("heartbeat", host="a", status="DOWN", cpu_usage=0.5, every_s=30))

    fires, ends, beats = store.pushes
    (one,), (over,) = fires.findings, ends.findings
    assert (one.severity, one.labels) == (Severity.CRITICAL, {"service": "pay", "shop": "3"})
    assert one.annotations == {"link:dashboard": "https://g.example/d/1"}
    assert (over.recovers, over.alone, over.labels, over.rule) == (True, True, one.labels, one.rule)
    assert beats.findings == ()
    (host,) = store.hosts
    assert (host.host, host.cpu, host.every_s, host.status) == ("a", 0.5, 30.0, HostStatus.DOWN)
    assert post(door, event("heartbeat", cpu_usage=50)).status == 400


def test_too_many_requests_and_a_busy_database_are_told_to_come_later(
    door: Door, store: Store, clock: MovableClock
) -> None:
    store.busy = True
    busy = post(door, event("ping"))
    store.busy = False
    for _ in range(50):
        post(door, event("ping"))
    flooded = post(door, event("ping"))

    assert (busy.status, busy.retry_after_s) == (503, 10)
    assert (flooded.status, flooded.why, flooded.retry_after_s > 0) == (429, "too_many", True)
    assert post(door, event("ping"), "wrong").status == 401  # who is nobody uses up nothing
    clock.move(seconds=flooded.retry_after_s)
    assert post(door, event("ping")).status == 200


PROM = Sender(name="prom", kind=SenderKind.ALERTMANAGER, secrets=lambda: ("sésame", "t2"), user="u")


def test_who_cannot_sign_shows_a_token_or_a_password(store: Store, clock: MovableClock) -> None:
    door, body = door_of(store, clock, PROM), b'{"alerts": []}'

    def show(text: str) -> Reply:
        return door.take(SenderKind.ALERTMANAGER, "prom", {"Authorization": text}, body)

    def basic(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    for right in (
        "Bearer t2",
        f"bearer {'sésame'.encode().decode('latin-1')}",
        basic("u:sésame"),
        basic("u:t2"),
    ):
        assert show(right).status == 200
    for wrong in (
        "",
        "t2",
        "Bearer",
        "Bearer x",
        "Bearer 秘",
        "Digest t2",
        "Basic t2",
        basic("prom:t2"),
    ):
        assert (show(wrong).status, show(wrong).why) == (401, "bad_token")
    signed = {"X-Signature": signature(body, "t2"), "X-Timestamp": str(STAMP)}
    assert door.take(SenderKind.ALERTMANAGER, "prom", signed, body).status == 200
    assert (
        door.take(SenderKind.ALERTMANAGER, "", {"Authorization": "Bearer t2"}, body).status == 200
    )


SENTRY = Sender(name="se", kind=SenderKind.SENTRY, secrets=lambda: ("client secret",))
OTHERS = (
    PROM,
    SENTRY,
    Sender(name="gr", kind=SenderKind.GRAFANA, secrets=lambda: ("t",)),
    Sender(name="n9e", kind=SenderKind.NIGHTINGALE, secrets=lambda: ("t",)),
    Sender(
        name="any",
        kind=SenderKind.GENERIC,
        secrets=lambda: ("t",),
        maps=(replace(MAPPED, event="*", each=compiled("rows[]"), title=compiled("text")),),
    ),
)


def test_a_list_is_read_where_a_sender_may_post_one(store: Store, clock: MovableClock) -> None:
    door, raw = door_of(store, clock, *OTHERS), b'[{"rule_name": "Load"}, {"rule_name": "Disk"}]'
    told = door.take(SenderKind.NIGHTINGALE, "n9e", {"Authorization": "Bearer t"}, raw)
    refused = door.take(SenderKind.GRAFANA, "gr", {"Authorization": "Bearer t"}, raw)
    assert (told.data, refused.status) == ({"alerts": 2}, 400)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_KNOWN = st.sampled_from(
    (
        *("alerts", "status", "labels", "annotations", "startsAt", "event", "timestamp", "data"),
        *("issue", "id", "metadata", "events", "tags", "rule_name", "severity", "rows", "text"),
        *("metric_alert", "alert_rule", "values", "project", "url", "version", "installation"),
    )
)
_NEAR = st.recursive(
    _JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KNOWN, inner, max_size=8),
    max_leaves=12,
)
_BODY = st.binary(max_size=200) | _NEAR.map(lambda found: json.dumps(found).encode())


@given(body=_BODY, kind=st.sampled_from(SenderKind), key=st.text(max_size=300))
def test_any_body_of_a_known_sender_is_taken_or_refused_clearly_and_never_lost(
    body: bytes, kind: SenderKind, key: str
) -> None:
    store = Store()
    door = door_of(store, MovableClock(NOW), *OTHERS)
    signed = hmac.new(b"client secret", body, hashlib.sha256).hexdigest()
    secret = {SenderKind.ALERTMANAGER: "t2", SenderKind.EVENTS: "new"}.get(kind, "t")
    headers = {
        "X-Timestamp": str(STAMP),
        "X-Signature": signature(body, secret),
        "Sentry-Hook-Signature": signed,
        "Idempotency-Key": key,
    }

    reply = door.take(kind, "", headers, body)

    assert reply.status in (200, 400)
    assert reply.msg
    json.dumps(reply.as_json())
    if reply.status == 200:
        assert len(store.pushes) == 1
        assert door.take(kind, "", headers, body).data == {"duplicate": True}
    stolen = door.take(
        kind, "", {**headers, "X-Signature": "0" * 64, "Sentry-Hook-Signature": ""}, body
    )
    assert (stolen.status, stolen.data) == (401, {})
