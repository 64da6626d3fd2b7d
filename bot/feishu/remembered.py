"""What Feishu says of chats, asked once for all who want to know it at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.errors import DeliveryError, Fault
from bot.core.permission import Chat
from bot.core.ports import Directory
from bot.feishu.cache import Cache

_KEEP = timedelta(seconds=30)
"""Chats are kept in the database for minutes; this is for many who ask at once."""
_KEEP_REFUSED = timedelta(minutes=2)
_PASSING = (Fault.PASSING, Fault.THROTTLED, Fault.TOKEN)


class RememberedDirectory:
    """`core.ports.Directory` before another one; thread-safe.

    A chat that Feishu will not describe is not asked for again with every command in it.
    """

    def __init__(self, directory: Directory, cache: Cache) -> None:
        self._directory = directory
        self._cache = cache

    def warm(self, chats: Collection[str]) -> None:
        """Take over what other servers know of these."""
        self._cache.warm([f"{kind}:{one}" for one in chats for kind in ("chat", "members")])

    def forget(self, chat_id: str) -> None:
        """Something changed in a chat."""
        for kind in ("chat", "members"):
            self._cache.forget(f"{kind}:{chat_id}")

    def chat(self, chat_id: str, now: datetime) -> Chat:
        """Owner, managers and name of a chat, as of half a minute ago at most.

        Raises:
            DeliveryError: If Feishu did not say.
        """

        def ask() -> tuple[dict[str, Any], timedelta]:
            return self._answered(lambda: _wire_of(self._directory.chat(chat_id, now)))

        return _chat_of(_said(self._cache.get(f"chat:{chat_id}", ask)))

    def members(self, chat_id: str) -> Mapping[str, str]:
        """Names of a chat's people by open_id, likewise.

        Raises:
            DeliveryError: If Feishu did not say.
        """

        def ask() -> tuple[dict[str, Any], timedelta]:
            return self._answered(lambda: dict(self._directory.members(chat_id)))

        return dict(_said(self._cache.get(f"members:{chat_id}", ask)))

    def in_chat(self, chat_id: str) -> bool:
        """Whether the bot is in a chat right now.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        return self._directory.in_chat(chat_id)

    def open_ids(self, emails: Sequence[str], mobiles: Sequence[str]) -> Mapping[str, str]:
        """open_ids by e-mail address and mobile number; the database keeps them.

        Raises:
            DeliveryError: If Feishu did not say.
        """
        return self._directory.open_ids(emails, mobiles)

    @staticmethod
    def _answered(ask: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], timedelta]:
        try:
            return {"said": ask()}, _KEEP
        except DeliveryError as error:
            if error.fault in _PASSING:
                raise
            refused = {"fault": error.fault.value, "code": error.code, "detail": error.detail}
            return {"refused": refused}, _KEEP_REFUSED


def _said(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, or the refusal again."""
    if "refused" in kept:
        why = kept["refused"]
        raise DeliveryError(Fault(why["fault"]), code=int(why["code"]), detail=str(why["detail"]))
    found: dict[str, Any] = kept["said"]
    return found


def _wire_of(chat: Chat) -> dict[str, Any]:
    return {
        "id": chat.id,
        "name": chat.name,
        "private": chat.private,
        "owner": chat.owner,
        "managers": sorted(chat.managers),
        "seen_at": chat.seen_at.isoformat(),
    }


def _chat_of(wire: Mapping[str, Any]) -> Chat:
    return Chat(
        id=str(wire["id"]),
        name=str(wire["name"]),
        private=bool(wire["private"]),
        owner=str(wire["owner"]),
        managers=frozenset(map(str, wire["managers"])),
        seen_at=datetime.fromisoformat(wire["seen_at"]),
    )
