"""The rest of what Feishu's official SDK for Python can say to the sandbox, typed and raw.

Events, card callbacks and registration are in tests/bot/sandbox/test_official_client.py.
"""

import asyncio
import io
import json
from typing import Any

import lark_oapi as lark
import pytest
from lark_oapi.api.contact.v3 import BatchGetIdUserRequest, BatchGetIdUserRequestBody
from lark_oapi.api.im.v1 import (
    CreateFileRequest,
    CreateFileRequestBody,
    CreateImageRequest,
    CreateImageRequestBody,
    CreateMessageReactionRequest,
    CreateMessageReactionRequestBody,
    CreateMessageRequest,
    CreateMessageRequestBody,
    DeleteMessageReactionRequest,
    DeleteMessageRequest,
    Emoji,
    GetChatRequest,
    GetMessageRequest,
    IsInChatChatMembersRequest,
    ListChatRequest,
    ReplyMessageRequest,
    ReplyMessageRequestBody,
    UpdateMessageRequest,
    UpdateMessageRequestBody,
    UrgentAppMessageRequest,
    UrgentReceivers,
)

from bot.sandbox.server import Sandbox
from bot.sandbox.town import FIRST_GROUP, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from tests.judges.judge import GROUP, PERSON

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def client(town: Sandbox) -> Any:
    return (
        lark.Client.builder()
        .app_id(town.settings.app_id)
        .app_secret(town.settings.app_secret)
        .domain(town.address)
        .log_level(lark.LogLevel.CRITICAL)
        .build()
    )


def sending(kind: str, content: object, uuid: str = "") -> Any:
    body = CreateMessageRequestBody.builder().receive_id(GROUP).msg_type(kind).uuid(uuid)
    body = body.content(json.dumps(content)).build()
    return CreateMessageRequest.builder().receive_id_type("chat_id").request_body(body).build()


def fine(answer: Any) -> Any:
    assert answer.success(), (answer.code, answer.msg)
    return getattr(answer, "data", None)  # some answers have none


def raw(client: Any, method: lark.HttpMethod, uri: str, body: object = None) -> Any:
    builder = lark.BaseRequest.builder().http_method(method).uri(uri)
    builder = builder.token_types({lark.AccessTokenType.TENANT})
    answer = client.request((builder.body(body) if body else builder).build())
    assert answer.code == 0, (answer.code, answer.msg)
    return json.loads(answer.raw.content)


def test_a_message_is_answered_edited_marked_urged_and_recalled(town: Sandbox, client: Any) -> None:
    message = client.im.v1.message
    sent = fine(message.create(sending("text", {"text": f'<at user_id="{PERSON}">x</at>'}, "u1")))
    again = fine(message.create(sending("text", {"text": "never"}, "u1")))
    assert (again.message_id, sent.mentions[0].name) == (sent.message_id, OWNER)

    body = ReplyMessageRequestBody.builder().msg_type("text").content('{"text":"a"}').build()
    reply = ReplyMessageRequest.builder().message_id(sent.message_id).request_body(body).build()
    replied = fine(message.reply(reply))
    assert (replied.parent_id, replied.root_id) == (sent.message_id, sent.message_id)

    body = UpdateMessageRequestBody.builder().msg_type("text").content('{"text":"b"}').build()
    edit = UpdateMessageRequest.builder().message_id(replied.message_id).request_body(body).build()
    fine(message.update(edit))
    get = GetMessageRequest.builder().message_id(replied.message_id).build()
    (item,) = fine(message.get(get)).items
    assert (item.body.content, item.updated, item.sender.sender_type) == (
        '{"text":"b"}',
        True,
        "app",
    )

    emoji = Emoji.builder().emoji_type("DONE").build()
    body = CreateMessageReactionRequestBody.builder().reaction_type(emoji).build()
    mark = CreateMessageReactionRequest.builder().message_id(sent.message_id).request_body(body)
    marked = fine(client.im.v1.message_reaction.create(mark.build()))
    assert (marked.operator.operator_type, marked.reaction_type.emoji_type) == ("app", "DONE")
    unmark = DeleteMessageReactionRequest.builder().message_id(sent.message_id)
    fine(client.im.v1.message_reaction.delete(unmark.reaction_id(marked.reaction_id).build()))

    body = UrgentReceivers.builder().user_id_list([PERSON]).build()
    urge = UrgentAppMessageRequest.builder().message_id(sent.message_id).user_id_type("open_id")
    assert fine(message.urgent_app(urge.request_body(body).build())).invalid_user_id_list == []
    assert town.state.message(sent.message_id).urgent == ((PERSON, "app"),)

    fine(message.delete(DeleteMessageRequest.builder().message_id(sent.message_id).build()))
    assert town.state.message(sent.message_id).deleted


def test_images_and_files_are_uploaded_and_sent(town: Sandbox, client: Any) -> None:
    body = CreateImageRequestBody.builder().image_type("message").image(io.BytesIO(PNG)).build()
    image = client.im.v1.image.create(CreateImageRequest.builder().request_body(body).build())
    body = CreateFileRequestBody.builder().file_type("stream").file_name("a.log")
    body = body.file(io.BytesIO(b"one line")).build()
    file = client.im.v1.file.create(CreateFileRequest.builder().request_body(body).build())
    for kind, key in (("image", fine(image).image_key), ("file", fine(file).file_key)):
        fine(client.im.v1.message.create(sending(kind, {f"{kind}_key": key})))
    assert [one.msg_type for one in town.messages(GROUP)] == ["image", "file"]
    assert list(town.state.images.values()) == [(PNG, "image/png")]


def test_chats_and_people_are_looked_up(client: Any) -> None:
    chats = client.im.v1.chat
    listed = fine(chats.list(ListChatRequest.builder().page_size(100).build()))
    assert [one.name for one in listed.items] == [FIRST_GROUP, SECOND_GROUP]
    chat = fine(chats.get(GetChatRequest.builder().chat_id(GROUP).build()))
    assert (chat.owner_id, chat.user_manager_id_list) == (PERSON, [stable_id("ou_", "王磊")])
    ask = IsInChatChatMembersRequest.builder().chat_id(GROUP).build()
    assert fine(client.im.v1.chat_members.is_in_chat(ask)).is_in_chat
    body = BatchGetIdUserRequestBody.builder().emails(["linxiao@example.com"]).build()
    ask = BatchGetIdUserRequest.builder().user_id_type("open_id").request_body(body).build()
    (found,) = fine(client.contact.v3.user.batch_get_id(ask)).user_list
    assert found.user_id == PERSON


def test_calls_without_a_type_of_their_own_work_raw(town: Sandbox, client: Any) -> None:
    info = raw(client, lark.HttpMethod.GET, "/open-apis/bot/v3/info")
    assert info["bot"]["open_id"] == town.state.bot_open_id
    card = {"schema": "2.0", "body": {"elements": [{"tag": "hr"}]}}
    body = {"chat_id": GROUP, "open_id": PERSON, "msg_type": "interactive", "card": card}
    sent = raw(client, lark.HttpMethod.POST, "/open-apis/ephemeral/v1/send", body)
    assert town.state.message(sent["data"]["message_id"]).visible_to == PERSON


def test_the_asynchronous_twins_work(town: Sandbox, client: Any) -> None:
    async def two() -> list[Any]:
        send = client.im.v1.message.acreate
        return await asyncio.gather(*(send(sending("text", {"text": one})) for one in "ab"))

    assert [answer.success() for answer in asyncio.run(two())] == [True, True]
    assert sorted(one.body["text"] for one in town.messages(GROUP)) == ["a", "b"]
