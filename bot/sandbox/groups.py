"""What the bot does with groups: open one, and name managers."""

from dataclasses import replace

from bot.sandbox.directory import Directory
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import Limits
from bot.sandbox.state import Chat, State
from bot.sandbox.wire import Json, new_id

_MOST_MANAGERS = 10
_MOST_MEMBERS = 50
_NAME_LENGTH = 60


class Groups:
    """Each method does one API call's work."""

    def __init__(self, state: State, directory: Directory, limits: Limits) -> None:
        self._state = state
        self._directory = directory
        self._limits = limits

    def create(self, kind: str | None, body: Json, uuid: str) -> Chat:
        """Open a group with the bot in it; without owner_id the bot owns it.

        Raises:
            ApiError: If the name is too long or somebody is unknown.
        """
        kind = self._directory.id_kind(kind)
        name, members = body.get("name") or "", body.get("user_id_list") or []
        named = isinstance(name, str) and len(name) <= _NAME_LENGTH
        if not named or not isinstance(members, list):
            raise ApiError(232001, "Your request contains an invalid request parameter.")
        if len(members) > _MOST_MEMBERS:
            raise ApiError(232024, f"user_id_list has at most {_MOST_MEMBERS} ids.")
        with self._state.lock:
            if uuid and (known := self._limits.seen(f"chat {uuid}")):
                return self._state.chat(known)
            owner = self._person(kind, str(body["owner_id"])) if body.get("owner_id") else None
            people = [self._person(kind, str(one)) for one in members]
            everyone = dict.fromkeys([*([owner] if owner else []), *people])
            chat = self._state.put_chat(
                Chat(
                    chat_id=new_id("oc_"),
                    name=name or "群聊",
                    description=str(body.get("description") or ""),
                    members=tuple(everyone),
                    created_at=self._state.now_ms(),
                    owner_id=owner,
                    bot_in=True,
                    bot_is_manager=owner is not None and bool(body.get("set_bot_manager")),
                )
            )
            if uuid:
                self._limits.remember(f"chat {uuid}", chat.chat_id)
            self._state.say(chat.chat_id, f"机器人 {self._state.app_name} 创建了群聊")
        return chat

    def change_managers(self, chat_id: str, kind: str | None, ids: object, *, add: bool) -> Chat:
        """Name people or the bot managers of a group that the bot owns, or take it from them.

        Raises:
            ApiError: 232038 if the bot is not the owner; 232027 if no id is a member's.
        """
        if not isinstance(ids, list):
            raise ApiError(232001, "Your request contains an invalid request parameter.")
        with self._state.lock:
            chat = self._inside(chat_id)
            if chat.owner_id is not None:
                msg = "The operator is not chat owner, no permission to complete the request."
                raise ApiError(232038, msg)
            bot = kind == "app_id"
            found = self._members(chat, kind, ids) if not bot else ()
            if not found and not (bot and self._state.app_id in ids):
                msg = "There are no valid members in the ID list specified in your request."
                raise ApiError(232027, msg)
            kept = tuple(one for one in chat.managers if one not in found)
            managers = kept + found if add else kept
            if len(managers) > _MOST_MANAGERS:
                raise ApiError(232040, "The chat managers has reached the limit of maximum number.")
            changed = replace(
                chat, managers=managers, bot_is_manager=add if bot else chat.bot_is_manager
            )
            return self._state.put_chat(changed)

    def _inside(self, chat_id: str) -> Chat:
        chat = self._directory.chat(chat_id)
        if not chat.bot_in:
            raise ApiError(232011, "Operator can NOT be out of the chat.")
        return chat

    def _person(self, kind: str, person_id: str) -> str:
        user = self._directory.find_person(kind, person_id)
        if user is None:
            raise ApiError(232030, "Your request specifies a user_id which is invalid.")
        return user.open_id

    def _members(self, chat: Chat, kind: str | None, ids: list[object]) -> tuple[str, ...]:
        kind = self._directory.id_kind(kind)
        people = (self._directory.find_person(kind, str(one)) for one in ids)
        return tuple(one.open_id for one in people if one and one.open_id in chat.members)
