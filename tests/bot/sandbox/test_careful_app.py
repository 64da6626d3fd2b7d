"""What a careful app asks: the time, whether it has a bot, whether it may speak."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.sandbox.server import Sandbox


def test_every_answer_names_the_time_of_the_towns_own_clock(
    town: Sandbox, bot: Any, clock: Any
) -> None:
    clock.move(3600)
    reply = bot.call("GET", "/bot/v3/info")
    said = parsedate_to_datetime(reply.headers["Date"])
    assert clock.now() - said < timedelta(seconds=1)
    assert len(reply.raw.headers.getlist("Date")) == 1
    assert town.online == 0


def test_an_app_whose_bot_is_switched_off_has_none(town: Sandbox, bot: Any) -> None:
    town.application.change(bot_enabled=False)
    town.application.publish({})
    assert bot.call("GET", "/bot/v3/info").json()["code"] == 11205


def test_where_only_the_owner_may_speak_the_bot_may_not_unless_it_leads(
    town: Sandbox, bot: Any, group: str
) -> None:
    town.state.change_chat(group, moderation="only_owner")
    shown = bot.call("GET", f"/im/v1/chats/{group}").json()["data"]
    assert shown["moderation_permission"] == "only_owner"
    assert bot.send(group, {"text": "x"}).json()["code"] == 230018
    town.state.change_chat(group, bot_is_manager=True)
    assert bot.send(group, {"text": "x"}).json()["code"] == 0
