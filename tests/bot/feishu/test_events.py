"""Reading what Feishu sends: documented shapes in, a closed list of events out."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu.errors import EventFormatError
from bot.feishu.events import (
    BotAdded,
    BotRemoved,
    CardClicked,
    ChatDisbanded,
    ChatUpdated,
    Ignored,
    MenuClicked,
    MessageReceived,
    Person,
    PrivateChatEntered,
    read_event,
)

BOT = "ou_bot"


def envelope(event_type: str, event: dict[str, Any]) -> dict[str, Any]:
    header = {
        "event_id": "ev1",
        "event_type": event_type,
        "create_time": "1700000000000",
        "token": "vt",
        "app_id": "cli_0123456789abcdef",
        "tenant_key": "tk",
    }
    return {"schema": "2.0", "header": header, "event": event}


def mention(number: int, open_id: str, name: str, kind: str = "user") -> dict[str, Any]:
    return {
        "key": f"@_user_{number}",
        "id": {"open_id": open_id},
        "mentioned_type": kind,
        "name": name,
        "tenant_key": "tk",
    }


def message(text: str, *mentions: dict[str, Any], **changed: Any) -> dict[str, Any]:
    body = {
        "message_id": "om_1",
        "create_time": "1700000000000",
        "chat_id": "oc_1",
        "chat_type": "group",
        "message_type": "text",
        "content": json.dumps({"text": text}),
        "mentions": list(mentions),
        **changed,
    }
    sender = {
        "sender_id": {"open_id": "ou_u1", "union_id": "on_u1"},
        "sender_type": "user",
        "tenant_key": "tk",
    }
    return envelope("im.message.receive_v1", {"sender": sender, "message": body})


def received(wire: dict[str, Any], bot: str = BOT) -> MessageReceived:
    event = read_event(wire, bot)
    assert isinstance(event, MessageReceived)
    return event


CLICK = envelope(
    "card.action.trigger",
    {
        "operator": {"tenant_key": "tk", "open_id": "ou_u1", "union_id": "on_u1"},
        "token": "c-1",
        "action": {"tag": "button", "value": {"action": "ack"}},
        "host": "im_message",
        "context": {"open_message_id": "om_1", "open_chat_id": "oc_1"},
    },
)


def click(**action: Any) -> CardClicked:
    wire = copy.deepcopy(CLICK)
    wire["event"]["action"] = action
    event = read_event(wire, BOT)
    assert isinstance(event, CardClicked)
    return event


def test_a_message_in_a_group_loses_the_mention_of_the_bot() -> None:
    event = received(message("@_user_1 status", mention(1, BOT, "Larkwatch", "bot")))
    assert event == MessageReceived(
        event_id="ev1",
        message_id="om_1",
        chat_id="oc_1",
        private=False,
        person=Person(open_id="ou_u1"),
        text="status",
        sent_at=datetime.fromtimestamp(1_700_000_000, UTC),
        mentions_bot=True,
    )


def test_other_mentions_become_names() -> None:
    mentions = [mention(1, BOT, "Larkwatch", "bot"), mention(10, "ou_w", "王磊")]
    event = received(message("oncall @_user_10 @_user_1 now", *mentions))
    assert event.text == "oncall @王磊 now"


def test_a_message_to_others_does_not_mention_the_bot() -> None:
    event = received(message("@_user_1 hi", mention(1, "ou_w", "王磊")))
    assert (event.mentions_bot, event.text) == (False, "@王磊 hi")


def test_as_long_as_the_bots_id_is_unknown_any_bot_counts() -> None:
    event = received(message("@_user_1 hi", mention(1, "ou_x", "L", "bot")), bot="")
    assert (event.mentions_bot, event.text) == (True, "hi")


def test_a_private_message_comes_as_it_is() -> None:
    event = received(message("  status \n", chat_type="p2p", mentions=None))
    assert (event.private, event.text, event.mentions_bot) == (True, "status", False)


def test_a_repeated_message_is_known_by_its_message_id() -> None:
    assert received(message("hi")).dedupe_key == "om_1"
    assert read_event(CLICK, BOT).dedupe_key == "ev1"


def test_pasted_rich_text_is_read_line_by_line() -> None:
    rows = [
        [{"tag": "at", "user_id": "@_user_1"}, {"tag": "text", "text": " mute"}],
        [{"tag": "a", "text": "pay", "href": "https://x"}, {"tag": "img", "image_key": "img_1"}],
        "odd",
    ]
    content = json.dumps({"title": "", "content": rows})
    wire = message("", mention(1, BOT, "L", "bot"), message_type="post", content=content)
    assert received(wire).text == "mute\npay"


def test_a_picture_has_no_text() -> None:
    wire = message("", message_type="image", content='{"image_key":"img_1"}')
    assert received(wire).text == ""


def test_another_bots_message_is_ignored() -> None:
    wire = message("hi")
    wire["event"]["sender"]["sender_type"] = "bot"
    assert isinstance(read_event(wire, BOT), Ignored)


def test_people_of_another_company_are_external() -> None:
    wire = message("hi")
    wire["event"]["sender"]["tenant_key"] = "other"
    assert received(wire).person.external


def test_a_click_carries_its_value() -> None:
    assert read_event(CLICK, BOT) == CardClicked(
        event_id="ev1",
        person=Person(open_id="ou_u1"),
        message_id="om_1",
        chat_id="oc_1",
        token="c-1",
        value={"action": "ack"},
        tag="button",
    )


def test_a_button_without_a_value_has_an_empty_one() -> None:
    event = click(tag="button")
    assert (event.value, event.form_value, event.option, event.input_value) == ({}, {}, None, None)


def test_each_kind_of_component_is_read() -> None:
    assert click(tag="select_static", option="1h").option == "1h"
    assert click(tag="multi_select_static", options=["a", "b"]).options == ("a", "b")
    assert click(tag="checker", checked=False).checked is False
    assert click(tag="input", input_value="").input_value == ""
    form = click(tag="button", name="save", form_value={"level": "high", "tags": ["a"], "on": True})
    assert form.form_value == {"level": "high", "tags": ["a"], "on": True}
    assert form.name == "save"


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("value", '{"action":"ack"}'),
        ("value", ["ack"]),
        ("options", "a"),
        ("options", [1]),
        ("checked", "yes"),
        ("option", 7),
        ("form_value", "x"),
        ("input_value", {}),
    ],
)
def test_a_click_of_another_shape_is_refused_with_its_place(key: str, wrong: object) -> None:
    with pytest.raises(EventFormatError) as caught:
        click(**{"tag": "button", key: wrong})
    assert caught.value.path == f"event.action.{key}"


CHAT = {"chat_id": "oc_1", "operator_id": {"open_id": "ou_u1"}, "name": "ops"}


@pytest.mark.parametrize(
    ("event_type", "event", "wanted"),
    [
        (
            "im.chat.member.bot.added_v1",
            CHAT,
            BotAdded(event_id="ev1", chat_id="oc_1", name="ops", by="ou_u1"),
        ),
        (
            "im.chat.member.bot.deleted_v1",
            {"chat_id": "oc_1"},
            BotRemoved(event_id="ev1", chat_id="oc_1", by=""),
        ),
        ("im.chat.disbanded_v1", CHAT, ChatDisbanded(event_id="ev1", chat_id="oc_1")),
        ("im.chat.updated_v1", CHAT, ChatUpdated(event_id="ev1", chat_id="oc_1")),
        (
            "im.chat.access_event.bot_p2p_chat_entered_v1",
            CHAT,
            PrivateChatEntered(event_id="ev1", chat_id="oc_1", by="ou_u1"),
        ),
        (
            "application.bot.menu_v6",
            {"operator": {"operator_id": {"open_id": "ou_u1"}}, "event_key": "k", "timestamp": 1},
            MenuClicked(event_id="ev1", by="ou_u1", key="k"),
        ),
        (
            "im.message.message_read_v1",
            {},
            Ignored(event_id="ev1", event_type="im.message.message_read_v1"),
        ),
    ],
)
def test_each_subscribed_event_is_read(event_type: str, event: Any, wanted: object) -> None:
    assert read_event(envelope(event_type, event), BOT) == wanted


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"uuid": "u", "type": "event_callback", "event": {"type": "message"}},
        {"schema": "2.0"},
        {"schema": "2.0", "header": [], "event": {}},
        {"schema": "2.0", "header": {"event_id": "", "event_type": "x"}, "event": {}},
        {"schema": "2.0", "header": {"event_id": "e", "event_type": "x"}, "event": None},
        message("x", content="not json"),
        message("x", content="[1]"),
        message("x", content='{"text":7}'),
        message("x", create_time="soon"),
        message("x", create_time=1),
        message("x", create_time="9" * 30),
        message("x", chat_id=None),
        message("x", mentions={"key": "@_user_1"}),
        message("x", mentions=["@_user_1"]),
    ],
)
def test_a_malformed_envelope_is_refused(wire: dict[str, Any]) -> None:
    with pytest.raises(EventFormatError):
        read_event(wire, BOT)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(wire: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in wire.items():
        found.append((*path, key))
        if isinstance(value, dict):
            found += places(value, (*path, key))
    return found


@given(data=st.data())
def test_no_change_of_any_field_raises_anything_else(data: st.DataObject) -> None:
    wire = copy.deepcopy(data.draw(st.sampled_from([CLICK, message("hi", mention(1, BOT, "L"))])))
    *path, last = data.draw(st.sampled_from(places(wire)))
    part: Any = wire
    for key in path:
        part = part[key]
    part[last] = data.draw(JUNK)
    try:
        read_event(wire, BOT)
    except EventFormatError as error:
        assert error.path  # noqa: PT017 - both outcomes are right, a third is not
