"""Tenant tokens that prove themselves, so that they survive a restart of the sandbox."""

import hashlib
import hmac
from functools import lru_cache

from watchers.clock import Clock

LIFE_S = 7200
_RENEWED_S = 1800  # with less than this left, Feishu hands out a new token beside the old one


class Tokens:
    """Issues and verifies ``t-`` tokens: the expiry and its HMAC under the app's secret."""

    def __init__(self, app_id: str, app_secret: str, clock: Clock) -> None:
        self._app_id = app_id
        self._key = app_secret.encode()
        self._clock = clock
        self._mac = lru_cache(maxsize=16)(self._fresh_mac)  # asked for at every call of the API

    def issue(self) -> tuple[str, int]:
        """A token and the seconds it is still good for (1800 to 7200).

        The same token comes back until half an hour is left.
        """
        now = int(self._clock.now().timestamp())
        step = LIFE_S - _RENEWED_S
        expiry = now // step * step + LIFE_S
        return f"t-{expiry:x}-{self._mac(expiry)}", expiry - now

    def accepts(self, token: str) -> bool:
        """Whether the sandbox of this app issued the token and it has not expired."""
        _, _, rest = token.partition("-")
        digits, _, mac = rest.partition("-")
        try:
            expiry = int(digits, 16)
        except ValueError:
            return False
        good = hmac.compare_digest(mac.encode(), self._mac(expiry).encode())
        return good and expiry > self._clock.now().timestamp()

    def ticket(self, device_id: str) -> str:
        """The ticket that lets this device open the long connection."""
        return self._sign(f"ticket {device_id}")

    def _fresh_mac(self, expiry: int) -> str:
        return self._sign(f"token {expiry}")

    def _sign(self, what: str) -> str:
        return hmac.new(self._key, f"{self._app_id} {what}".encode(), hashlib.sha256).hexdigest()[
            :32
        ]
