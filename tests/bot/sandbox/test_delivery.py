"""Events over the long connection: who gets them, what they say, and when they come again."""

import json
from typing import Any

import requests

from bot.sandbox import frames
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.town import GROUP_WITHOUT_BOT
from bot.sandbox.wire import stable_id

OUTSIDE = stable_id("oc_", GROUP_WITHOUT_BOT)
MESSAGE = "im.message.receive_v1"


def test_a_mention_in_a_group_reaches_the_bot_as_a_key(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    message_id = town.post_text(group, "/ack 42 @王磊", owner)
    until(lambda: listener.heard)
    (envelope,) = listener.heard
    header, event = envelope["header"], envelope["event"]
    assert (envelope["schema"], header["event_type"]) == ("2.0", MESSAGE)
    assert (header["app_id"], header["create_time"]) == (town.settings.app_id, "1767225600000")
    assert event["sender"]["sender_id"]["open_id"] == owner
    message = event["message"]
    assert (message["message_id"], message["chat_type"]) == (message_id, "group")
    assert json.loads(message["content"]) == {"text": "@_user_1 /ack 42 @_user_2"}
    bot, wang = message["mentions"]
    assert (bot["id"]["open_id"], bot["mentioned_type"]) == (town.state.bot_open_id, "bot")
    assert (wang["name"], wang["key"]) == ("王磊", "@_user_2")
    assert wang["id"] == town.state.user(stable_id("ou_", "王磊")).ids
    assert event["sender"]["sender_id"] == town.state.user(owner).ids


def test_a_private_word_is_heard_and_a_group_word_without_mention_is_not(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    town.post_text(group, "not for you", owner, mention_bot=False)
    town.post_text(OUTSIDE, "you are not here", owner)
    private = next(chat for chat in town.state.chats() if chat.peer == owner)
    town.post_text(private.chat_id, "/help", owner)
    until(lambda: listener.heard)
    (envelope,) = listener.heard
    message = envelope["event"]["message"]
    assert (message["chat_type"], json.loads(message["content"])) == ("p2p", {"text": "/help"})
    assert "mentions" not in message


def test_the_town_tells_what_happens_to_groups_and_messages(
    town: Sandbox, listener: Any, until: Any, owner: str
) -> None:
    town.add_bot(OUTSIDE, owner)
    message_id = town.post_text(OUTSIDE, "x", owner, mention_bot=False)
    town.people.react(message_id, "OK", owner)
    town.people.recall(message_id)
    town.people.rename(OUTSIDE, "数据群", owner)
    town.remove_bot(OUTSIDE, owner)
    town.add_bot(OUTSIDE, owner)
    town.people.dissolve(OUTSIDE, owner)
    private = next(chat for chat in town.state.chats() if chat.peer == owner)
    town.people.enter_p2p(private.chat_id)
    until(lambda: len(listener.heard) == 8)
    events = {one["header"]["event_type"]: one["event"] for one in listener.heard}
    assert events["im.chat.member.bot.added_v1"]["operator_id"]["open_id"] == owner
    assert events["im.message.reaction.created_v1"]["reaction_type"] == {"emoji_type": "OK"}
    assert events["im.message.recalled_v1"]["message_id"] == message_id
    assert events["im.chat.updated_v1"]["after_change"] == {"name": "数据群"}
    assert events["im.chat.member.bot.deleted_v1"]["chat_id"] == OUTSIDE
    assert events["im.chat.disbanded_v1"]["name"] == "数据群"
    entered = events["im.chat.access_event.bot_p2p_chat_entered_v1"]
    assert entered["operator_id"]["open_id"] == owner


def test_an_event_without_an_answer_comes_again_by_the_schedule(
    town: Sandbox, listener: Any, until: Any, clock: Any, group: str, owner: str
) -> None:
    listener.reply = lambda _: {"code": 500}
    town.post_text(group, "x", owner)
    for attempt, wait in enumerate((15, 300, 3600, 21600), 1):
        until(lambda n=attempt: len(town.pushes(MESSAGE)) == n)
        clock.move(wait - 1)
        assert len(listener.heard) == attempt
        clock.move(1)
        until(lambda n=attempt: len(listener.heard) == n + 1)
    until(lambda: len(town.pushes(MESSAGE)) == 5)
    clock.move(100_000)
    town.post_text(group, "y", owner)
    until(lambda: len(listener.heard) == 6)
    ids = [one["header"]["event_id"] for one in listener.heard]
    assert len(set(ids[:5])) == 1
    assert ids[5] != ids[0]


def test_silence_counts_as_no_answer_and_an_answer_ends_the_retries(
    town: Sandbox, listener: Any, until: Any, clock: Any, group: str, owner: str
) -> None:
    listener.reply = lambda _: None
    town.post_text(group, "x", owner)
    until(lambda: town.pushes(MESSAGE))
    (push,) = town.pushes(MESSAGE)
    assert (push.status, push.response) == (None, "no answer within 0.3 s")
    listener.reply = lambda _: {"code": 200}
    clock.move(15)
    until(lambda: len(town.pushes(MESSAGE)) == 2)
    assert town.pushes(MESSAGE)[1].status == 200


def test_an_event_waits_for_a_bot_that_is_away(
    town: Sandbox, until: Any, clock: Any, group: str, owner: str, make_listener: Any
) -> None:
    town.post_text(group, "x", owner)
    until(lambda: town.pushes(MESSAGE))
    late = make_listener()
    clock.move(15)
    until(lambda: late.heard)


def test_each_event_goes_to_one_of_the_connections(
    town: Sandbox, until: Any, clock: Any, group: str, owner: str, make_listener: Any
) -> None:
    both = make_listener(), make_listener()
    for _ in range(20):
        town.post_text(group, "x", owner)
        clock.move(1)
    until(lambda: sum(len(one.heard) for one in both) == 20)
    assert all(one.heard for one in both)


def test_a_ping_is_answered_with_the_configuration(listener: Any, until: Any) -> None:
    listener.send(frames.Frame(method=frames.CONTROL, service=7, headers={"type": "ping"}))
    until(lambda: listener.frames)
    (pong,) = listener.frames
    assert (pong.method, pong.headers) == (frames.CONTROL, {"type": "pong"})
    names = {"ReconnectCount", "ReconnectInterval", "ReconnectNonce", "PingInterval"}
    assert set(json.loads(pong.payload)) == names


def test_the_address_of_the_long_connection_suits_every_client(town: Sandbox) -> None:
    url = f"{town.address}/callback/ws/endpoint"
    good = {"AppID": town.settings.app_id, "AppSecret": town.settings.app_secret}
    data = requests.post(url, json=good, timeout=5).json()["data"]
    first, *others = data["URL"].partition("?")[2].split("&")
    assert first.partition("=")[0] not in {"device_id", "service_id"}
    assert {"device_id", "service_id"} <= {one.partition("=")[0] for one in others}
    wrong = requests.post(url, json=good | {"AppSecret": "x"}, timeout=5).json()
    assert wrong["code"] == 514
    assert set(wrong["data"]) == {"URL", "ClientConfig"}


def test_a_wrong_ticket_does_not_open_the_long_connection(town: Sandbox) -> None:
    reply = requests.get(f"{town.address}/ws/v2?device_id=1&ticket=x", timeout=5)
    assert (reply.status_code, reply.headers["handshake-status"]) == (403, "403")


def test_faults_of_delivery_fragment_and_repeat(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    town.faults.set(Fault.FRAGMENTED)
    town.faults.set(Fault.DUPLICATED, count=1)
    town.post_text(group, "中文" * 500, owner)
    until(lambda: len(listener.heard) == 2)
    first, second = listener.heard
    assert first == second
    assert {frame.headers["sum"] for frame in listener.frames} == {"3"}
    assert not town.faults.active(Fault.DUPLICATED), "it was to strike once"


def test_a_half_open_connection_is_silent(
    town: Sandbox, listener: Any, until: Any, group: str, owner: str
) -> None:
    town.faults.set(Fault.HALF_OPEN)
    listener.send(frames.Frame(method=frames.CONTROL, service=7, headers={"type": "ping"}))
    town.post_text(group, "x", owner)
    until(lambda: town.pushes(MESSAGE))
    assert listener.frames == []
    assert town.online == 1


def texts(listener: Any) -> list[str]:
    words = (json.loads(one["event"]["message"]["content"])["text"] for one in listener.heard)
    return [word.removeprefix("@_user_1 ") for word in words]


def test_messages_of_a_group_wait_behind_the_one_that_is_not_answered(
    town: Sandbox, listener: Any, until: Any, clock: Any, group: str, owner: str
) -> None:
    listener.reply = lambda _: {"code": 500}
    for word in ("one", "two", "three"):
        town.post_text(group, word, owner)
    private = next(chat for chat in town.state.chats() if chat.peer == owner)
    town.post_text(private.chat_id, "elsewhere", owner)
    until(lambda: len(town.pushes(MESSAGE)) == 2)
    assert sorted(texts(listener)) == ["elsewhere", "one"]
    listener.reply = lambda _: {"code": 200}
    listener.heard.clear()
    clock.move(15)
    until(lambda: len(listener.heard) == 4)
    assert [word for word in texts(listener) if word != "elsewhere"] == ["one", "two", "three"]


def test_a_message_out_of_order_is_overtaken(
    town: Sandbox, listener: Any, until: Any, clock: Any, group: str, owner: str
) -> None:
    town.faults.set(Fault.OUT_OF_ORDER, count=1)
    town.post_text(group, "first", owner)
    town.post_text(group, "second", owner)
    until(lambda: listener.heard)
    clock.move(1)
    until(lambda: len(listener.heard) == 2)
    assert texts(listener) == ["second", "first"]


def test_optional_keys_can_be_missing(
    town: Sandbox, bot: Any, listener: Any, until: Any, group: str, owner: str
) -> None:
    town.faults.set(Fault.MISSING_KEYS)
    town.post_text(group, "x", owner)
    until(lambda: listener.heard)
    sender = listener.heard[0]["event"]["sender"]
    assert "tenant_key" not in sender
    assert "union_id" not in sender["sender_id"]
    town.press(bot.send_card(group), owner, value={"a": 1})
    event = listener.events("card.action.trigger")[0]["event"]
    assert event["action"] == {"tag": "button"}
    assert "host" not in event


def test_a_card_frame_and_a_kick_reach_nobody(
    town: Sandbox, bot: Any, listener: Any, until: Any, group: str, owner: str
) -> None:
    message_id = bot.send_card(group)
    town.faults.set(Fault.CARD_FRAMES, count=1)
    town.press(message_id, owner)
    assert [frame.headers["type"] for frame in listener.frames] == ["card"]
    town.faults.set(Fault.KICKED, count=1)
    assert town.press(message_id, owner)["code"] == 200340
    until(lambda: town.online == 0)


def test_a_visitor_kicks_a_connection(town: Sandbox, listener: Any, until: Any) -> None:
    url = f"{town.address}/sandbox/connections/kick"
    assert requests.post(url, timeout=5).json() == {"kicked": True}
    until(lambda: town.online == 0)
    assert requests.post(url, timeout=5).json() == {"kicked": False}


def test_the_fifty_first_connection_is_refused(town: Sandbox, make_listener: Any) -> None:
    endpoint = f"{town.address}/callback/ws/endpoint"
    good = {"AppID": town.settings.app_id, "AppSecret": town.settings.app_secret}
    early = requests.post(endpoint, json=good, timeout=5).json()["data"]["URL"]
    for _ in range(50):
        make_listener()
    assert requests.post(endpoint, json=good, timeout=5).json()["code"] == 1000040350
    refused = requests.get(early.replace("ws://", "http://"), timeout=5)
    assert refused.headers["handshake-status"] == "514"
    assert refused.headers["handshake-autherrcode"] == "1000040350"
