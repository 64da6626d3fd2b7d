"""What the bot puts on a message: urgent pushes and reactions."""

import re

from bot.sandbox.directory import Directory, require_member
from bot.sandbox.errors import ApiError, invalid
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.state import State
from bot.sandbox.wire import new_id

URGENT = {"urgent_app": "app", "urgent_sms": "sms", "urgent_phone": "phone"}
_MOST_URGENT = 200
_EMOJI = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,40}")


class Marks:
    """Each method does one API call's work."""

    def __init__(self, state: State, directory: Directory, faults: Faults) -> None:
        self._state = state
        self._directory = directory
        self._faults = faults

    def urge(self, message_id: str, how: str, kind: str, user_ids: object) -> list[str]:
        """Push a message to people; gives the ids that are nobody in the chat.

        Raises:
            ApiError: If the message, the group, the people or the quota do not allow it.
        """
        if not isinstance(user_ids, list) or not 0 < len(user_ids) <= _MOST_URGENT:
            raise invalid(f"user_id_list has 1 to {_MOST_URGENT} ids")
        kind = self._directory.id_kind(kind)
        with self._state.lock:
            message = self._directory.own(message_id, not_own=230012)
            chat = self._state.chat(message.chat_id)
            if self._state.external(chat):
                raise ApiError(230027, "Lack of necessary permissions: the group is external.")
            if chat.urgent_setting == "only_owner" and not chat.led_by_bot:
                raise ApiError(230052, "Operator has no permission to buzz in this chat.")
            if how != "urgent_app" and self._faults.hits(Fault.URGENT_QUOTA):
                raise ApiError(230024, "Reach the upper limit of urgent message.")
            people = {str(one): self._directory.find_person(kind, str(one)) for one in user_ids}
            good = [one.open_id for one in people.values() if one and one.open_id in chat.members]
            if not good:
                raise invalid("all user ids are invalid")
            if any(self._state.unread_urgent(one) >= _MOST_URGENT for one in good):
                raise ApiError(230023, "The user has reached the limit of unread urgent messages.")
            fresh = tuple((one, URGENT[how]) for one in good)
            known = tuple(one for one in message.urgent if one not in fresh)
            self._state.change_message(message_id, urgent=known + fresh)
            self._state.count_urgent(good)
        return [one for one, who in people.items() if who is None or who.open_id not in good]

    def react(self, message_id: str, emoji: str, by: str) -> str:
        """Put an emoji on a message; gives the reaction's id."""
        if not _EMOJI.fullmatch(emoji):
            raise ApiError(231001, "reaction type is invalid.")
        with self._state.lock:
            message = self._directory.message(message_id)
            require_member(self._state.chat(message.chat_id))
            if message.deleted:
                raise ApiError(231003, "The message was recalled.")
            for reaction_id, known, who in message.reactions:
                if (known, who) == (emoji, by):
                    return reaction_id
            reaction_id = new_id("")
            fresh = (*message.reactions, (reaction_id, emoji, by))
            self._state.change_message(message_id, reactions=fresh)
        return reaction_id

    def unreact(self, message_id: str, reaction_id: str, by: str) -> tuple[str, str]:
        """Take a reaction of one's own away; gives its emoji and operator."""
        with self._state.lock:
            message = self._directory.message(message_id)
            found = next((one for one in message.reactions if one[0] == reaction_id), None)
            if found is None:
                raise ApiError(231003, "The message reaction was not found.")
            if found[2] != by:
                raise ApiError(231002, "The operator has no permission on the reaction.")
            left = tuple(one for one in message.reactions if one != found)
            self._state.change_message(message_id, reactions=left)
        return found[1], found[2]
