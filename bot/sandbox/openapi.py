"""The open-platform HTTP API: routes, parameters, and the shape of each answer."""

import re
import secrets
from typing import Any

from flask import Blueprint, Response, g, request

from bot.sandbox.errors import ApiError, missing
from bot.sandbox.gate import Gate
from bot.sandbox.long_connection import MOST_CONNECTIONS, SERVICE_ID, LongConnections
from bot.sandbox.messages import Messages
from bot.sandbox.presses import Presses
from bot.sandbox.replies import ok, refused, reply
from bot.sandbox.settings import Settings
from bot.sandbox.state import Chat, State
from bot.sandbox.tokens import Tokens
from bot.sandbox.wire import Json, new_id

_IM = "/open-apis/im/v1"
_URGENT = "urgent_app,urgent_sms,urgent_phone"
_PAGE_SIZE = 100
_IMAGE_BYTES = 10 * 1024 * 1024
_IMAGES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"BM": "image/bmp",
}
_APP_ID = re.compile(r"cli_[0-9a-fA-F]{16}")


class OpenApi:
    """The routes; each one does no more than read the request and draw the answer."""

    def __init__(
        self,
        settings: Settings,
        state: State,
        tokens: Tokens,
        messages: Messages,
        presses: Presses,
        connections: LongConnections,
    ) -> None:
        self._settings = settings
        self._state = state
        self._tokens = tokens
        self._messages = messages
        self._presses = presses
        self._connections = connections

    def blueprint(self, gate: Gate) -> Blueprint:
        """All routes behind the gate."""
        routes = Blueprint("openapi", __name__)
        gate.guard(routes)
        for rule, methods, view in (
            ("/open-apis/auth/v3/<kind>_access_token/internal", "POST", self._token),
            ("/callback/ws/endpoint", "POST", self._endpoint),
            ("/open-apis/bot/v3/info", "GET", self._bot_info),
            (f"{_IM}/messages", "POST", self._create),
            (f"{_IM}/messages/<message_id>", "GET", self._get),
            (f"{_IM}/messages/<message_id>", "PATCH", self._patch),
            (f"{_IM}/messages/<message_id>", "PUT", self._put),
            (f"{_IM}/messages/<message_id>", "DELETE", self._delete),
            (f"{_IM}/messages/<message_id>/reply", "POST", self._reply),
            (f"{_IM}/messages/<message_id>/<any({_URGENT}):how>", "PATCH", self._urge),
            (f"{_IM}/messages/<message_id>/reactions", "POST", self._react),
            (f"{_IM}/messages/<message_id>/reactions/<reaction_id>", "DELETE", self._unreact),
            (f"{_IM}/chats", "GET", self._chats),
            (f"{_IM}/chats/<chat_id>", "GET", self._chat),
            (f"{_IM}/chats/<chat_id>/members", "GET", self._members),
            (f"{_IM}/chats/<chat_id>/members/is_in_chat", "GET", self._is_in_chat),
            (f"{_IM}/images", "POST", self._upload),
            ("/open-apis/interactive/v1/card/update", "POST", self._update_later),
            ("/open-apis/ephemeral/v1/send", "POST", self._ephemeral),
            ("/open-apis/contact/v3/users/<user_id>", "GET", self._user),
        ):  # fmt: skip
            routes.add_url_rule(rule, f"{methods} {rule}", view, methods=[methods])
        every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        routes.add_url_rule("/open-apis/<path:rest>", "unknown", self._unknown, methods=every)
        return routes

    def _token(self, kind: str) -> Response:
        body = _body()
        if kind not in {"tenant", "app"}:
            return self._unknown("")
        if not body.get("app_id") or not body.get("app_secret"):
            return reply({"code": 10003, "msg": "invalid param"}, 400)
        if body["app_id"] != self._settings.app_id:
            return reply({"code": 10003, "msg": "invalid param"}, 400)
        if body["app_secret"] != self._settings.app_secret:
            return reply({"code": 10014, "msg": "app secret invalid"}, 400)
        token, expire = self._tokens.issue()
        extra = {"app_access_token": token} if kind == "app" else {}
        flat = {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": expire}
        return reply(flat | extra)

    def _endpoint(self) -> Response:
        body = _body()
        config = self._connections.client_config()
        nothing = {"URL": "", "ClientConfig": config}
        if not _APP_ID.fullmatch(str(body.get("AppID"))) or (
            (body.get("AppID"), body.get("AppSecret"))
            != (self._settings.app_id, self._settings.app_secret)
        ):
            return reply({"code": 514, "msg": "app_id or app_secret is wrong", "data": nothing})
        if self._connections.online >= MOST_CONNECTIONS:
            msg = "the number of connections exceeded the limit"
            return reply({"code": 1000040350, "msg": msg, "data": nothing})
        device_id = str(secrets.randbelow(1 << 62))
        # Some clients parse the whole URL as one query, so the first parameter is lost to them.
        query = f"fpid=493&aid=552564&device_id={device_id}&access_key={new_id('')}"
        query += f"&service_id={SERVICE_ID}&ticket={self._tokens.ticket(device_id)}"
        url = f"ws://{request.host}/ws/v2?{query}"
        return reply({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": config}})

    def _bot_info(self) -> Response:
        bot = {
            "activate_status": 2,
            "app_name": self._state.app_name,
            "avatar_url": f"http://{request.host}/favicon.ico",
            "ip_white_list": [],
            "open_id": self._state.bot_open_id,
        }
        return reply({"code": 0, "msg": "ok", "bot": bot})

    def _create(self) -> Response:
        kind = request.args.get("receive_id_type", "")
        return ok(self._messages.data(self._messages.create(kind, _body(), _size())))

    def _reply(self, message_id: str) -> Response:
        return ok(self._messages.data(self._messages.reply(message_id, _body(), _size())))

    def _get(self, message_id: str) -> Response:
        message = self._messages.find(message_id)
        if not self._state.chat(message.chat_id).bot_in:
            raise ApiError(230002, "Bot/User can NOT be out of the chat.")
        return ok({"items": [self._messages.data(message)]})

    def _patch(self, message_id: str) -> Response:
        self._messages.patch(message_id, _body(), _size())
        return ok(msg="ok")

    def _put(self, message_id: str) -> Response:
        return ok(self._messages.data(self._messages.put(message_id, _body(), _size())))

    def _delete(self, message_id: str) -> Response:
        self._messages.delete(message_id)
        return ok()

    def _urge(self, message_id: str, how: str) -> Response:
        if not request.args.get("user_id_type"):
            raise missing("user_id_type")
        wrong = self._messages.urge(message_id, how, _body().get("user_id_list"))
        return ok({"invalid_user_id_list": wrong})

    def _react(self, message_id: str) -> Response:
        kind = _body().get("reaction_type")
        emoji = str(kind.get("emoji_type")) if isinstance(kind, dict) else ""
        reaction_id = self._messages.react(message_id, emoji, self._state.app_id)
        return ok(self._reaction(reaction_id, emoji, self._state.app_id))

    def _unreact(self, message_id: str, reaction_id: str) -> Response:
        emoji, who = self._messages.unreact(message_id, reaction_id)
        return ok(self._reaction(reaction_id, emoji, who))

    def _reaction(self, reaction_id: str, emoji: str, who: str) -> Json:
        by = "app" if who == self._state.app_id else "user"
        return {
            "reaction_id": reaction_id,
            "operator": {"operator_id": who, "operator_type": by},
            "action_time": str(self._state.now_ms()),
            "reaction_type": {"emoji_type": emoji},
        }

    def _chats(self) -> Response:
        mine = [chat for chat in self._state.chats() if chat.bot_in and chat.peer is None]
        page, more = _page(mine)
        return ok({"items": [self._listed(chat) for chat in page], **more})

    def _chat(self, chat_id: str) -> Response:
        chat = self._known(chat_id)
        public = {
            "name": chat.name,
            "avatar": "",
            "user_count": str(len(chat.members)),
            "bot_count": str(int(chat.bot_in)),
            "chat_status": "normal",
        }
        if not chat.bot_in:
            return ok(public)
        owner = {"owner_id": chat.owner_id, "owner_id_type": "open_id"} if chat.owner_id else {}
        return ok(
            public
            | owner
            | {
                "description": "",
                "i18n_names": {"zh_cn": chat.name, "en_us": "", "ja_jp": ""},
                "user_manager_id_list": list(chat.managers),
                "bot_manager_id_list": [],
                "chat_mode": chat.mode,
                "chat_type": "private",
                "chat_tag": "inner",
                "at_all_permission": "all_members",
                "urgent_setting": "all_members",
                "moderation_permission": "all_members",
                "external": False,
                "tenant_key": self._state.tenant_key,
            }
        )

    def _members(self, chat_id: str) -> Response:
        chat = self._known(chat_id)
        if not chat.bot_in:
            raise ApiError(232011, "Operator can NOT be out of the chat.")
        page, more = _page(list(chat.members))
        kind = request.args.get("member_id_type", "open_id")
        if kind not in {"open_id", "union_id", "user_id"}:
            raise missing("member_id_type")
        items = [
            {
                "member_id_type": kind,
                "member_id": user.ids[kind],
                "name": user.name,
                "tenant_key": self._state.tenant_key,
            }
            for user in (self._state.user(one) for one in page)
        ]
        return ok({"items": items, "member_total": len(chat.members), **more})

    def _is_in_chat(self, chat_id: str) -> Response:
        return ok({"is_in_chat": self._known(chat_id).bot_in})

    def _upload(self) -> Response:
        file = request.files.get("image")
        if file is None or request.form.get("image_type") not in {"message", "avatar"}:
            raise ApiError(234001, "Invalid request param.")
        data = file.read(_IMAGE_BYTES + 1)
        if not data:
            raise ApiError(234010, "File's size can't be 0.")
        if len(data) > _IMAGE_BYTES:
            raise ApiError(234006, "The file size exceed the max value.")
        mime = next((kind for magic, kind in _IMAGES.items() if data.startswith(magic)), None)
        if mime is None:
            raise ApiError(234011, "Can't recognize image format.")
        key = new_id("img_v3_")
        self._state.images[key] = (data, mime)
        return ok({"image_key": key})

    def _update_later(self) -> Response:
        self._presses.update_later(_body(), _size())
        return reply({"code": 0, "msg": "ok"})

    def _ephemeral(self) -> Response:
        message = self._messages.ephemeral(_body(), _size())
        return ok({"message_id": message.message_id})

    def _user(self, user_id: str) -> Response:
        user = self._state.users.get(user_id)
        if user is None:
            raise ApiError(99992351, f"not a valid {{open_id}}. Invalid ids: [{user_id}]")
        names = {"open_id": user.open_id, "union_id": user.union_id, "name": user.name}
        return ok({"user": names})

    def _unknown(self, rest: str) -> Response:
        g.unknown = True
        what = f"{request.method} {request.path} is not an API that the sandbox has"
        return refused(ApiError(404, f"404 page not found: {what}{rest and ''}", status=404))

    def _known(self, chat_id: str) -> Chat:
        chat = self._state.find_chat(chat_id)
        if chat is None:
            text = f"not a valid {{chat_id}}. Invalid ids: [{chat_id}]"
            raise ApiError(99992356, f"The request you send is {text}")
        if chat.dissolved:
            raise ApiError(
                232009, "Your request specifies a chat which has already been dissolved."
            )
        return chat

    def _listed(self, chat: Chat) -> Json:
        return {
            "chat_id": chat.chat_id,
            "avatar": "",
            "name": chat.name,
            "description": "",
            "owner_id": chat.owner_id or "",
            "owner_id_type": "open_id",
            "external": False,
            "tenant_key": self._state.tenant_key,
            "chat_status": "normal",
        }


def _body() -> Json:
    """The JSON object of the request, whatever its content type says."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise ApiError(9499, "Bad Request: the body is not a JSON object")
    return body


def _size() -> int:
    return len(request.get_data())


def _page(items: list[Any]) -> tuple[list[Any], Json]:
    """The asked page of a list; the token is the place where it begins."""
    size = request.args.get("page_size", 20, int)
    if not 1 <= size <= _PAGE_SIZE:
        raise ApiError(99992402, "field validation failed: page_size")
    token = request.args.get("page_token", "")
    start = int(token) if token.isdecimal() else 0
    more = start + size < len(items)
    return items[start : start + size], {
        "has_more": more,
        "page_token": str(start + size) if more else "",
    }
