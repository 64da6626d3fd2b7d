"""How commands and clicks arrive, with the way broken."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import Doctor
from bot.core.diagnosis import Check, Status, Verdict
from bot.feishu.long_connection import ConnectionState
from bot.feishu.security import Keys
from bot.web.factory import CallbackDoor, Doors, create_app
from tests.bot.feishu.openapi_server import OpenApi, Reply, serving

CHECK = Check.RECEIVING
KEYS = {"LARKWATCH_ENCRYPT_KEY": "key", "LARKWATCH_VERIFICATION_TOKEN": "token"}


@pytest.fixture
def serve(patient: Any) -> Iterator[Callable[[str], str]]:
    """Starts the callback server with an encrypt key; gives its address."""
    servers = []

    def start(encrypt_key: str) -> str:
        keys = Keys(encrypt_key=encrypt_key, verification_token="token")
        door = CallbackDoor(keys=keys, receive=lambda _: None)
        app = create_app(clock=patient.clock, unready=lambda: (), doors=Doors(callback=door))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.port}/feishu/callback"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def over_http(patient: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    patient.configure(feishu='mode = "http"')
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    patient.app(event_mode="webhook", callback_mode="webhook")
    return patient


def test_events_that_go_another_way_than_configured_are_found(patient: Any) -> None:
    patient.app(event_mode="webhook")
    found = patient.examine(CHECK)
    assert found[0].verdict is Verdict.OTHER_WAY
    assert found[0].facts["what"] == "events"
    assert found[0].facts["found"] == "webhook"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [(1000040350, Verdict.CONNECTION_FULL), (403, Verdict.CONNECTION_REFUSED)],
)
def test_a_refused_long_connection_says_what_to_do(
    patient: Any, code: int, verdict: Verdict
) -> None:
    with serving(OpenApi()) as api:
        api.replies.append(Reply({"code": 99991672, "msg": "no scope"}, 400))
        api.replies.append(Reply({"code": code, "msg": "no", "data": {}}))
        text = patient.file.read_text().replace(patient.town.address, api.address)
        patient.file.write_text(text)
        found = patient.only(CHECK)
    assert found.verdict is verdict
    if verdict is Verdict.CONNECTION_REFUSED:
        assert "long connection" in str(found.facts["remedy"])


@pytest.mark.parametrize(
    ("connected", "error", "verdict"),
    [(True, "", Verdict.CONNECTION_UP), (False, "broke", Verdict.CONNECTION_DOWN)],
)
def test_inside_the_bot_its_own_connection_counts(
    patient: Any, connected: bool, error: str, verdict: Verdict
) -> None:
    state = ConnectionState(connected=connected, since=patient.clock.now(), error=error)
    with scene_of(str(patient.file), patient.clock, patient.machine) as scene:
        inside = replace(scene, connection=lambda: state)
        (found,) = Doctor(lambda: inside).examine([CHECK])
    assert found.verdict is verdict


def test_over_http_both_keys_are_wanted(patient: Any) -> None:
    patient.configure(feishu='mode = "http"')
    patient.app(event_mode="webhook", callback_mode="webhook")
    found = patient.only(CHECK)
    assert found.verdict is Verdict.KEYS_MISSING
    assert found.facts["names"] == "LARKWATCH_ENCRYPT_KEY, LARKWATCH_VERIFICATION_TOKEN"


def test_an_address_that_answers_the_challenge_is_well(
    over_http: Any, serve: Callable[[str], str]
) -> None:
    url = serve("key")
    over_http.app(request_url=url, callback_url=url)
    found = over_http.only(CHECK)
    assert (found.verdict, found.subject) == (Verdict.CALLBACK_ANSWERS, url)


def test_another_encrypt_key_at_the_address_is_found(
    over_http: Any, serve: Callable[[str], str]
) -> None:
    url = serve("another key")
    over_http.app(request_url=url, callback_url=url)
    found = over_http.only(CHECK)
    assert (found.verdict, found.facts["code"]) == (Verdict.CALLBACK_WRONG, 400)
    assert "another key" not in str(found)


def test_no_address_and_a_dead_one_are_told_apart(over_http: Any) -> None:
    over_http.app(request_url="http://127.0.0.1:1/feishu/callback", callback_url=None)
    assert over_http.verdicts(CHECK) == [
        Verdict.CALLBACK_NO_ADDRESS,
        Verdict.CALLBACK_UNREACHABLE,
    ]


def test_where_feishu_does_not_say_the_address_the_own_server_is_tried(
    over_http: Any, serve: Callable[[str], str]
) -> None:
    port = serve("key").partition("127.0.0.1:")[2].partition("/")[0]
    over_http.configure(feishu='mode = "http"', more=f"[server]\nport = {port}")
    over_http.without("scopes", "application:application:self_manage")
    found = over_http.only(CHECK)
    assert found.verdict is Verdict.CALLBACK_LOCAL
    assert found.status is Status.WARNING
