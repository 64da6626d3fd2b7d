"""Nobody acknowledges: people are called, louder and louder, and whoever takes it ends it."""

import json
from collections.abc import Callable

from town import LIN, OPS, WANG, Town, until

from bot.sandbox.wire import stable_id

ON_CALL = stable_id("ou_", WANG)
PAGING = f"""
[[rota]]
name = "ops"
people = ["{ON_CALL}"]

[[escalation]]
name = "all"
steps = [
  {{ after = "1s", notify = "ops" }},
  {{ after = "1s", urgent = "app" }},
  {{ after = "1s", urgent = "sms" }},
  {{ after = "1s", urgent = "phone" }},
]
"""


def pushed(town: Town, text: str) -> list[str]:
    """How the person on call was pushed the card that shows this."""
    card = town.chat(OPS).cards(text)[0]
    return [how for who, how in card.message.urgent if who == ON_CALL]


def test_nobody_acknowledges_and_the_person_on_call_is_called(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=PAGING)
    town.run()
    chat = town.chat(OPS)
    chat.ask("/subscribe level>=high")
    assert WANG in chat.ask("谁在值班").text
    town.log("ERROR pay: card declined by issuer")
    card = chat.expect_card("card declined")
    called = chat.expect_card("无人认领")
    assert f"<at id={ON_CALL}></at>" in json.dumps(called.body)
    until(lambda: pushed(town, "card declined") == ["app", "sms", "phone"], "all three pushes")
    card.shows("电话加急")
    called.press("认领", by=WANG)
    chat.cards("card declined")[0].shows(f"{WANG} ")
    assert "无人认领：" not in chat.cards("card declined")[0].text


def test_an_acknowledgement_stops_the_calls_before_they_begin(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=PAGING.replace('after = "1s", notify', 'after = "20s", notify'))
    town.run()
    chat = town.chat(OPS)
    chat.ask("/subscribe level>=high")
    town.log("ERROR pay: card declined by issuer")
    card = chat.expect_card("card declined").shows("无人认领：")
    card.press("认领", by=LIN)
    card.shows(f"{LIN} ")
    assert "无人认领：" not in card.text
    assert card.message.urgent == ()


def test_a_killed_process_goes_on_with_the_step_once(make_town: Callable[..., Town]) -> None:
    slow = PAGING.replace('after = "1s", urgent = "app"', 'after = "6s", urgent = "app"')
    town = make_town(extra=slow)
    bot = town.run()
    chat = town.chat(OPS)
    chat.ask("/subscribe level>=high")
    town.log("ERROR pay: card declined by issuer")
    chat.expect_card("无人认领")
    bot.kill()
    town.run()
    until(lambda: pushed(town, "card declined")[:1] == ["app"], "the push in the app")
    until(lambda: pushed(town, "card declined") == ["app", "sms", "phone"], "all three pushes")
    mentions = [one for one in chat.cards("无人认领") if "<at id=" in json.dumps(one.body)]
    assert len(mentions) == 1
    calls = town.sandbox.calls("/open-apis/im/v1/messages")
    assert len([one for one in calls if "/urgent_" in one.path]) == 3
