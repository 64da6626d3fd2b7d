"""The HTTP server: Feishu's callbacks, pushed findings, health."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.core.errors import BusyError
from bot.core.numbers import Taken
from bot.feishu.security import Keys
from bot.web.factory import CallbackDoor, Doors, IngestDoor, create_app
from tests.bot.feishu.test_security import EVENT, seal, sign
from watchers.finding import Finding, Report, Severity, to_dict
from watchers.measured import Measured
from watchers.signing import verify

NOW = datetime.fromtimestamp(1_700_000_000, UTC)
SECRET = "ingest secret"
REPORT = Report(
    agent="web-1",
    findings=(
        Finding(
            id="f1",
            rule="error",
            severity=Severity.HIGH,
            labels={"service": "pay"},
            title="支付失败",
            first_at=NOW,
            seen_at=NOW,
        ),
    ),
)


class StoppedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class Office:
    """Receives what the doors let in."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.reports: list[Report] = []
        self.numbers: list[Measured] = []
        self.answer: dict[str, Any] | None = None
        self.broken = False
        self.unready: list[str] = []
        self.says: dict[str, object] | None = None

    def receive(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        if self.broken:
            raise RuntimeError("the database is on fire")
        self.events.append(envelope)
        return self.answer

    def take(self, report: Report) -> dict[str, object] | None:
        if self.broken:
            raise RuntimeError("the database is on fire")
        self.reports.append(report)
        return self.says

    def take_numbers(self, numbers: Sequence[Measured]) -> Taken:
        if self.broken:
            raise BusyError("the disk is full")
        self.numbers += numbers
        return Taken(fresh=len(numbers) - 1, known=1)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def web(office: Office) -> FlaskClient:
    keys = Keys(encrypt_key="test key", verification_token="vtoken")
    return create_app(
        clock=StoppedClock(),
        unready=lambda: office.unready,
        doors=Doors(
            callback=CallbackDoor(keys=keys, receive=office.receive),
            ingest=IngestDoor(
                secret=SECRET,
                take=office.take,
                take_numbers=office.take_numbers,
                numbers_per_minute=100,
            ),
        ),
    ).test_client()


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return {"X-Larkwatch-Timestamp": timestamp, "X-Signature": signature.hexdigest()}


def rejected(web: FlaskClient) -> str:
    lines = web.get("/metrics").text.splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def test_an_event_reaches_the_listener_opened(web: FlaskClient, office: Office) -> None:
    body = seal(EVENT)
    answer = web.post("/feishu/callback", data=body, headers=sign(body))
    assert (answer.status_code, answer.json) == (200, {})
    assert office.events == [EVENT]


def test_a_clicks_answer_goes_back(web: FlaskClient, office: Office) -> None:
    office.answer = {"toast": {"type": "success", "content": "已认领"}}
    body = seal(EVENT)
    answer = web.post("/feishu/callback", data=body, headers=sign(body))
    assert answer.json == office.answer


def test_feishus_challenge_is_answered_and_escaped(web: FlaskClient, office: Office) -> None:
    text = 'a"}<b>'
    body = seal({"type": "url_verification", "challenge": text, "token": "vtoken"})
    answer = web.post("/feishu/callback", data=body)
    assert (answer.status_code, answer.json) == (200, {"challenge": text})
    assert office.events == []


def test_an_unsigned_event_is_refused_without_a_reason_but_counted(
    web: FlaskClient, office: Office
) -> None:
    answer = web.post("/feishu/callback", data=seal(EVENT))
    assert (answer.status_code, answer.json) == (401, {"error": "Unauthorized"})
    web.post("/feishu/callback", data=seal(EVENT))
    web.post("/feishu/callback", data=b"{}")
    assert office.events == []
    assert rejected(web) == (
        'larkwatch_http_rejected_total{address="callback",why="not_encrypted"} 1\n'
        'larkwatch_http_rejected_total{address="callback",why="not_signed"} 2'
    )


def test_a_failing_listener_is_a_500_without_a_reason(
    web: FlaskClient, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.broken = True
    body = seal(EVENT)
    answer = web.post("/feishu/callback", data=body, headers=sign(body))
    assert (answer.status_code, answer.json) == (500, {"error": "Internal Server Error"})
    assert "a request failed" in caplog.text


def test_an_agents_report_arrives(web: FlaskClient, office: Office) -> None:
    body = json.dumps(to_dict(REPORT)).encode()
    headers = signed(body)
    answer = web.post("/ingest/findings", data=body, headers=headers)
    asked = headers["X-Signature"]
    assert (answer.status_code, answer.json) == (200, {"taken": 1, "answers": asked})
    told = (answer.headers["X-Larkwatch-Timestamp"], answer.headers["X-Signature"])
    verify(SECRET, *told, answer.data, NOW.timestamp())
    assert office.reports == [REPORT]


def test_an_agent_is_answered_what_it_is_to_know(web: FlaskClient, office: Office) -> None:
    office.says = {"health_every_s": 30.0}
    body = json.dumps(to_dict(REPORT)).encode()
    headers = signed(body)
    answer = web.post("/ingest/findings", data=body, headers=headers)
    asked = headers["X-Signature"]
    assert answer.json == {"taken": 1, "health_every_s": 30.0, "answers": asked}


def test_a_report_that_could_not_be_stored_comes_again(web: FlaskClient, office: Office) -> None:
    office.broken = True
    body = json.dumps(to_dict(REPORT)).encode()
    assert web.post("/ingest/findings", data=body, headers=signed(body)).status_code == 500


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "bad_signature"),
        (signed(b"{}", secret="other"), "bad_signature"),
        (signed(b"{} "), "bad_signature"),
        (signed(b"{}", NOW - timedelta(minutes=6)), "stale"),
        (signed(b"{}", NOW + timedelta(minutes=6)), "stale"),
    ],
)
def test_a_report_without_a_good_signature_is_refused(
    web: FlaskClient, office: Office, headers: dict[str, str], why: str
) -> None:
    answer = web.post("/ingest/findings", data=b"{}", headers=headers)
    assert (answer.status_code, answer.json) == (401, {"error": "Unauthorized"})
    assert f'address="ingest",why="{why}"}} 1' in rejected(web)
    assert office.reports == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps({**to_dict(REPORT), "version": 99}).encode(),
        json.dumps({**to_dict(REPORT), "findings": [{}]}).encode(),
        json.dumps(to_dict(REPORT)).encode().replace(b'"count": 1', b'"count": Infinity'),
    ],
)
def test_a_report_of_another_version_or_shape_is_refused(
    web: FlaskClient, office: Office, body: bytes
) -> None:
    answer = web.post("/ingest/findings", data=body, headers=signed(body))
    assert (answer.status_code, answer.json) == (400, {"error": "Bad Request"})
    assert office.reports == []


