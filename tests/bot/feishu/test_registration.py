"""The registration of an app, at the sandbox and at a server that follows a script."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.feishu.manifest import read_manifest
from bot.feishu.registration import (
    Accounts,
    Code,
    Ending,
    News,
    Registered,
    RegistrationError,
    register,
)
from bot.sandbox.faults import Fault
from bot.sandbox.registrations import unpacked
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id

LIN = stable_id("ou_", OWNER)
PATH = "/oauth/v1/app/registration"


class MovedClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(kw_only=True)
class Scene:
    """One registration at a sandbox, and what a person does when the code is shown."""

    town: Sandbox
    clock: MovedClock
    codes: list[Code] = field(default_factory=list)
    news: list[News] = field(default_factory=list)

    @property
    def query(self) -> dict[str, str]:
        parts = parse_qs(urlsplit(self.codes[0].address).query)
        return {key: values[0] for key, values in parts.items()}

    def decide(self, *, approve: bool) -> None:
        query = self.query
        self.town.registrations.decide(
            query["user_code"],
            LIN,
            approve=approve,
            addons=query["addons"],
            client_id=query.get("clientID"),
        )

    def run(
        self,
        then: Callable[["Scene"], None],
        on_news: Callable[[News], None] = lambda _: None,
        app_id: str = "",
    ) -> Registered:
        def show(code: Code) -> None:
            self.codes.append(code)
            then(self)

        def tell(news: News) -> None:
            self.news.append(news)
            on_news(news)

        address = self.town.address
        accounts = Accounts(feishu=address, lark=address)
        return register(read_manifest(), show, tell, accounts=accounts, app_id=app_id)


@pytest.fixture
def make() -> Iterator[Callable[..., Scene]]:
    towns: list[Sandbox] = []

    def start(**choices: Any) -> Scene:
        clock = MovedClock()
        settings = Settings(registration_interval_s=0, scopes=frozenset(), **choices)
        towns.append(Sandbox(settings, clock))
        towns[-1].start()
        return Scene(town=towns[-1], clock=clock)

    yield start
    for town in towns:
        town.stop()


def test_an_app_has_what_the_manifest_says_and_nothing_else(make: Callable[..., Scene]) -> None:
    scene = make()
    found = scene.run(lambda scene: scene.decide(approve=True))
    settings, manifest = scene.town.settings, read_manifest()
    assert found == Registered(
        app_id=settings.app_id, app_secret=settings.app_secret, person=LIN, brand="feishu"
    )
    assert found.app_secret not in repr(found)
    live = scene.town.application.live
    assert (live.scopes, live.events, live.callbacks) == (
        set(manifest.scopes),
        set(manifest.events),
        set(manifest.callbacks),
    )
    assert unpacked(scene.query["addons"])["preset"] is False
    assert scene.query["name"] == "Larkwatch"
    assert "clientID" not in scene.query
    assert scene.codes[0].good_for_s == 600


def test_an_app_that_is_there_gets_what_it_lacks(make: Callable[..., Scene]) -> None:
    scene = make()
    app_id = scene.town.settings.app_id
    assert scene.run(lambda scene: scene.decide(approve=True), app_id=app_id).app_id == app_id
    assert scene.query["clientID"] == app_id
    assert set(read_manifest().scopes) <= scene.town.application.live.scopes


def test_a_company_of_lark_is_found_out(make: Callable[..., Scene]) -> None:
    scene = make(brand="lark")
    assert scene.run(lambda scene: scene.decide(approve=True)).brand == "lark"
    assert News.OF_LARK in scene.news


def test_who_refuses_ends_it(make: Callable[..., Scene]) -> None:
    with pytest.raises(RegistrationError) as caught:
        make().run(lambda scene: scene.decide(approve=False))
    assert caught.value.ending is Ending.DENIED


def test_a_code_expires(make: Callable[..., Scene]) -> None:
    scene = make()
    with pytest.raises(RegistrationError) as caught:
        scene.run(lambda _: None, on_news=lambda _: scene.clock.move(600))
    assert caught.value.ending is Ending.EXPIRED
    assert scene.news == [News.WAITING]


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.SERVER_ERROR])
def test_a_lost_poll_is_not_the_end(make: Callable[..., Scene], fault: Fault) -> None:
    scene = make()

    def agree(news: News) -> None:
        if news is News.UNREACHABLE:
            scene.decide(approve=True)

    def break_down(scene: Scene) -> None:
        scene.town.faults.set(fault, api=PATH, count=1)

    assert scene.run(break_down, on_news=agree).person == LIN
    assert scene.news[0] is News.UNREACHABLE


def test_nobody_there_is_said_at_once(make: Callable[..., Scene]) -> None:
    scene = make()
    scene.town.faults.set(Fault.DROPPED, api=PATH, count=1)
    with pytest.raises(RegistrationError) as caught:
        scene.run(lambda _: None)
    assert caught.value.ending is Ending.UNREACHABLE
    assert scene.town.address in caught.value.detail


Answer = tuple[int, Any]


@pytest.fixture
def scripted() -> Iterator[Callable[[Mapping[str, list[Answer]]], str]]:
    """A server that answers each action with the next of its answers."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Mapping[str, list[Answer]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, body = answers[parse_qs(text)["action"][0]].pop(0)
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


