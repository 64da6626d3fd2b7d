"""The addresses of what others push: which sender is meant, and how the answer looks."""

from collections.abc import Mapping
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from bot.ingest.door import Reply, refused
from bot.ingest.sender import SenderKind
from bot.web.factory import Doors, create_app
from watchers.clock import SystemClock


class Take:
    def __init__(self) -> None:
        self.seen: list[tuple[SenderKind, str, bytes]] = []
        self.reply = Reply(data={"alerts": 1})

    def __call__(
        self, kind: SenderKind, name: str, headers: Mapping[str, str], raw: bytes
    ) -> Reply:
        assert headers["X-Signature"] == "s"
        self.seen.append((kind, name, raw))
        return self.reply


@pytest.fixture
def take() -> Take:
    return Take()


@pytest.fixture
def web(take: Take) -> FlaskClient:
    doors = Doors(pushed=take)
    return create_app(clock=SystemClock(), unready=lambda: (), doors=doors).test_client()


def test_the_address_names_kind_and_sender(web: FlaskClient, take: Take) -> None:
    for path in ("events", "events/shop", "alertmanager/prom", "generic/ci"):
        answer = web.post(f"/ingest/{path}", data=b"{}", headers={"X-Signature": "s"})
        assert (answer.status_code, answer.json) == (
            200,
            {"code": 0, "msg": "ok", "data": {"alerts": 1}},
        )
    assert take.seen == [
        (SenderKind.EVENTS, "", b"{}"),
        (SenderKind.EVENTS, "shop", b"{}"),
        (SenderKind.ALERTMANAGER, "prom", b"{}"),
        (SenderKind.GENERIC, "ci", b"{}"),
    ]
    assert web.post("/ingest/pager/x").status_code == 404
    assert web.get("/ingest/events").status_code == 405


def test_what_is_turned_away_is_counted_by_reason_and_says_when_to_come_again(
    web: FlaskClient, take: Take
) -> None:
    take.reply = refused(HTTPStatus.UNAUTHORIZED, "bad_signature")
    answer = web.post("/ingest/events", headers={"X-Signature": "s"})
    assert (answer.status_code, answer.json) == (
        401,
        {"code": 401, "msg": "Unauthorized", "data": {}},
    )
    take.reply = Reply(
        status=HTTPStatus.TOO_MANY_REQUESTS, msg="later", why="too_many", retry_after_s=7
    )
    later = web.post("/ingest/grafana/g", headers={"X-Signature": "s"})
    assert (later.status_code, later.headers["Retry-After"]) == (429, "7")
    large = web.post("/ingest/events", data=b"x" * (1024 * 1024 + 1))
    assert (large.status_code, large.json and large.json["code"]) == (413, 413)

    counted = web.get("/metrics").text
    for address, why in (
        ("ingest_events", "bad_signature"),
        ("ingest_grafana", "too_many"),
        ("ingest_events", "too_large"),
    ):
        assert f'larkwatch_http_rejected_total{{address="{address}",why="{why}"}} 1' in counted
