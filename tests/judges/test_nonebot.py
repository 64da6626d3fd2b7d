"""NoneBot's adapter, with strict models and a long connection of its own, takes it for Feishu."""

from collections.abc import Callable, Iterator

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from tests.judges.judge import (
    GROUP,
    IDS,
    OUTSIDE,
    PERSON,
    PRIVATE,
    Judge,
    Start,
    environ_of,
    free_port,
    the_card,
    until,
)

pytestmark = pytest.mark.timeout(240)  # a client may start slowly
FINE = {"codes": [0, 0, 0, 0]}


@pytest.fixture
def keys() -> dict[str, str]:
    return {"PORT": str(free_port()), "VERIFICATION_TOKEN": "the token"}


@pytest.fixture
def over_ws(
    make_town: Callable[..., Sandbox], python: Start, keys: dict[str, str]
) -> Iterator[tuple[Sandbox, Judge]]:
    town = make_town()
    with python("nonebot_bot.py", environ_of(town) | keys | {"PROTOCOL": "ws"}) as judge:
        assert judge.told() == {"ready": town.state.app_name}
        until(lambda: town.online)
        yield town, judge


@pytest.fixture
def over_http(
    make_town: Callable[..., Sandbox], python: Start, keys: dict[str, str]
) -> Iterator[tuple[Sandbox, Judge]]:
    town = make_town(
        request_url=f"http://127.0.0.1:{keys['PORT']}/feishu/{Settings().app_id}",
        encrypt_key="a key",
        verification_token=keys["VERIFICATION_TOKEN"],
    )
    keys |= {"PROTOCOL": "http", "ENCRYPT_KEY": "a key"}
    with python("nonebot_bot.py", environ_of(town) | keys) as judge:
        assert judge.told() == {"ready": town.state.app_name}
        until(lambda: town.save_request_url() is None)  # it says so before its port is open
        yield town, judge


@pytest.fixture(params=["over_ws", "over_http"])
def pair(request: pytest.FixtureRequest) -> tuple[Sandbox, Judge]:
    """The town and the bot."""
    pair: tuple[Sandbox, Judge] = request.getfixturevalue(request.param)
    return pair


def test_texts_replies_presses_and_groups_fit_its_models(pair: tuple[Sandbox, Judge]) -> None:
    town, judge = pair
    heard = {"to_me": True, "quoted": None, "sender": IDS}

    town.post_text(GROUP, "状态", PERSON)
    assert judge.told() == heard | {"event": "GroupMessageEvent", "text": "状态"}
    assert judge.told() == FINE
    town.post_text(PRIVATE, "状态", PERSON)
    assert judge.told() == heard | {"event": "PrivateMessageEvent", "text": "状态"}
    assert judge.told() == FINE

    shown = town.press(the_card(town, GROUP), PERSON, value={"id": 7})
    assert shown == {"ok": True, "toast": None, "card_changed": False}
    press = judge.told()
    assert press["kind"] == "card.action.trigger"
    assert press["body"]["action"] == {"tag": "button", "value": {"id": 7}}

    said = next(one for one in town.messages(GROUP) if one.sender_type == "app")
    town.people.post_text(GROUP, "再问", PERSON, reply_to=said.message_id)
    quoted = {"quoted": '{"text":"收到"}', "text": "再问"}
    assert judge.told() == heard | {"event": "GroupMessageEvent"} | quoted

    town.add_bot(OUTSIDE, PERSON)
    town.people.react(said.message_id, "OK", PERSON)
    town.remove_bot(OUTSIDE, PERSON)
    town.add_bot(OUTSIDE, PERSON)
    town.people.dissolve(OUTSIDE, PERSON)
    assert sorted(judge.told()["event"] for _ in range(5)) == [
        "GroupDisbandedEvent",
        "GroupMemberBotAddedEvent",
        "GroupMemberBotAddedEvent",
        "GroupMemberBotDeletedEvent",
        "MessageReactionCreatedEvent",
    ]
    assert judge.complaints == ""
    until(lambda: {push.status for push in town.pushes()} == {200})


def test_fragments_are_put_together(over_ws: tuple[Sandbox, Judge]) -> None:
    town, judge = over_ws
    town.faults.set(Fault.FRAGMENTED)
    town.post_text(GROUP, "认领" * 2000, PERSON)
    assert judge.told()["text"] == "认领" * 2000
    assert judge.told() == FINE
