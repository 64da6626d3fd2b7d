"""The callback address against the sandbox, which signs and encrypts with code of its own."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.events import MessageReceived, read_event
from bot.feishu.security import Keys
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id
from bot.web.factory import CallbackDoor, Doors, create_app
from tests.waiting import until
from watchers.clock import SystemClock

GROUP = stable_id("oc_", FIRST_GROUP)
OWNER_ID = stable_id("ou_", OWNER)
BUTTON = {
    "tag": "button",
    "text": {"tag": "plain_text", "content": "认领"},
    "behaviors": [{"type": "callback", "value": {"action": "ack"}}],
}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_challenge_message_and_click_travel_over_http() -> None:
    keys = Keys(encrypt_key="an encrypt key", verification_token="a token")
    envelopes: list[dict[str, Any]] = []

    def receive(envelope: dict[str, Any]) -> dict[str, Any] | None:
        envelopes.append(envelope)
        is_click = envelope["header"]["event_type"] == "card.action.trigger"
        return {"toast": {"type": "success", "content": "已认领 ✓"}} if is_click else None

    door = CallbackDoor(keys=keys, receive=receive)
    with served(
        create_app(clock=SystemClock(), unready=list, doors=Doors(callback=door))
    ) as address:
        town = Sandbox(
            Settings(
                encrypt_key=keys.encrypt_key,
                verification_token=keys.verification_token,
                request_url=f"{address}/feishu/callback",
            )
        )
        town.start()
        try:
            assert town.save_request_url() is None
            client = FeishuClient(
                Credentials(
                    app_id=town.settings.app_id,
                    app_secret=town.settings.app_secret,
                    domain=town.address,
                )
            )
            client.warm()
            town.post_text(GROUP, "status 王磊", OWNER_ID)
            until(lambda: envelopes, "the event")
            event = read_event(envelopes[0], client.bot_open_id())
            config = {"update_multi": True}
            card = {"schema": "2.0", "config": config, "body": {"elements": [BUTTON]}}
            message_id = client.send_card(GROUP, card, "uuid-1")
            client.edit_card(message_id, card)
            told = town.press(message_id, OWNER_ID, tag="button", value={"action": "ack"})
            chat = client.chat(GROUP, SystemClock().now())
        finally:
            town.stop()
    assert isinstance(event, MessageReceived)
    assert (event.text, event.mentions_bot) == ("status 王磊", True)
    assert event.person.open_id == OWNER_ID
    assert not event.person.external
    assert "已认领 ✓" in json.dumps(told, ensure_ascii=False)
    assert (chat.name, chat.owner, chat.private) == (FIRST_GROUP, OWNER_ID, False)


def test_a_large_body_of_unknown_length_is_refused_too() -> None:
    keys = Keys(encrypt_key="k", verification_token="t")
    door = CallbackDoor(keys=keys, receive=lambda envelope: None)
    app = create_app(clock=SystemClock(), unready=list, doors=Doors(callback=door))
    with served(app) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        pieces = iter([b"x" * (1 << 16)] * 17)
        connection.request("POST", "/feishu/callback", body=pieces, encode_chunked=True)
        status = connection.getresponse().status
        connection.close()
    assert status == 413
