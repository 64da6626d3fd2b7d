"""What an app has of the manifest, asked of the sandbox, and what becomes of the rest."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.core.errors import DeliveryError
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.manifest import Manifest, read_manifest
from bot.feishu.own_app import AppFacts, OwnApp, missing_of
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from tests.bot.feishu.openapi_server import OpenApi, Reply, serving

PATCH = "application:application:patch"
SELF = "application:application:self_manage"


@pytest.fixture
def make() -> Iterator[Callable[..., tuple[Sandbox, OwnApp]]]:
    towns: list[Sandbox] = []

    def start(**choices: Any) -> tuple[Sandbox, OwnApp]:
        town = Sandbox(Settings(**choices))
        towns.append(town)
        address, app = town.start(), town.settings
        credentials = Credentials(
            app_id=app.app_id, app_secret=app.app_secret, domain=address, timeout_s=5
        )
        return town, OwnApp(FeishuClient(credentials), app.app_id)

    yield start
    for town in towns:
        town.stop()


def facts(app: OwnApp) -> AppFacts:
    found = app.facts()
    assert found is not None
    return found


def test_an_app_with_everything_misses_nothing(make: Callable[..., Any]) -> None:
    _, app = make()
    found = facts(app)
    assert not missing_of(read_manifest(), app.granted(), found.subscriptions)
    assert (found.name, found.owner) == ("Larkwatch", stable_id("ou_", OWNER))
    assert found.in_use
    assert not found.waiting
    assert found.subscriptions is not None
    assert (found.subscriptions.event_way, found.subscriptions.callback_way) == (
        "websocket",
        "websocket",
    )


def test_what_is_missing_is_named_and_added(make: Callable[..., Any]) -> None:
    town, app = make(scopes=frozenset({PATCH, SELF}))
    town.application.change(events=frozenset(), callbacks=frozenset())
    town.application.publish({})
    manifest = read_manifest()
    missing = missing_of(manifest, app.granted(), facts(app).subscriptions)
    assert set(missing.scopes) == set(manifest.scopes) - {SELF}
    assert (missing.events, missing.callbacks) == (manifest.events, manifest.callbacks)
    app.add(missing)
    assert not missing_of(manifest, app.granted(), facts(app).subscriptions)
    assert PATCH in town.application.live.scopes, "nothing is taken away"


def test_an_app_that_may_not_change_itself_is_told_so(make: Callable[..., Any]) -> None:
    _, app = make(scopes=frozenset({SELF}))
    with pytest.raises(DeliveryError) as caught:
        app.add(read_manifest())
    assert caught.value.code == 99991672


def test_what_feishu_does_not_say_counts_as_there(make: Callable[..., Any]) -> None:
    _, app = make(scopes=frozenset({"im:message", "im:chat"}))
    assert app.facts() is None
    missing = missing_of(read_manifest(), app.granted(), None)
    assert SELF in missing.scopes
    assert (missing.events, missing.callbacks) == ((), ())


def test_a_wider_scope_stands_in_for_narrower_ones() -> None:
    manifest = Manifest(scopes=("im:message:send_as_bot", "im:message:update", "im:chat:readonly"))
    assert manifest.without_scopes({"im:message", "im:chat"}) == ()
    assert manifest.without_scopes({"im:message:send_as_bot"}) == ("im:chat:readonly",)


def older_app(*more: dict[str, Any]) -> AppFacts:
    """What is made of an app that does not name its events, and of the answers after that."""
    callback = {"callback_type": "websocket", "subscribed_callbacks": ["card.action.trigger"]}
    app = {"app_name": "x", "status": 1, "online_version_id": "oav_1", "callback_info": callback}
    with serving(OpenApi()) as api:
        api.replies.append(Reply({"code": 0, "data": {"app": app}}))
        for one in more:
            api.replies.append(Reply(one, 200 if one["code"] == 0 else 400))
        credentials = Credentials(app_id="cli_x", app_secret="y", domain=api.address, timeout_s=5)
        return facts(OwnApp(FeishuClient(credentials), "cli_x"))


def test_where_the_app_does_not_name_its_events_its_version_does() -> None:
    infos = [{"event_type": "im.message.receive_v1", "event_name": "Message"}]
    found = older_app({"code": 0, "data": {"app_version": {"event_infos": infos}}})
    assert found.subscriptions is not None
    assert found.subscriptions.events == {"im.message.receive_v1"}
    assert found.subscriptions.event_way == ""


@pytest.mark.parametrize(
    "answer", [{"code": 99991672, "msg": "no"}, {"code": 0, "data": {"app_version": {}}}]
)
def test_where_neither_names_them_that_is_not_said(answer: dict[str, Any]) -> None:
    assert older_app(answer).subscriptions is None


def test_the_version_of_the_sandbox_names_its_events(make: Callable[..., Any]) -> None:
    town, app = make()
    client = app._client
    path = "/open-apis/application/v6/applications/me"
    queries = {"lang": "zh_cn"}
    version = client.ask("x", "GET", path, queries=queries)["data"]["app"]["online_version_id"]
    answer = client.ask("x", "GET", f"{path}/app_versions/{version}", queries=queries)["data"]
    named = {one["event_type"] for one in answer["app_version"]["event_infos"]}
    assert named == town.application.live.events
    with pytest.raises(DeliveryError) as caught:
        client.ask("x", "GET", f"{path}/app_versions/oav_other", queries=queries)
    assert caught.value.code == 210507
