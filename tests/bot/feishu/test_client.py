"""The door to Feishu's API, with the real SDK against a server on loopback."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.permission import Chat
from bot.feishu.client import Credentials, FeishuClient
from tests.bot.feishu.openapi_server import OpenApi, Reply, serving

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CARD = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "支付 <b>"}]}}
SENT = Reply({"code": 0, "msg": "success", "data": {"message_id": "om_1"}})
SECRET = "s3cr3t-s3cr3t"


@pytest.fixture
def api() -> Iterator[OpenApi]:
    with serving(OpenApi()) as api:
        yield api


@pytest.fixture
def client(api: OpenApi) -> FeishuClient:
    client = connect(api)
    client._drop_token()  # the SDK keeps tokens per process
    return client


def connect(api: OpenApi, timeout_s: float = 5.0) -> FeishuClient:
    return FeishuClient(
        Credentials(
            app_id="cli_0123456789abcdef",
            app_secret=SECRET,
            domain=api.address,
            timeout_s=timeout_s,
        )
    )


def refused(code: int, msg: str = "no", status: int = 400, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"code": code, "msg": msg, "error": {"log_id": "log-1"}}, status, named)


def failure(client: FeishuClient) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        client.edit_card("om_1", CARD)
    return caught.value


def test_a_card_is_sent_with_its_uuid_and_the_message_id_comes_back(
    api: OpenApi, client: FeishuClient
) -> None:
    api.replies.append(SENT)
    assert client.send_card("oc_1", CARD, "uuid-1") == "om_1"
    call = api.calls[-1]
    assert call.path == "/open-apis/im/v1/messages?receive_id_type=chat_id"
    assert call.headers["Authorization"] == "Bearer t-1"
    assert call.body["receive_id"] == "oc_1"
    assert call.body["msg_type"] == "interactive"
    assert call.body["uuid"] == "uuid-1"
    assert json.loads(call.body["content"]) == CARD


def test_a_card_answers_a_message(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(SENT)
    assert client.reply_card("om_0", CARD, "uuid-2") == "om_1"
    call = api.calls[-1]
    assert (call.method, call.path) == ("POST", "/open-apis/im/v1/messages/om_0/reply")
    assert call.body["uuid"] == "uuid-2"


def test_a_card_is_redrawn(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(Reply({"code": 0, "msg": "ok", "data": {}}))
    client.edit_card("om_1", CARD)
    call = api.calls[-1]
    assert (call.method, call.path) == ("PATCH", "/open-apis/im/v1/messages/om_1")
    assert json.loads(call.body["content"]) == CARD


def test_a_group_is_known_with_its_owner_and_managers(api: OpenApi, client: FeishuClient) -> None:
    data = {"name": "ops", "chat_mode": "group", "owner_id": "ou_o", "user_manager_id_list": ["m"]}
    api.replies.append(Reply({"code": 0, "msg": "ok", "data": data}))
    assert client.chat("oc_1", NOW) == Chat(
        id="oc_1",
        name="ops",
        private=False,
        owner="ou_o",
        managers=frozenset({"m"}),
        seen_at=NOW,
    )
    assert api.calls[-1].path == "/open-apis/im/v1/chats/oc_1?user_id_type=open_id"


def test_a_private_chat_has_no_owner(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(Reply({"code": 0, "msg": "ok", "data": {"chat_mode": "p2p"}}))
    chat = client.chat("oc_1", NOW)
    assert (chat.private, chat.owner, chat.managers) == (True, "", frozenset())


def test_the_bot_knows_its_own_id(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(Reply({"code": 0, "msg": "ok", "bot": {"open_id": "ou_bot"}}))
    assert client.bot_open_id() == "ou_bot"


def test_an_error_carries_fault_code_and_words(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(refused(230002, "The bot is not in the group."))
    error = failure(client)
    assert (error.fault, error.code) == (Fault.TARGET_LOST, 230002)
    assert error.detail == "The bot is not in the group."


def test_the_log_names_the_log_id_and_no_secret(
    api: OpenApi, client: FeishuClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.replies.append(refused(99991672, "scope im:message missing"))
    failure(client)
    ours = [r for r in caplog.records if r.name == "bot.feishu.client"]
    assert [(r.levelname, vars(r)["log_id"], vars(r)["code"]) for r in ours] == [
        ("ERROR", "log-1", 99991672)
    ]
    shown = caplog.text + str([vars(record) for record in caplog.records])
    assert SECRET not in shown
    assert "t-1" not in shown
    assert not logging.getLogger("Lark").handlers


def test_a_throttled_call_says_how_long_to_wait(api: OpenApi, client: FeishuClient) -> None:
    api.replies.append(refused(99991400, "slow", 429, x_ogw_ratelimit_reset="7"))
    error = failure(client)
    assert (error.fault, error.retry_after) == (Fault.THROTTLED, timedelta(seconds=7))


@pytest.mark.parametrize("reset", ["", "soon", "-1", "nan", "inf"])
def test_a_senseless_wait_is_not_believed(api: OpenApi, client: FeishuClient, reset: str) -> None:
    api.replies.append(refused(99991400, "slow", 429, X_Ogw_Ratelimit_Reset=reset))
    assert failure(client).retry_after is None


def test_a_refused_token_is_replaced_once(api: OpenApi, client: FeishuClient) -> None:
    api.replies.extend([refused(99991663), SENT])
    assert client.send_card("oc_1", CARD, "u") == "om_1"
    assert [c.headers["Authorization"] for c in api.calls if "/im/" in c.path] == [
        "Bearer t-1",
        "Bearer t-2",
    ]


def test_a_token_refused_twice_is_an_error(api: OpenApi, client: FeishuClient) -> None:
    api.replies.extend([refused(99991663), refused(99991663)])
    assert failure(client).fault is Fault.TOKEN
    assert api.tokens == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>502 Bad Gateway</html>", 502),
        Reply(b"\xff\xfe", 200),
        Reply(b"[]", 200),
        Reply({}, 200),
        Reply(b"", 200, hang_up=True),
        Reply({"code": "0", "msg": "odd"}, 200),
    ],
)
def test_an_answer_that_is_not_feishus_is_a_passing_fault(
    api: OpenApi, client: FeishuClient, reply: Reply
) -> None:
    api.replies.append(reply)
    assert failure(client).fault is Fault.PASSING


@pytest.mark.parametrize("data", [None, {}, ["odd"], {"message_id": ""}, {"message_id": 7}])
def test_a_sent_card_without_an_id_is_a_passing_fault(
    api: OpenApi, client: FeishuClient, data: object
) -> None:
    api.replies.append(Reply({"code": 0, "msg": "ok", "data": data}))
    with pytest.raises(DeliveryError) as caught:
        client.send_card("oc_1", CARD, "u")
    assert caught.value.fault is Fault.PASSING


def test_an_unreachable_feishu_is_a_passing_fault(api: OpenApi) -> None:
    with serving(OpenApi()) as gone:
        client = connect(gone)
    client._drop_token()
    error = failure(client)
    assert (error.fault, error.code) == (Fault.PASSING, 0)


def test_warming_up_fetches_the_token(api: OpenApi, client: FeishuClient) -> None:
    client.warm()
    client.warm()
    assert api.tokens == 2


@pytest.mark.parametrize("code", [10014, 99991543, 31415])
def test_a_wrong_secret_shows_when_warming_up(
    api: OpenApi, client: FeishuClient, code: int
) -> None:
    api.token_reply = Reply({"code": code, "msg": "app secret invalid"})
    with pytest.raises(DeliveryError) as caught:
        client.warm()
    assert (caught.value.fault, caught.value.code) == (Fault.APP_REFUSED, code)
    assert caught.value.detail == "app secret invalid"


def test_a_token_without_an_expiry_is_a_passing_fault(api: OpenApi, client: FeishuClient) -> None:
    api.token_reply = Reply({"code": 0, "msg": "ok", "tenant_access_token": "t-1"})
    with pytest.raises(DeliveryError) as caught:
        client.warm()
    assert caught.value.fault is Fault.PASSING


def test_many_threads_share_one_client_and_one_token(api: OpenApi, client: FeishuClient) -> None:
    api.replies.extend([SENT] * 8)
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: ids.append(client.send_card("oc_1", CARD, f"u{n}")))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == ["om_1"] * 8
    assert api.tokens == 1
    assert {call.body["uuid"] for call in api.calls if "/im/" in call.path} == {
        f"u{n}" for n in range(8)
    }


def test_credentials_do_not_show_their_secret(api: OpenApi) -> None:
    assert SECRET not in repr(Credentials(app_id="cli_1", app_secret=SECRET))
