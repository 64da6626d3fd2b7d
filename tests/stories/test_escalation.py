"""Nobody acknowledges: people are called, louder and louder, and whoever takes it ends it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


DUTY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//duty
BEGIN:VEVENT
UID:1
DTSTAMP:20200101T000000Z
DTSTART:20200101T000000Z
DTEND:20200102T000000Z
RRULE:FREQ=DAILY
SUMMARY:Wang
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


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
    called = chat.expect_card("升级：第")
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
    chat.expect_card("升级：第")
    bot.kill()
    town.run()
    until(lambda: pushed(town, "card declined")[:1] == ["app"], "the push in the app")
    until(lambda: pushed(town, "card declined") == ["app", "sms", "phone"], "all three pushes")
    mentions = [one for one in chat.cards("升级：第") if "<at id=" in json.dumps(one.body)]
    assert len(mentions) == 1
    calls = town.sandbox.calls("/open-apis/im/v1/messages")
    assert len([one for one in calls if "/urgent_" in one.path]) == 3


@contextmanager
def elsewhere() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Somebody else's address, and what it was asked."""
    asked: list[tuple[str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((f"{self.command} {self.path}", body))
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_webhook_is_called_by_a_step_and_told_when_it_is_over(
    make_town: Callable[..., Town],
) -> None:
    with elsewhere() as (address, asked):
        extra = f"""
[heartbeat]
url = "{address}/alive"

[[webhook]]
name = "pager"
url = "{address}/pager"
secret_file = "pager.secret"

[[rota]]
name = "ops"
calendar = "duty.ics"
calendar_people = {{ "Wang" = "{ON_CALL}" }}

[[escalation]]
name = "all"
steps = [{{ after = "1s", webhook = "pager" }}, {{ after = "1s", notify = "ops" }}]
"""
        town = make_town(extra=extra)
        (town.folder / "pager.secret").write_text("shared")
        (town.folder / "duty.ics").write_text(DUTY)
        town.run()
        chat = town.chat(OPS)
        chat.ask("/subscribe level>=high")
        town.log("ERROR pay: card declined by issuer")
        card = chat.expect_card("card declined")
        called = chat.expect_card("升级：第")
        assert f"<at id={ON_CALL}></at>" in json.dumps(called.body)
        card.press("认领", by=LIN)

        def events() -> list[str]:
            return [json.loads(body)["event"] for what, body in asked if what == "POST /pager"]

        until(lambda: events() == ["alert.escalated", "alert.stood_down"], "both calls")
        until(lambda: "GET /alive" in [what for what, _ in asked], "a sign of life")
