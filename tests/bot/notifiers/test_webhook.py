"""The signed webhook, against a server in this process."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Purpose
from bot.core.ports import Job
from bot.core.subscription import Target, TargetKind
from bot.delivery.posting import ID_HEADER
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.notifiers.base import WebhookSettings
from bot.notifiers.webhook import Webhook
from tests.builders import LIN, NOW, finding, later, notification, report
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify


@dataclass
class Pager:
    """Somebody else's address."""

    url: str = ""
    code: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def pager() -> Iterator[Pager]:
    pager = Pager()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pager.got.append((dict(self.headers), body))
            self.send_response(pager.code)
            for name, value in pager.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    pager.url = f"http://127.0.0.1:{server.server_port}/hook?token=hidden"
    yield pager
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fired(engine: Engine) -> Engine:
    """One alert."""
    engine.report(report(finding(count=3)), NOW)
    return engine


def webhook(pager: Pager, views: Views) -> Webhook:
    settings = WebhookSettings(name="pager", url=pager.url, secret_file="pager.secret")
    return Webhook((settings,), {"pager": "shared"}, views)


def job(purpose: Purpose = Purpose.ESCALATED, name: str = "pager") -> Job:
    target = Target(kind=TargetKind.WEBHOOK, address=name)
    content = {"means": "webhook", "people": [], "step": 2, "steps": 4}
    owed = notification(target=target, purpose=purpose, content=content)
    return Job(notification=owed, uuid="lw1", card=None)


def test_a_step_is_posted_signed(pager: Pager, views: Views, fired: Engine) -> None:
    assert webhook(pager, views).deliver(job(), later(minutes=5)) is not None
    ((headers, body),) = pager.got
    now = later(minutes=5).timestamp()
    verify("shared", headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER], body, now)
    assert headers[ID_HEADER] == "lw1"
    told = json.loads(body)
    assert (told["event"], told["timestamp"]) == ("alert.escalated", int(now))
    data = told["data"]
    assert (data["id"], data["count"], data["severity"], data["state"]) == (1, 3, "high", "firing")
    assert (data["step"], data["steps"], data["by"]) == (2, 4, None)


def test_that_somebody_has_it_is_posted_and_a_late_step_is_not(
    pager: Pager, views: Views, fired: Engine
) -> None:
    hook = webhook(pager, views)
    assert hook.deliver(job(Purpose.STOOD_DOWN), NOW) is None
    fired.acknowledge(1, LIN, NOW)
    assert hook.deliver(job(), NOW) is None
    assert hook.deliver(job(Purpose.STOOD_DOWN), NOW) is not None
    ((_, body),) = pager.got
    told = json.loads(body)
    assert (told["event"], told["data"]["by"]["id"]) == ("alert.stood_down", LIN.id)


@pytest.mark.parametrize(
    ("code", "fault", "wait_s"),
    [
        (500, Fault.PASSING, None),
        (429, Fault.PASSING, 7),
        (302, Fault.MISCONFIGURED, None),
        (403, Fault.MISCONFIGURED, None),
    ],
)
def test_refusals_say_whether_to_try_again(
    pager: Pager, views: Views, fired: Engine, code: int, fault: Fault, wait_s: int | None
) -> None:
    pager.code = code
    pager.headers = {"Retry-After": str(wait_s)} if wait_s else {"Retry-After": "tomorrow"}
    with pytest.raises(DeliveryError) as caught:
        webhook(pager, views).deliver(job(), NOW)
    wait = caught.value.retry_after
    assert (caught.value.fault, caught.value.code) == (fault, code)
    assert (wait.total_seconds() if wait else None) == wait_s


def test_who_does_not_answer_is_tried_again_and_the_address_stays_hidden(
    views: Views, fired: Engine
) -> None:
    with pytest.raises(DeliveryError) as caught:
        webhook(Pager(url="http://127.0.0.1:1/hook?token=hidden"), views).deliver(job(), NOW)
    assert caught.value.fault is Fault.PASSING
    assert "hidden" not in str(caught.value)


def test_a_name_or_a_secret_that_is_missing_is_for_an_operator(
    pager: Pager, views: Views, fired: Engine
) -> None:
    settings = WebhookSettings(name="pager", url=pager.url, secret_file="pager.secret")
    without_secret = Webhook((settings,), {"pager": ""}, views)
    for hook, name in ((webhook(pager, views), "other"), (without_secret, "pager")):
        with pytest.raises(DeliveryError) as caught:
            hook.deliver(job(name=name), NOW)
        assert caught.value.fault is Fault.MISCONFIGURED
    assert pager.got == []
