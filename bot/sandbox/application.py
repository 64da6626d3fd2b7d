"""The app's configuration: what is live, what waits for the next published version."""

import threading
from dataclasses import asdict, dataclass, replace
from typing import Literal

from bot.sandbox.scopes import EVENTS
from bot.sandbox.settings import Settings
from bot.sandbox.wire import Json

CARD_CALLBACK = "card.action.trigger"
Mode = Literal["websocket", "webhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """One version of the app's configuration.

    Attributes:
        events: Event types that are pushed at all.
        request_url: Where events go in mode ``webhook``; callbacks have their own.
        allowed_ips: Addresses that may call the API; empty means every one.
    """

    scopes: frozenset[str]
    events: frozenset[str] = frozenset(EVENTS)
    callbacks: frozenset[str] = frozenset({CARD_CALLBACK})
    event_mode: Mode = "websocket"
    request_url: str | None = None
    callback_mode: Mode = "websocket"
    callback_url: str | None = None
    encrypt_key: str = ""
    verification_token: str = ""
    allowed_ips: frozenset[str] = frozenset()
    bot_enabled: bool = True
    visible_to_all: bool = True

    def to_json(self) -> Json:
        """As the page shows it; the keys are hidden."""
        shown = {
            key: sorted(value) if isinstance(value, frozenset) else value
            for key, value in asdict(self).items()
        }
        return shown | {key: "***" for key in ("encrypt_key", "verification_token") if shown[key]}


class Application:
    """The app of the sandbox; thread-safe. Changes are drafts until they are published.

    Attributes:
        owner_id: The open_id of whoever made it.
        in_use: Whether an administrator lets the company use it.
    """

    def __init__(self, settings: Settings, owner_id: str = "") -> None:
        self.app_id = settings.app_id
        self.owner_id = owner_id
        self.in_use = True
        mode: Mode = "webhook" if settings.request_url else "websocket"
        self.live = self._draft = Configuration(
            scopes=settings.scopes,
            event_mode=mode,
            request_url=settings.request_url,
            callback_mode=mode,
            callback_url=settings.request_url,
            encrypt_key=settings.encrypt_key,
            verification_token=settings.verification_token,
        )
        self.versions: list[Json] = []
        self._lock = threading.Lock()

    @property
    def draft(self) -> Configuration:
        """What the next version will be."""
        return self._draft

    def change(self, **fields: object) -> None:
        """Replace fields of the draft."""
        with self._lock:
            self._draft = replace(self._draft, **fields)  # type: ignore[arg-type] # checked by callers

    def publish(self, version: Json) -> Json:
        """Make the draft live; gives the version with its number filled in."""
        with self._lock:
            number = version.get("version") or f"1.0.{len(self.versions) + 1}"
            published = version | {"version": number}
            self.versions.append(published)
            self.live = self._draft
        return published

    def to_json(self) -> Json:
        """As the page shows it."""
        waiting = self._draft != self.live
        shown = {"live": self.live.to_json(), "versions": list(self.versions)}
        return shown | {"draft": self._draft.to_json() if waiting else None}
