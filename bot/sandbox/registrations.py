"""App registration by device flow: a code, a person who approves it, the app's credentials."""

import base64
import binascii
import secrets
import threading
import zlib
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.application import Application
from bot.sandbox.errors import BadRequestError, NotThereError
from bot.sandbox.settings import Settings
from bot.sandbox.state import State
from bot.sandbox.wire import Json, loads, new_id
from watchers.clock import Clock

LIFE_S = 600
INTERVAL_S = 5
_MOST_ADDON_BYTES = 100_000
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"

Outcome = Literal["pending", "approved", "denied"]


@dataclass(slots=True, kw_only=True)
class Registration:
    """One attempt to register; good for ten minutes."""

    device_code: str
    user_code: str
    begun_at: float
    interval_s: int
    outcome: Outcome = "pending"
    approved_by: str = ""
    polled_at: float | None = None
    brand_told: bool = False


class Registrations:
    """All attempts; thread-safe. The sandbox has one app: that is the one that is handed out."""

    def __init__(
        self, settings: Settings, state: State, application: Application, clock: Clock
    ) -> None:
        self._settings = settings
        self._state = state
        self._application = application
        self._clock = clock
        self._lock = threading.Lock()
        self._by_device: dict[str, Registration] = {}

    def begin(self) -> Registration:
        """A new attempt."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        registration = Registration(
            device_code=new_id("dc_"),
            user_code=f"{letters[:4]}-{letters[4:]}",
            begun_at=self._clock.monotonic(),
            interval_s=self._settings.registration_interval_s,
        )
        with self._lock:
            self._by_device[registration.device_code] = registration
        return registration

    def poll(self, device_code: str) -> Json:
        """What the device is told: its credentials, or an error of the device flow."""
        with self._lock:
            found = self._by_device.get(device_code)
            if found is None:
                return {"error": "invalid_grant", "error_description": "unknown device_code"}
            now = self._clock.monotonic()
            too_soon = found.polled_at is not None and now - found.polled_at < found.interval_s
            found.polled_at = now
            if self._expired(found):
                return {"error": "expired_token", "error_description": "the code has expired"}
            match found.outcome:
                case "denied":
                    return {"error": "access_denied", "error_description": "the person refused"}
                case "approved":
                    return self._approved(found)
                case "pending" if too_soon:
                    found.interval_s += INTERVAL_S
                    return {"error": "slow_down", "error_description": "polled too often"}
                case "pending":
                    text = "nobody has approved the registration yet"
                    return {"error": "authorization_pending", "error_description": text}

    def _approved(self, found: Registration) -> Json:
        """The credentials; a company of Lark is first sent to Lark's own address."""
        brand = self._settings.brand
        if brand == "lark" and not found.brand_told:
            found.brand_told, found.polled_at = True, None
            text = "the company is one of Lark: ask there"
            pending = {"error": "authorization_pending", "error_description": text}
            return pending | {"user_info": {"tenant_brand": brand}}
        del self._by_device[found.device_code]
        return {
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_secret,
            "user_info": {"open_id": found.approved_by, "tenant_brand": brand},
        }

    def decide(
        self,
        user_code: str,
        as_: str,
        *,
        approve: bool,
        addons: str | None = None,
        client_id: str | None = None,
    ) -> None:
        """A person approves or refuses; addons and client_id are what the code's address carries.

        Raises:
            NotThereError: If no attempt under way has this code, or there is no such app.
            BadRequestError: If the addons cannot be read.
        """
        self._state.user(as_)
        if approve and client_id not in (None, self._settings.app_id):
            raise NotThereError(f"no app {client_id}")
        asked = unpacked(addons) if approve and addons else {}
        with self._lock:
            found = next((one for one in self._pending() if one.user_code == user_code), None)
            if found is None:
                raise NotThereError(f"no registration with the code {user_code} is under way")
            if asked:
                self._apply(asked)
            if approve and client_id is None:
                self._application.owner_id = as_
            found.outcome = "approved" if approve else "denied"
            found.approved_by = as_

    def to_json(self) -> Json:
        """The attempts under way, as the page shows them."""
        with self._lock:
            return {"registrations": [{"user_code": one.user_code} for one in self._pending()]}

    def _pending(self) -> list[Registration]:
        every = self._by_device.values()
        return [one for one in every if one.outcome == "pending" and not self._expired(one)]

    def _expired(self, one: Registration) -> bool:
        return self._clock.monotonic() - one.begun_at >= LIFE_S

    def _apply(self, addons: Json) -> None:
        draft = self._application.draft
        none: frozenset[str] = frozenset()
        preset = addons.get("preset") is not False
        self._application.change(
            scopes=_names(addons, "scopes", "tenant") | (draft.scopes if preset else none),
            events=_names(addons, "events", "items", "tenant") | (draft.events if preset else none),
            callbacks=_names(addons, "callbacks", "items") | (draft.callbacks if preset else none),
        )
        self._application.publish({"remark": "registered"})


def _names(addons: Json, *path: str) -> frozenset[str]:
    node: Any = addons
    for key in path:
        node = node.get(key, {}) if isinstance(node, dict) else None
    if node == {}:
        return frozenset()
    if not isinstance(node, list) or not all(isinstance(one, str) for one in node):
        raise BadRequestError(f"addons.{'.'.join(path)} is not a list of names")
    return frozenset(node)


def unpacked(addons: str) -> Json:
    """Addons as they stand in the address: base64url without padding, of gzip, of JSON.

    Raises:
        BadRequestError: If they are not that.
    """
    try:
        packed = base64.urlsafe_b64decode(addons + "=" * (-len(addons) % 4))
        plain = zlib.decompressobj(wbits=31).decompress(packed, _MOST_ADDON_BYTES)
        found = loads(plain)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise BadRequestError(f"addons cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise BadRequestError("addons are not an object")
    return found