def pushed(*lines: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(one) for one in lines).encode()


DEPTH: dict[str, object] = {"name": "depth", "timestamp": NOW.timestamp(), "value": 17}


def test_numbers_that_are_pushed_arrive_and_what_became_of_each_is_told(
    web: FlaskClient, office: Office
) -> None:
    body = pushed(DEPTH, {**DEPTH, "value": "x"}, {**DEPTH, "labels": {"host": "a"}})
    answer = web.post("/ingest/series", data=body, headers=signed(body))
    why = 'value: wanted a number, found "x"'
    assert (answer.status_code, answer.json) == (
        200,
        {"taken": 1, "known": 1, "wrong": 1, "refused": [{"line": 2, "why": why}]},
    )
    assert office.numbers == [
        Measured(name="depth", value=17.0, at=NOW),
        Measured(name="depth", value=17.0, at=NOW, labels={"host": "a"}),
    ]
    assert 'address="ingest_series",why="bad_lines"} 1' in rejected(web)


def test_numbers_of_no_use_at_all_are_a_bad_request(web: FlaskClient, office: Office) -> None:
    for body in (b"", b"[1]", b"\xff"):
        answer = web.post("/ingest/series", data=body, headers=signed(body))
        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["refused"][0]["line"] == 1
    assert office.numbers == []


def test_numbers_are_signed_as_reports_are(web: FlaskClient, office: Office) -> None:
    body = pushed(DEPTH)
    for headers in ({}, signed(body, secret="other"), signed(body, NOW - timedelta(minutes=6))):
        assert web.post("/ingest/series", data=body, headers=headers).status_code == 401
    assert office.numbers == []


def test_numbers_that_cannot_be_stored_are_to_come_again(web: FlaskClient, office: Office) -> None:
    office.broken = True
    body = pushed(DEPTH)
    answer = web.post("/ingest/series", data=body, headers=signed(body))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_more_numbers_than_agreed_are_told_when_to_come_again(
    web: FlaskClient, office: Office
) -> None:
    body = pushed(*[DEPTH] * 60)
    statuses = [
        web.post("/ingest/series", data=body, headers=signed(body)).status_code for _ in range(3)
    ]
    assert statuses == [200, 429, 429]
    answer = web.post("/ingest/series", data=body, headers=signed(body))
    assert answer.headers["Retry-After"] == "12"
    assert len(office.numbers) == 60
    few = pushed(*[DEPTH] * 40)
    assert web.post("/ingest/series", data=few, headers=signed(few)).status_code == 200


@pytest.mark.parametrize("over", [1, 2, 1000])
@pytest.mark.parametrize("address", ["/feishu/callback", "/ingest/findings", "/ingest/series"])
def test_a_large_body_is_refused_and_counted(web: FlaskClient, address: str, over: int) -> None:
    answer = web.post(address, data=b"x" * ((1 << 20) + over))
    assert answer.status_code == 413
    assert list(answer.json or ()) == ["error"]
    assert 'why="too_large"} 1' in rejected(web)


def test_a_process_that_answers_is_alive(web: FlaskClient) -> None:
    assert web.get("/healthz").status_code == 200


def test_readiness_names_what_is_missing(web: FlaskClient, office: Office) -> None:
    assert web.get("/readyz").json == {"ready": True, "unready": []}
    office.unready = ["database"]
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "unready": ["database"]})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/feishu/callback", 405), ("POST", "/healthz", 405)],
)
def test_other_addresses_are_refused_in_json(
    web: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = web.open(path, method=method)
    assert answer.status_code == status
    assert answer.json
    assert list(answer.json) == ["error"]


def test_a_door_that_is_not_configured_does_not_exist() -> None:
    web = create_app(clock=StoppedClock(), unready=list, doors=Doors()).test_client()
    for address in ("/feishu/callback", "/ingest/findings"):
        assert web.post(address, data=b"{}").status_code == 404


def test_the_ingest_door_needs_a_secret_and_hides_it() -> None:
    with pytest.raises(ValueError, match="secret"):
        IngestDoor(secret="", take=Office().take, take_numbers=Office().take_numbers)
    office = Office()
    door = IngestDoor(secret=SECRET, take=office.take, take_numbers=office.take_numbers)
    assert SECRET not in repr(door)
