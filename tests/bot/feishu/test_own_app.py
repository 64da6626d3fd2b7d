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
