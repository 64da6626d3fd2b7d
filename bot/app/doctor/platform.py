"""What Feishu says of our app, each asked once: several checks need the same answer."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from bot.core.errors import DeliveryError
from bot.feishu.client import FeishuClient
from bot.feishu.own_app import AppFacts, OwnApp

T = TypeVar("T")
_BOT = "/open-apis/bot/v3/info"
_CHATS = "/open-apis/im/v1/chats"
_MOST_PAGES = 50


class Platform:
    """Feishu, as one look finds it; the answers of refused calls are `DeliveryError` values."""

    def __init__(self, client: FeishuClient | None, app_id: str) -> None:
        """`client` is None where there are no credentials to call with."""
        self._client = client
        self._app_id = app_id

    @property
    def usable(self) -> bool:
        """Whether calls go through; asks for a token the first time."""
        return self._client is not None and self.refusal is None

    @cached_property
    def refusal(self) -> DeliveryError | None:
        """Why there is no token."""
        return _error(self.client.warm)

    @cached_property
    def bot(self) -> Mapping[str, Any] | DeliveryError:
        """The bot, as it describes itself."""
        return _value(lambda: self.client.ask("ask for the bot", "GET", _BOT)["bot"] or {})

    @cached_property
    def granted(self) -> frozenset[str] | DeliveryError:
        """The scopes that are granted."""
        return _value(OwnApp(self.client, self._app_id).granted)

    @cached_property
    def facts(self) -> AppFacts | DeliveryError | None:
        """The app's own settings, None where it may not read them."""
        return _value(OwnApp(self.client, self._app_id).facts)

    @cached_property
    def groups(self) -> frozenset[str] | DeliveryError:
        """The groups that the bot is in: a hundred with one call."""
        return _value(self._groups)

    def _groups(self) -> frozenset[str]:
        found: set[str] = set()
        queries = {"page_size": "100"}
        for _ in range(_MOST_PAGES):
            data = self.client.ask("list groups", "GET", _CHATS, queries=queries)["data"] or {}
            found |= {str(one.get("chat_id")) for one in data.get("items") or ()}
            queries["page_token"] = str(data.get("page_token") or "")
            if not data.get("has_more") or not queries["page_token"]:
                break
        return frozenset(found)

    def chat(self, chat_id: str) -> Mapping[str, Any] | DeliveryError:
        """A group's settings; of one where the bot is not, only a few."""

        def ask() -> Mapping[str, Any]:
            queries = {"user_id_type": "open_id"}
            answer = self.client.ask(
                "look at a chat", "GET", f"{_CHATS}/{chat_id}", queries=queries
            )
            return answer["data"] or {}

        return _value(ask)

    @property
    def client(self) -> FeishuClient:
        """What calls go through; there is none without credentials."""
        assert self._client is not None  # noqa: S101 - checks ask whether it is usable first
        return self._client


def _error(call: Callable[[], object]) -> DeliveryError | None:
    try:
        call()
    except DeliveryError as error:
        return error
    return None


def _value(call: Callable[[], T]) -> T | DeliveryError:
    try:
        return call()
    except DeliveryError as error:
        return error
