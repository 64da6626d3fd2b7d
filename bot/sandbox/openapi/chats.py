"""Groups over HTTP: list, look, open, members, managers."""

from functools import partial

from flask import Response, request

from bot.sandbox.directory import Directory
from bot.sandbox.errors import ApiError
from bot.sandbox.groups import Groups
from bot.sandbox.openapi.asked import Route, body, page
from bot.sandbox.replies import ok
from bot.sandbox.state import Chat, State
from bot.sandbox.wire import Json

_CHATS = "/open-apis/im/v1/chats"
_ONE = f"{_CHATS}/<chat_id>"


class ChatRoutes:
    """Each view reads the request, has the work done, and draws the answer."""

    def __init__(self, state: State, directory: Directory, groups: Groups) -> None:
        self._state = state
        self._directory = directory
        self._groups = groups

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        add, delete = (partial(self._change_managers, add=add) for add in (True, False))
        return (
            ("GET", _CHATS, self._list),
            ("POST", _CHATS, self._create),
            ("GET", _ONE, self._get),
            ("GET", f"{_ONE}/members", self._members),
            ("GET", f"{_ONE}/members/is_in_chat", self._is_in_chat),
            ("POST", f"{_ONE}/managers/add_managers", add),
            ("POST", f"{_ONE}/managers/delete_managers", delete),
        )

    def _list(self) -> Response:
        mine = [chat for chat in self._state.chats() if chat.bot_in and chat.peer is None]
        if request.args.get("sort_type") == "ByActiveTimeDesc":
            mine.sort(key=self._state.active_at, reverse=True)
        shown, more = page(mine)
        return ok({"items": [self._listed(chat) for chat in shown], **more})

    def _create(self) -> Response:
        asked = body() | {"set_bot_manager": request.args.get("set_bot_manager") == "true"}
        kind = request.args.get("user_id_type")
        chat = self._groups.create(kind, asked, request.args.get("uuid", ""))
        return ok({"chat_id": chat.chat_id, **self._inside(chat)})

    def _get(self, chat_id: str) -> Response:
        chat = self._directory.chat(chat_id)
        return ok(self._inside(chat) if chat.bot_in else self._outside(chat))

    def _members(self, chat_id: str) -> Response:
        chat = self._directory.chat(chat_id)
        if not chat.bot_in:
            raise ApiError(232011, "Operator can NOT be out of the chat.")
        shown, more = page(list(chat.members))
        kind = self._directory.id_kind(request.args.get("member_id_type"))
        items = [
            {
                "member_id_type": kind,
                "member_id": user.ids[kind],
                "name": user.name,
                "tenant_key": user.tenant_key,
            }
            for user in (self._state.user(one) for one in shown)
        ]
        return ok({"items": items, "member_total": len(chat.members), **more})

    def _is_in_chat(self, chat_id: str) -> Response:
        return ok({"is_in_chat": self._directory.chat(chat_id).bot_in})

    def _change_managers(self, chat_id: str, *, add: bool) -> Response:
        kind = request.args.get("member_id_type")
        chat = self._groups.change_managers(chat_id, kind, body().get("manager_ids"), add=add)
        bots = [self._state.app_id] if chat.bot_is_manager else []
        return ok({"chat_managers": list(chat.managers), "chat_bot_managers": bots})

    def _outside(self, chat: Chat) -> Json:
        return {
            "name": chat.name,
            "avatar": "",
            "user_count": str(len(chat.members)),
            "bot_count": str(int(chat.bot_in)),
            "chat_status": "normal",
        }

    def _inside(self, chat: Chat) -> Json:
        bots = [self._state.app_id] if chat.bot_is_manager else []
        owner = {"owner_id": chat.owner_id, "owner_id_type": "open_id"} if chat.owner_id else {}
        return (
            self._outside(chat)
            | owner
            | {
                "description": chat.description,
                "i18n_names": {"zh_cn": chat.name, "en_us": "", "ja_jp": ""},
                "user_manager_id_list": list(chat.managers),
                "bot_manager_id_list": bots,
                "chat_mode": chat.mode,
                "chat_type": "private",
                "chat_tag": "inner",
                "at_all_permission": "all_members",
                "urgent_setting": chat.urgent_setting,
                "moderation_permission": chat.moderation,
                "external": self._state.external(chat),
                "tenant_key": self._state.tenant_key,
            }
        )

    def _listed(self, chat: Chat) -> Json:
        return {
            "chat_id": chat.chat_id,
            "avatar": "",
            "name": chat.name,
            "description": chat.description,
            "owner_id": chat.owner_id or "",
            "owner_id_type": "open_id",
            "external": self._state.external(chat),
            "tenant_key": self._state.tenant_key,
            "chat_status": "normal",
        }
