"""A card and its click, through the sandbox."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.core.subscription import Language
from bot.feishu.cards.reader import Reader
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.round_trip import RoundTrip
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.state import Message
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id
from tests.bot.feishu import samples
from watchers.clock import SystemClock

LIN = stable_id("ou_", OWNER)
PRESSED = {"do": "prove"}
WITHIN_S = 20.0


@pytest.fixture
def town() -> Iterator[Sandbox]:
    town = Sandbox(Settings(ping_interval_s=1, retry_scale=0.001))
    town.start()
    yield town
    town.stop()


def trip_of(town: Sandbox, secret: str = "") -> RoundTrip:
    credentials = Credentials(
        app_id=town.settings.app_id,
        app_secret=secret or town.settings.app_secret,
        domain=town.address,
    )
    clock = SystemClock()
    reader = Reader(language=Language.ZH, zone=samples.SHANGHAI, now=clock.now())
    return RoundTrip(FeishuClient(credentials), credentials, reader, clock)


def private(town: Sandbox) -> Message:
    chat = town.state.p2p_chat(LIN)
    assert chat is not None
    return town.messages(chat.chat_id)[-1]


def waited(look: Callable[[], Any]) -> Any:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if found := look():
            return found
        pause.wait(0.02)
    raise AssertionError("waited in vain")


def test_a_click_comes_back_and_the_card_says_so(town: Sandbox) -> None:
    with trip_of(town) as trip:
        assert trip.connected(WITHIN_S) == ""
        trip.send(LIN)
        assert not trip.clicked(0)
        said = town.press(private(town).message_id, LIN, tag="button", value=PRESSED)
        assert said["toast"]["content"] == "一切正常"
        assert trip.clicked(WITHIN_S)
        assert trip.took is not None
    card = private(town).body
    assert card["header"]["template"] == "green"
    assert "后到达" in str(card)


def test_other_clicks_are_put_off_and_other_events_come_again(town: Sandbox) -> None:
    group = stable_id("oc_", FIRST_GROUP)
    with trip_of(town) as trip:
        assert trip.connected(WITHIN_S) == ""
        trip.send(LIN)
        first = private(town).message_id
        trip.send(LIN)
        said = town.press(first, LIN, tag="button", value=PRESSED)
        assert "初始化" in said["toast"]["content"]
        assert not trip.clicked(0)
        town.post_text(group, "/status", LIN)
        pushed = waited(lambda: town.pushes("im.message.receive_v1"))
        waited(lambda: pushed[0].status == 500)


def test_why_there_is_no_connection_is_said(town: Sandbox) -> None:
    with trip_of(town, secret="wrong") as trip:
        said = waited(lambda: next(iter({trip.connected(0)} - {"no connection within 0 s"}), ""))
    assert "Wrong app id or app secret" in said
