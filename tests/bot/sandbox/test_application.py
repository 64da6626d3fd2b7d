"""The app changes its own configuration: nothing before it is published, everything after."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot.sandbox.scopes import APPLICATION, GRANTED
from bot.sandbox.server import Sandbox, Settings


@pytest.fixture
def town(clock: Any) -> Iterator[Sandbox]:
    scopes = GRANTED | set(APPLICATION)
    sandbox = Sandbox(Settings(scopes=scopes, answer_limit_s=0.3), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


class Console:
    def __init__(self, town: Sandbox, bot: Any) -> None:
        self.bot = bot
        self.path = f"/application/v7/applications/{town.settings.app_id}"

    def change(self, part: str, body: object) -> int:
        return int(self.bot.call("PATCH", f"{self.path}/{part}", body).json()["code"])

    def publish(self) -> Any:
        return self.bot.call("POST", f"{self.path}/publish", {"changelog": "x"}).json()["data"]


@pytest.fixture
def console(town: Sandbox, bot: Any) -> Console:
    return Console(town, bot)


def test_a_scope_is_taken_away_by_the_next_version(console: Console, town: Sandbox) -> None:
    scope = {"remove_scopes": [{"scope_name": "contact:user.id:readonly", "token_type": "tenant"}]}
    assert console.change("config", {"scope": scope}) == 0

    def look_up() -> int:
        path = "/contact/v3/users/batch_get_id"
        return int(console.bot.call("POST", path, {"emails": []}).json()["code"])

    assert look_up() == 0, "a draft changes nothing"
    shown = requests.get(f"{town.address}/sandbox/state", timeout=5).json()["app"]["config"]
    assert "contact:user.id:readonly" not in shown["draft"]["scopes"]
    assert console.publish() == {"version": "1.0.1"}
    assert look_up() == 99991672
    assert town.application.versions[0]["changelog"] == "x"


def test_events_go_where_the_configuration_says(
    console: Console, town: Sandbox, listener: Any, group: str, owner: str, until: Any
) -> None:
    assert console.change("config", {"event": {"remove_events": ["im.chat.updated_v1"]}}) == 0
    console.publish()
    town.people.rename(group, "x", owner)
    town.post_text(group, "x", owner)
    until(lambda: listener.heard)
    assert [one["header"]["event_type"] for one in listener.heard] == ["im.message.receive_v1"]
    assert console.change("config", {"callback": {"callback_type": "webhook"}}) == 0
    console.publish()
    assert town.press(console.bot.send_card(group), owner)["code"] == 200340


def test_the_app_reads_what_it_may_do_and_hear(console: Console, town: Sandbox) -> None:
    added = {"add_scopes": [{"scope_name": "im:message.pins:read", "token_type": "tenant"}]}
    console.change("config", {"scope": added, "event": {"remove_events": ["im.chat.updated_v1"]}})

    def granted() -> dict[str, int]:
        shown = console.bot.call("GET", "/application/v6/scopes").json()["data"]["scopes"]
        return {one["scope_name"]: one["grant_status"] for one in shown}

    def app() -> Any:
        return console.bot.call("GET", "/application/v6/applications/me?lang=zh_cn").json()

    assert granted()["im:message.pins:read"] == 2, "asked for, not granted yet"
    before = app()["data"]["app"]
    assert before["unaudit_version_id"]
    assert "im.chat.updated_v1" in before["event"]["subscribed_events"]
    console.publish()
    assert granted()["im:message.pins:read"] == 1
    after = app()["data"]["app"]
    assert after["unaudit_version_id"] == ""
    assert after["online_version_id"] != before["online_version_id"]
    assert "im.chat.updated_v1" not in after["event"]["subscribed_events"]
    assert after["event"]["subscription_type"] == "websocket"
    assert after["callback"]["subscribed_callbacks"] == ["card.action.trigger"]
    assert after["owner"] == {"type": 2, "owner_id": next(iter(town.state.users))}


def test_the_app_reads_only_itself_and_only_with_the_scope(console: Console) -> None:
    path = "/application/v6/applications"

    def code(rest: str) -> int:
        return int(console.bot.call("GET", f"{path}/{rest}").json()["code"])

    assert code("me") == 99992402
    assert code("cli_0000000000000000?lang=zh_cn") == 210505
    scope = {"scope_name": "application:application:self_manage", "token_type": "tenant"}
    console.change("config", {"scope": {"remove_scopes": [scope]}})
    console.publish()
    assert code("me?lang=zh_cn") == 99991672
    assert console.bot.call("GET", "/application/v6/scopes").json()["code"] == 0


def test_a_request_url_must_pass_the_challenge(console: Console) -> None:
    event = {"subscription_type": "webhook", "request_url": "http://127.0.0.1:1/x"}
    assert console.change("config", {"event": event}) == 99992402


def test_a_bot_that_is_switched_off_may_not_speak(console: Console, group: str) -> None:
    assert console.change("ability", {"bot": {"enable": False}}) == 0
    console.publish()
    assert console.bot.send(group, {"text": "x"}).json()["code"] == 230006
    assert console.bot.call("GET", "/im/v1/chats").json()["code"] == 232025


def test_a_stranger_address_may_not_call(console: Console) -> None:
    assert console.change("config", {"security": {"add": {"allowed_ips": ["10.0.0.1"]}}}) == 0
    console.publish()
    assert console.bot.call("GET", "/im/v1/chats").json()["code"] == 99991401


@pytest.mark.parametrize(
    "body",
    [
        {"scope": []},
        {"scope": {"add_scopes": "x"}},
        {"scope": {"add_scopes": [{}]}},
        {"event": {"subscription_type": "pigeon"}},
        {"event_and_callback_encrypt_strategy": {"encryption_key": "x" * 33}},
    ],
)
def test_a_wrong_change_is_refused(console: Console, town: Sandbox, body: Any) -> None:
    assert console.change("config", body) == 99992402
    assert town.application.to_json()["draft"] is None
    console.path = "/application/v7/applications/cli_0000000000000000"
    assert console.change("config", {}) == 99992402


def test_twenty_versions_a_minute_are_enough(console: Console) -> None:
    path = f"{console.path}/publish"
    replies = [console.bot.call("POST", path, {}) for _ in range(21)]
    assert replies[19].status_code == 200
    assert replies[20].status_code == 429
    assert replies[20].headers["x-ogw-ratelimit-limit"] == "20"
    assert replies[20].headers["x-ogw-ratelimit-reset"] == "60"
