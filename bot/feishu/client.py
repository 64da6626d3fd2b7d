"""The door to Feishu's API: sends and edits cards, asks about chats; every failure is typed."""

# ruff: noqa: E402 - the SDK's packages must be deferred before its first import
import io
import json
import logging
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import requests

from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import Means
from bot.core.permission import Chat
from bot.feishu.errors import Meaning, meaning
from bot.feishu.slim import defer_heavy_packages

defer_heavy_packages()

from lark_oapi.api.im.v1.model.create_file_request import CreateFileRequest
from lark_oapi.api.im.v1.model.create_file_request_body import CreateFileRequestBody
from lark_oapi.api.im.v1.model.create_message_request import CreateMessageRequest
from lark_oapi.api.im.v1.model.create_message_request_body import CreateMessageRequestBody
from lark_oapi.api.im.v1.model.get_chat_members_request import GetChatMembersRequest
from lark_oapi.api.im.v1.model.get_chat_request import GetChatRequest
from lark_oapi.api.im.v1.model.patch_message_request import PatchMessageRequest
from lark_oapi.api.im.v1.model.patch_message_request_body import PatchMessageRequestBody
from lark_oapi.api.im.v1.model.reply_message_request import ReplyMessageRequest
from lark_oapi.api.im.v1.model.reply_message_request_body import ReplyMessageRequestBody
from lark_oapi.api.im.v1.model.urgent_app_message_request import UrgentAppMessageRequest
from lark_oapi.api.im.v1.model.urgent_phone_message_request import UrgentPhoneMessageRequest
from lark_oapi.api.im.v1.model.urgent_receivers import UrgentReceivers
from lark_oapi.api.im.v1.model.urgent_sms_message_request import UrgentSmsMessageRequest
from lark_oapi.api.im.v1.resource.chat import Chat as ChatCalls
from lark_oapi.api.im.v1.resource.chat_members import ChatMembers as ChatMemberCalls
from lark_oapi.api.im.v1.resource.file import File as FileCalls
from lark_oapi.api.im.v1.resource.message import Message as MessageCalls
from lark_oapi.core.construct import init
from lark_oapi.core.enum import AccessTokenType, HttpMethod
from lark_oapi.core.exception import ObtainAccessTokenException, UnmarshalException
from lark_oapi.core.http import Transport
from lark_oapi.core.json import JSON
from lark_oapi.core.model import BaseRequest, BaseResponse, Config, RequestOption
from lark_oapi.core.token import TokenManager, verify

_log = logging.getLogger(__name__)
_CARD, _FILE = "interactive", "file"
_LONGEST_DETAIL = 500
MOST_MEMBERS = 500
"""Names are a convenience; of a larger group those of the first pages are known."""

