"""What makes room when there is much: messages, calls, and pages that do not read."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import requests

from bot.sandbox.archive import Archive
from bot.sandbox.bus import Bus
from bot.sandbox.call_log import CallLog
from bot.sandbox.records import Message
from bot.sandbox.server import Sandbox
from bot.sandbox.streams import Streams
from watchers.clock import Clock


def message(number: int, chat_id: str = "oc_1", text: str = "x" * 1000) -> Message:
    content = json.dumps({"text": text})
    return Message(
        message_id=f"om_{number}",
        chat_id=chat_id,
        sender_id="ou_1",
        sender_type="user",
        msg_type="text",
        content=content,
        created_at=number,
        updated_at=number,
    )


def test_the_fullest_chat_loses_its_oldest_messages() -> None:
    archive = Archive(most_bytes=20_000)
    archive.put(message(0, "oc_2"))
    for number in range(1, 100):
        archive.put(message(number))
    kept = [one.created_at for one in archive.of("oc_1")]
    assert kept == list(range(100 - len(kept), 100))
    assert 5 < len(kept) < 15
    assert [one.created_at for one in archive.of("oc_2")] == [0]
    assert (archive.is_gone("om_1"), archive.find("om_1")) == (True, None)
    assert not archive.is_gone("om_99")
    assert not archive.is_gone("om_100")


def test_a_change_counts_by_what_it_adds_and_the_last_message_stays() -> None:
    archive = Archive(most_bytes=20_000)
    for _ in range(100):
        archive.put(message(1))
    archive.put(message(2))
    assert len(archive.of("oc_1")) == 2
    archive.put(message(2, text="y" * 30_000))
    assert [one.created_at for one in archive.of("oc_1")] == [2]


def test_a_message_that_made_room_is_deleted_to_the_bot_and_unknown_to_the_page(
    town: Sandbox, bot: Any, group: str, owner: str
) -> None:
    first = bot.send(group, {"text": "first"}, uuid="once").json()["data"]["message_id"]
    while town.state.find_message(first):
        town.post_text(group, "x" * 200_000, owner)
    assert bot.call("GET", f"/im/v1/messages/{first}").json()["code"] == 230110
    assert bot.send(group, {"text": "first"}, uuid="once").json()["code"] == 230110
    assert bot.call("GET", "/im/v1/messages/om_never").json()["code"] == 99992354
    shown = requests.get(f"{town.address}/sandbox/chats/{group}/messages", timeout=5).json()
    assert first not in [one["message_id"] for one in shown["messages"]]
    assert 5_000_000 < len(json.dumps(shown)) < 10_000_000


def test_the_log_of_calls_keeps_the_newest_that_fit(clock: Clock) -> None:
    log = CallLog(clock, Bus(Streams()))
    for number in range(10_000):
        log.add(
            "in", "http", "GET", f"/{number}", status=200, ms=0, request=b"x" * 1000, response=b"{}"
        )
    kept = log.after()
    assert [call.id for call in kept] == list(range(10_001 - len(kept), 10_001))
    assert 1000 < len(kept) < 5000


def test_a_page_that_does_not_read_is_cut_off_and_the_others_hear_on(
    town: Sandbox, owner: str, group: str, until: Any
) -> None:
    host = urlsplit(town.address)
    place = (host.hostname or "", host.port or 0)

    def page() -> socket.socket:
        made = socket.create_connection(place, timeout=10)
        made.sendall(b"GET /sandbox/events HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        assert made.recv(16).startswith(b"HTTP/1.1 200")
        return made

    with page() as deaf, page() as reading:
        reading.settimeout(0.01)
        heard = 0

        def listen() -> bool:
            nonlocal heard
            town.post_text(group, "x" * 100_000, owner, mention_bot=False)
            try:
                while data := reading.recv(1 << 20):
                    heard += len(data)
            except TimeoutError:
                pass
            return heard > 20_000_000

        until(listen)
        with_all = 0
        while data := deaf.recv(1 << 20):
            with_all += len(data)
        assert with_all < heard
