"""The door to Feishu's API against the sandbox, which breaks on demand."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.errors import DeliveryError
from bot.core.errors import Fault as Means
from bot.feishu.client import Credentials, FeishuClient
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER
from bot.sandbox.wire import stable_id

GROUP = stable_id("oc_", FIRST_GROUP)
MESSAGES = "/open-apis/im/v1/messages"
CARD: dict[str, Any] = {
    "schema": "2.0",
    "config": {"update_multi": True},
    "body": {"elements": [{"tag": "markdown", "content": "支付"}]},
}


@pytest.fixture
def town() -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings())
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def client(town: Sandbox) -> FeishuClient:
    client = connect(town, town.settings.app_secret)
    client.warm()
    return client


def connect(town: Sandbox, secret: str) -> FeishuClient:
    return FeishuClient(
        Credentials(app_id=town.settings.app_id, app_secret=secret, domain=town.address)
    )


def failure(client: FeishuClient, chat_id: str = GROUP, card: Any = CARD) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        client.send_card(chat_id, card, "uuid-f")
    return caught.value


def test_a_card_stands_in_the_chat_as_sent(town: Sandbox, client: FeishuClient) -> None:
    message_id = client.send_card(GROUP, CARD, "uuid-1")
    newer = json.loads(json.dumps(CARD).replace("\\u652f", "\\u6536"))
    client.edit_card(message_id, newer)
    answer_id = client.reply_card(message_id, CARD, "uuid-2")
    assert [message.message_id for message in town.messages(GROUP)] == [message_id, answer_id]


def test_an_expired_token_is_replaced_unseen(town: Sandbox, client: FeishuClient) -> None:
    town.faults.set(Fault.TOKEN_EXPIRED, api=MESSAGES, count=1)
    assert client.send_card(GROUP, CARD, "uuid-1").startswith("om_")
    assert len(town.messages(GROUP)) == 1


def test_a_lost_answer_does_not_make_a_second_card(town: Sandbox, client: FeishuClient) -> None:
    town.faults.set(Fault.LOST_REPLY, api=MESSAGES, count=1)
    assert failure(client).fault is Means.PASSING
    client.send_card(GROUP, CARD, "uuid-f")
    assert len(town.messages(GROUP)) == 1


def test_the_gateways_wait_is_passed_on(town: Sandbox, client: FeishuClient) -> None:
    town.faults.set(Fault.RATE_LIMITED, api=MESSAGES, count=1)
    error = failure(client)
    assert (error.fault, error.code) == (Means.THROTTLED, 99991400)
    assert error.retry_after is not None


@pytest.mark.parametrize(
    ("fault", "means"),
    [
        (Fault.SERVER_ERROR, Means.PASSING),
        (Fault.DROPPED, Means.PASSING),
        (Fault.CONTENT_REFUSED, Means.REJECTED),
    ],
)
def test_each_way_to_fail_has_its_meaning(
    town: Sandbox, client: FeishuClient, fault: Fault, means: Means
) -> None:
    town.faults.set(fault, api=MESSAGES, count=1)
    assert failure(client).fault is means


def test_a_card_that_cannot_be_drawn_is_rejected(client: FeishuClient) -> None:
    odd = {**CARD, "body": {"elements": [{"tag": "no_such_tag"}]}}
    error = failure(client, card=odd)
    assert (error.fault, error.code) == (Means.REJECTED, 230099)


def test_a_group_without_the_bot_is_lost(town: Sandbox, client: FeishuClient) -> None:
    assert failure(client, stable_id("oc_", GROUP_WITHOUT_BOT)).fault is Means.TARGET_LOST
    assert client.in_chat(GROUP)
    town.remove_bot(GROUP, stable_id("ou_", OWNER))
    assert not client.in_chat(GROUP)
    assert failure(client).fault is Means.TARGET_LOST


def test_a_wrong_secret_shows_at_the_start(town: Sandbox) -> None:
    with pytest.raises(DeliveryError) as caught:
        connect(town, "wrong").warm()
    assert caught.value.fault is Means.APP_REFUSED