# What the SDK raises when the answer is not the JSON that Feishu documents, e.g. a proxy's HTML.
_GARBLED = (ValueError, TypeError, AttributeError, UnmarshalException)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to reach Feishu as an app.

    Attributes:
        app_id: ``cli_…``.
        app_secret: Never shown.
        domain: Origin without a path: Feishu, Lark, or the sandbox on loopback.
        timeout_s: For connecting, and for each read.
    """

    app_id: str
    app_secret: str = field(repr=False)
    domain: str = "https://open.feishu.cn"
    timeout_s: float = 10.0


class FeishuClient:
    """Calls Feishu's API as one app; safe to share between threads.

    Every method raises `DeliveryError` when it cannot do what it says. A refused token is replaced
    and the call repeated once before that. One app per process: the SDK keeps tokens by app id.
    """

    def __init__(
        self, credentials: Credentials, called: Callable[[], object] = lambda: None
    ) -> None:
        """`called` is told of every call that counts in the tenant's quota."""
        self._called = called
        self._credentials = credentials
        config = Config()
        config.app_id = credentials.app_id
        config.app_secret = credentials.app_secret
        config.domain = credentials.domain
        config.timeout = credentials.timeout_s
        config.source = "larkwatch"
        config.enable_set_token = True  # tokens are handed in per call, see _token
        self._config = config
        self._messages = MessageCalls(config)
        self._files = FileCalls(config)
        self._chats = ChatCalls(config)
        self._chat_members = ChatMemberCalls(config)
        self._token_lock = threading.Lock()
        quiet_sdk_log()

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        """Send a card into a chat and return its message id.

        Args:
            receiver: Feishu's id of the chat, or the open_id of a person to tell in private.
            card: Card JSON 2.0.
            uuid: At most 50 characters; within an hour the same one sends at most once.
        """
        return self._send("send a card", receiver, _CARD, _text_of(card), uuid)

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Answer a message with a card and return the new message's id; `uuid` as for sending."""
        return self._reply("reply with a card", message_id, _CARD, _text_of(card), uuid)

    def upload_file(self, name: str, content: bytes) -> str:
        """Upload a file and return its key; 30 MB at most, and not empty."""

        def call(option: RequestOption) -> BaseResponse:
            body = CreateFileRequestBody.builder().file_type("stream").file_name(name)
            request = CreateFileRequest.builder()
            body = body.file(io.BytesIO(content)).build()
            return self._files.create(request.request_body(body).build(), option)

        data = self._call("upload a file", call).data
        key = data.file_key if data is not None else None
        if not isinstance(key, str) or not key:
            raise self._failed("upload a file", _garbled("an answer without a file key"))
        return key

    def send_file(self, receiver: str, key: str, uuid: str, *, reply_to: str = "") -> str:
        """Send an uploaded file, as an answer where a message is named; its message id."""
        content = json.dumps({"file_key": key})
        if reply_to:
            return self._reply("send a file", reply_to, _FILE, content, uuid)
        return self._send("send a file", receiver, _FILE, content, uuid)

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        """Redraw a sent card; may be repeated."""
        content = _text_of(card)

        def call(option: RequestOption) -> BaseResponse:
            body = PatchMessageRequestBody.builder().content(content).build()
            request = PatchMessageRequest.builder().message_id(message_id).request_body(body)
            return self._messages.patch(request.build(), option)

        self._call("edit a card", call)

    def urge(self, message_id: str, means: Means, people: Sequence[str]) -> frozenset[str]:
        """Push a message of ours to people until they look; whom it could not reach.

        It may be repeated: there is no way to tell Feishu that it is the same push.

        Args:
            message_id: A message that the bot sent, in a chat they are in.
            means: One of the urgent ones.
            people: 1 to 200 open_ids.
        """
        builder, push = {
            Means.URGENT_APP: (UrgentAppMessageRequest.builder, self._messages.urgent_app),
            Means.URGENT_SMS: (UrgentSmsMessageRequest.builder, self._messages.urgent_sms),
            Means.URGENT_PHONE: (UrgentPhoneMessageRequest.builder, self._messages.urgent_phone),
        }[means]

        def call(option: RequestOption) -> BaseResponse:
            body = UrgentReceivers.builder().user_id_list(list(people)).build()
            request = builder().message_id(message_id).user_id_type("open_id").request_body(body)
            return push(request.build(), option)

        data = self._call("push a message", call).data
        return frozenset((data.invalid_user_id_list if data is not None else None) or ())

    def chat(self, chat_id: str, now: datetime) -> Chat:
        """Ask who owns and manages a chat; `now` becomes the answer's age."""

        def call(option: RequestOption) -> BaseResponse:
            request = GetChatRequest.builder().chat_id(chat_id).user_id_type("open_id")
            return self._chats.get(request.build(), option)

        data = self._call("look at a chat", call).data
        if data is None:
            raise self._failed("look at a chat", _garbled("an answer without data"))
        return Chat(
            id=chat_id,
            name=data.name or "",
            private=data.chat_mode == "p2p",
            owner=data.owner_id or "",
            managers=frozenset(data.user_manager_id_list or ()),
            seen_at=now,
        )

    def members(self, chat_id: str) -> dict[str, str]:
        """Ask for the names of a chat's people, by open_id; at most `MOST_MEMBERS` of them."""
        names: dict[str, str] = {}
        page = ""
        while len(names) < MOST_MEMBERS:
            data = self._call("list members", partial(self._members_page, chat_id, page)).data
            if data is None:
                raise self._failed("list members", _garbled("an answer without data"))
            names |= {item.member_id: item.name or "" for item in data.items or ()}
            if not data.has_more or not data.page_token:
                break
            page = data.page_token
        return names

    def _members_page(self, chat_id: str, page: str, option: RequestOption) -> BaseResponse:
        request = GetChatMembersRequest.builder().chat_id(chat_id).member_id_type("open_id")
        request = request.page_size(100)
        if page:
            request = request.page_token(page)
        return self._chat_members.get(request.build(), option)

    def in_chat(self, chat_id: str) -> bool:
        """Ask whether the bot is in a chat."""
        path = f"/open-apis/im/v1/chats/{chat_id}/members/is_in_chat"
        said = self.ask("look whether the bot is in a chat", "GET", path).get("data")
        return isinstance(said, dict) and said.get("is_in_chat") is True

    def open_ids(self, emails: Sequence[str], mobiles: Sequence[str]) -> dict[str, str]:
        """Ask whose e-mail addresses and mobile numbers these are, at most 50 of each.

        Those of nobody, and of people who left, are left out.
        """
        data = self.ask(
            "look people up",
            "POST",
            "/open-apis/contact/v3/users/batch_get_id",
            queries={"user_id_type": "open_id"},
            body={"emails": list(emails), "mobiles": list(mobiles)},
        ).get("data")
        users = data.get("user_list") if isinstance(data, dict) else None
        found = {}
        for user in users if isinstance(users, list) else []:
            person, status = user.get("user_id"), user.get("status") or {}
            if isinstance(person, str) and person and not status.get("is_resigned"):
                found[str(user.get("email") or user.get("mobile"))] = person
        return found

    def bot_open_id(self) -> str:
        """The bot's own open_id, by which mentions of it are told from others."""
        bot = self.ask("ask for the bot", "GET", "/open-apis/bot/v3/info").get("bot")
        open_id = bot.get("open_id") if isinstance(bot, dict) else None
        if not isinstance(open_id, str) or not open_id:
            raise self._failed("ask for the bot", _garbled("an answer without the bot's open_id"))
        return open_id

    def ask(
        self,
        what: str,
        method: Literal["GET", "POST", "PATCH"],
        path: str,
        *,
        queries: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make a call that the SDK has no light model for: the answer's ``data`` or ``bot``, raw.

        Args:
            what: What it is for, for the log.
            method: Of HTTP.
            path: Behind the domain.
            queries: Parameters of the address.
            body: JSON to send.
        """

        def call(option: RequestOption) -> BaseResponse:
            request = BaseRequest()
            request.http_method = HttpMethod[method]
            request.uri = path
            request.token_types = {AccessTokenType.TENANT}
            request.queries = list((queries or {}).items())
            if body is not None:
                option.headers["Content-Type"] = "application/json; charset=utf-8"
                request.body = body
            verify(self._config, request, option)
            raw = Transport.execute(self._config, request, option)
            response = JSON.unmarshal(raw.content.decode(), _Flat)
            response.raw = raw
            return response

        answer = self._call(what, call)
        return {"data": answer.data, "bot": answer.bot}

    def warm(self) -> None:
        """Fetch a token now, so that a wrong secret shows at the start, not at the first alert."""
        self._drop_token()
        self._token("fetch a token")

    def _send(self, what: str, receiver: str, sort: str, content: str, uuid: str) -> str:
        """Send a message of some type to a chat or a person; its id."""
        kind = "open_id" if receiver.startswith("ou_") else "chat_id"

        def call(option: RequestOption) -> BaseResponse:
            body = CreateMessageRequestBody.builder().receive_id(receiver).msg_type(sort)
            body = body.content(content).uuid(uuid).build()
            request = CreateMessageRequest.builder().receive_id_type(kind).request_body(body)
            return self._messages.create(request.build(), option)

        return self._message_id(what, self._call(what, call))

    def _reply(self, what: str, message_id: str, sort: str, content: str, uuid: str) -> str:
        """Answer a message with one of some type; its id."""

        def call(option: RequestOption) -> BaseResponse:
            body = ReplyMessageRequestBody.builder().msg_type(sort).content(content).uuid(uuid)
            request = ReplyMessageRequest.builder().message_id(message_id)
            return self._messages.reply(request.request_body(body.build()).build(), option)

        return self._message_id(what, self._call(what, call))

    def _call(self, what: str, call: Callable[[RequestOption], BaseResponse]) -> Any:
        """Call with a token; a refused one is replaced once."""
        try:
            return self._call_once(what, call)
        except DeliveryError as error:
            if error.fault is not Fault.TOKEN:
                raise
        self._drop_token()
        return self._call_once(what, call)

    def _call_once(self, what: str, call: Callable[[RequestOption], BaseResponse]) -> Any:
        option = RequestOption()
        option.tenant_access_token = self._token(what)
        self._called()
        try:
            response = call(option)
        except requests.RequestException as error:
            raise self._failed(what, self._unreachable(error)) from error
        except _GARBLED as error:
            raise self._failed(what, _garbled(type(error).__name__)) from error
        if isinstance(response.code, int) and response.code == 0:
            return response
        raise self._failed(what, _refused(response), response.get_log_id() or "")

    def _token(self, what: str) -> str:
        """The cached token, or a new one; one thread fetches, the others wait for it.

        Tokens are handed to each call instead of letting the SDK look them up: its cache is not
        safe between threads.
        """
        try:
            with self._token_lock:
                return str(TokenManager.get_self_tenant_token(self._config))
        except ObtainAccessTokenException as error:
            raise self._failed(what, _no_token(error)) from error
        except requests.RequestException as error:
            raise self._failed(what, self._unreachable(error)) from error
        except _GARBLED as error:
            raise self._failed(what, _garbled(type(error).__name__)) from error

    def _drop_token(self) -> None:
        with self._token_lock:
            TokenManager.cache.set(f"self_tenant_token:{self._config.app_id}", "", 0)

    def _message_id(self, what: str, response: Any) -> str:
        message_id = response.data.message_id if response.data is not None else None
        if not isinstance(message_id, str) or not message_id:
            raise self._failed(what, _garbled("an answer without a message id"))
        return message_id

    def _unreachable(self, error: requests.RequestException) -> "_Failure":
        """Without the exception's own text, which may name a proxy with its password."""
        domain, timeout_s = self._credentials.domain, self._credentials.timeout_s
        timed_out = isinstance(error, requests.Timeout)
        detail = f"no answer within {timeout_s:g} s" if timed_out else type(error).__name__
        remedy = f"Cannot reach {domain}: check the network, DNS and proxy; it is tried again."
        return _Failure(Meaning(fault=Fault.PASSING, remedy=remedy), 0, detail, None)

    def _failed(self, what: str, failure: "_Failure", log_id: str = "") -> DeliveryError:
        """Log a failure and make it an error to raise."""
        fault = failure.meaning.fault
        must_act = fault in (Fault.MISCONFIGURED, Fault.APP_REFUSED)
        level = logging.ERROR if must_act else logging.WARNING
        extra = {
            "call": what,
            "fault": fault.value,
            "code": failure.code,
            "detail": failure.detail,
            "remedy": failure.meaning.remedy,
            "log_id": log_id,
        }
        _log.log(level, "call to Feishu failed", extra=extra)
        return DeliveryError(
            fault, code=failure.code, detail=failure.detail, retry_after=failure.retry_after
        )


def quiet_sdk_log() -> None:
    """Keep the SDK's log down to warnings in ours.

    It brings its own handler to stdout, and at INFO it writes addresses with tickets in them.
    """
    sdk = logging.getLogger("Lark")
    sdk.handlers.clear()
    sdk.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class _Failure:
    meaning: Meaning
    code: int
    detail: str
    retry_after: timedelta | None


class _Flat(BaseResponse):  # type: ignore[misc]  # the SDK is untyped
    """An answer whose parts stay plain JSON."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(values)
        self.bot: Any = None
        self.data: Any = None
        init(self, values, {})


def _refused(response: BaseResponse) -> _Failure:
    """Feishu answered, with an error."""
    status = response.raw.status_code
    if not isinstance(response.code, int):
        return _garbled(f"HTTP {status} without a code")
    detail = str(response.msg or "")[:_LONGEST_DETAIL]
    found = meaning(response.code, detail, status)
    wait = _reset(response.raw.headers) or found.retry_after
    return _Failure(found, response.code, detail, wait)


def _no_token(error: ObtainAccessTokenException) -> _Failure:
    """The token endpoint answered with an error; a code unknown there means the app itself."""
    code = error.code if isinstance(error.code, int) else 0
    detail = str(error.msg or "")[:_LONGEST_DETAIL]
    found = meaning(code, detail)
    if found.fault is Fault.REJECTED:
        remedy = "Feishu gives this app no token: check app id, app secret and that it is enabled."
        found = Meaning(fault=Fault.APP_REFUSED, remedy=remedy)
    return _Failure(found, code, detail, found.retry_after)


def _garbled(detail: str) -> _Failure:
    remedy = "The answer is not Feishu's: something between is failing; it is tried again."
    return _Failure(Meaning(fault=Fault.PASSING, remedy=remedy), 0, detail, None)


def _reset(headers: Mapping[str, str]) -> timedelta | None:
    """The seconds to wait that the gateway names when it throttles."""
    for name, value in headers.items():
        if name.lower() == "x-ogw-ratelimit-reset":
            try:
                seconds = float(value)
            except ValueError:
                return None
            return timedelta(seconds=min(seconds, 3600)) if 0 < seconds < math.inf else None
    return None


def _text_of(card: Mapping[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))
