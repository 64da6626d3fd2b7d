"""Feishu's ceilings, met in one instant of a clock that stands still."""

from typing import Any

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.limits import Limits
from bot.sandbox.server import Sandbox

BUTTON = {"tag": "button", "text": {"tag": "plain_text", "content": "x"}}


def test_the_sixth_message_to_a_group_within_a_second_is_refused(
    bot: Any, group: str, clock: Any
) -> None:
    codes = [bot.send(group, {"text": "x"}).json()["code"] for _ in range(6)]
    assert codes == [0] * 5 + [230020]
    clock.move(1)
    assert bot.send(group, {"text": "x"}).json()["code"] == 0


def test_the_sixth_update_of_a_card_within_a_second_is_refused(
    bot: Any, group: str, make_card: Any, clock: Any
) -> None:
    message_id = bot.send_card(group, BUTTON)
    codes = [bot.patch(message_id, make_card()).json()["code"] for _ in range(6)]
    assert codes == [0] * 5 + [230020]
    clock.move(1)
    assert bot.patch(message_id, make_card()).json()["code"] == 0


def test_the_gateway_says_how_long_to_wait(bot: Any, town: Sandbox, clock: Any) -> None:
    replies = [bot.call("GET", "/bot/v3/info") for _ in range(51)]
    assert [reply.status_code for reply in replies] == [200] * 50 + [429]
    last = replies[-1]
    assert last.json()["code"] == 99991400
    assert last.headers["x-ogw-ratelimit-limit"] == "50"
    assert last.headers["x-ogw-ratelimit-reset"] == "1"
    assert bot.call("GET", "/im/v1/chats").status_code == 200, "another API has its own count"
    clock.move(1)
    assert bot.call("GET", "/bot/v3/info").status_code == 200


def test_a_thousand_calls_a_minute_are_enough(clock: Any) -> None:
    limits = Limits(clock)
    for _ in range(20):
        for _ in range(50):
            limits.gateway("GET /x")
        clock.move(1.5)
    with pytest.raises(ApiError) as caught:
        limits.gateway("GET /x")
    headers = {"x-ogw-ratelimit-limit": "1000", "x-ogw-ratelimit-reset": "30"}
    assert caught.value.headers == headers