INIT: Answer = (200, {"supported_auth_methods": ["client_secret"]})
BEGUN = {"device_code": "d", "verification_uri_complete": "https://x/?user_code=U"}
DONE: Answer = (200, {"client_id": "cli_1", "client_secret": "s", "user_info": {"open_id": "ou_1"}})


def test_whoever_asks_too_often_waits_longer(scripted: Callable[..., str]) -> None:
    slow: Answer = (400, {"error": "slow_down"})
    # Five seconds more than an interval of minus five are none.
    begun: Answer = (200, BEGUN | {"interval": -5, "expires_in": 60})
    address = scripted({"init": [INIT], "begin": [begun], "poll": [slow, DONE]})
    news: list[News] = []
    accounts = Accounts(feishu=address, lark=address)
    found = register(read_manifest(), lambda _: None, news.append, accounts=accounts)
    assert found.app_id == "cli_1"
    assert news == [News.SLOWED_DOWN]


def test_lark_is_asked_at_its_own_address(scripted: Callable[..., str]) -> None:
    begun: Answer = (200, BEGUN | {"interval": 0, "expires_in": 60})
    brand = {"user_info": {"tenant_brand": "lark"}, "error": "authorization_pending"}
    feishu = scripted({"init": [INIT], "begin": [begun], "poll": [(400, brand)]})
    lark = scripted({"poll": [DONE], "init": [INIT], "begin": [begun]})
    accounts = Accounts(feishu=feishu, lark=lark)
    found = register(read_manifest(), lambda _: None, lambda _: None, accounts=accounts)
    assert found.brand == "lark"


def test_who_names_lark_begins_there(scripted: Callable[..., str]) -> None:
    begun: Answer = (200, BEGUN | {"interval": 0, "expires_in": 60})
    lark = scripted({"init": [INIT], "begin": [begun], "poll": [DONE]})
    accounts = Accounts(feishu="http://127.0.0.1:9", lark=lark)
    found = register(
        read_manifest(), lambda _: None, lambda _: None, accounts=accounts, brand="lark"
    )
    assert found.brand == "lark"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"init": [(200, {})]}, "client_secret"),
        ({"init": [INIT], "begin": [(400, {"error": "x", "error_description": "no"})]}, "x: no"),
        ({"init": [(200, [])]}, "garbled"),
        ({"init": [INIT], "begin": [(200, BEGUN)], "poll": [(400, {"error": "odd"})]}, "odd"),
    ],
)
def test_what_feishu_refuses_is_passed_on(
    scripted: Callable[..., str], answers: Any, said: str
) -> None:
    address = scripted(answers)
    accounts = Accounts(feishu=address, lark=address)
    with pytest.raises(RegistrationError) as caught:
        register(read_manifest(), lambda _: None, lambda _: None, accounts=accounts)
    assert caught.value.ending is Ending.REFUSED
    assert said in caught.value.detail
