"""The door to the registration of apps: a code to scan, a person who agrees, the credentials."""

# ruff: noqa: E402 - the SDK's packages must be deferred before its first import
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import requests

from bot.core.errors import LarkwatchError
from bot.feishu.console import Brand
from bot.feishu.manifest import Manifest
from bot.feishu.slim import defer_heavy_packages

defer_heavy_packages()

from lark_oapi.scene.registration import _SyncFlow
from lark_oapi.scene.registration.errors import (
    AppAccessDeniedError,
    AppExpiredError,
    RegisterAppError,
)

_TIMEOUT_S = 10.0
_PATH = "/oauth/v1/app/registration"
_NAME = "Larkwatch"
_PENDING = {"error": "authorization_pending"}


class Ending(StrEnum):
    """Why there is no app in the end."""

    DENIED = "denied"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class News(StrEnum):
    """What happens while somebody is waited for."""

    WAITING = "waiting"
    SLOWED_DOWN = "slowed down"
    OF_LARK = "of lark"
    UNREACHABLE = "unreachable"


class RegistrationError(LarkwatchError):
    """No app was registered.

    Attributes:
        ending: Why.
        detail: What Feishu or the network said.
    """

    def __init__(self, ending: Ending, detail: str) -> None:
        super().__init__(f"{ending.value}: {detail}")
        self.ending = ending
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a person scans or opens.

    Attributes:
        address: Of a page of Feishu; it carries what the app is to have.
        good_for_s: Seconds until it expires.
    """

    address: str
    good_for_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An app.

    Attributes:
        person: open_id of whoever agreed, "" if Feishu does not say.
        brand: Of that person's company.
    """

    app_id: str
    app_secret: str = field(repr=False)
    person: str
    brand: Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Where apps are registered: companies of Lark elsewhere than those of Feishu."""

    feishu: str = "https://accounts.feishu.cn"
    lark: str = "https://accounts.larksuite.com"

    def first(self, brand: Brand) -> str:
        """Where to begin; a company of Lark is sent on from Feishu's by itself."""
        return self.lark if brand == "lark" else self.feishu


def register(
    manifest: Manifest,
    on_code: Callable[[Code], None],
    on_news: Callable[[News], None],
    *,
    accounts: Accounts | None = None,
    brand: Brand = "feishu",
    app_id: str = "",
) -> Registered:
    """Show a code and wait until somebody agrees, refuses, or it expires.

    Args:
        manifest: What the app gets, all and only this; an app that is there gets it added.
        on_code: Shows the code.
        on_news: Told every few seconds while nobody has decided.
        accounts: Where, if not at Feishu and Lark.
        brand: Which of the two is asked first.
        app_id: An app to change, "" for a new one, or one chosen on the page.

    Raises:
        RegistrationError: If there is no app in the end.
    """
    accounts = accounts or Accounts()
    origin = accounts.first(brand)
    flow = _Flow(
        on_qr_code=lambda info: on_code(
            Code(address=str(info["url"]), good_for_s=int(info["expire_in"]))
        ),
        on_status_change=lambda info: on_news(_NEWS.get(info["status"], News.WAITING)),
        source="larkwatch",
        cancel_event=None,
        domain=origin,
        lark_domain=accounts.lark,
        app_preset=None if app_id else {"name": _NAME},
        addons=manifest.addons(),
        app_id=app_id or None,
    )
    flow.on_trouble = lambda: on_news(News.UNREACHABLE)
    try:
        answer = flow.run()
    except AppAccessDeniedError as error:
        raise RegistrationError(Ending.DENIED, error.description) from error
    except AppExpiredError as error:
        raise RegistrationError(Ending.EXPIRED, error.description) from error
    except RegisterAppError as error:
        raise RegistrationError(Ending.REFUSED, str(error)) from error
    except requests.RequestException as error:
        detail = f"{origin} ({type(error).__name__})"
        raise RegistrationError(Ending.UNREACHABLE, detail) from error
    return _registered(answer, "lark" if brand == "lark" or flow.of_lark else "feishu")


class _Flow(_SyncFlow):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's flow over calls that end: its own have no timeout, and one lost poll is its end.

    Attributes:
        on_trouble: Called when a poll is not answered; the next one may be.
        of_lark: Whether the person's company turned out to be one of Lark.
    """

    on_trouble: Callable[[], None]
    of_lark = False

    def _post(self, data: Mapping[str, str]) -> Any:
        polls = data["action"] == "poll"
        try:
            response = requests.post(self._base_url + _PATH, data=data, timeout=_TIMEOUT_S)
            answer = response.json()
        except requests.RequestException:  # also what is no JSON, e.g. a proxy's page
            if not polls:
                raise
            self.on_trouble()
            return _PENDING
        if not isinstance(answer, dict):
            raise RegisterAppError("garbled", f"HTTP {response.status_code} without an object")
        if data["action"] == "begin" and not answer.get("device_code"):
            said = answer.get("error_description") or f"HTTP {response.status_code} without a code"
            raise RegisterAppError(str(answer.get("error", "garbled")), str(said))
        self.of_lark = self.of_lark or _brand(answer) == "lark"
        return answer


def _registered(answer: Mapping[str, Any], brand: Brand) -> Registered:
    person = (answer.get("user_info") or {}).get("open_id")
    return Registered(
        app_id=str(answer["client_id"]),
        app_secret=str(answer["client_secret"]),
        person=person if isinstance(person, str) else "",
        brand=brand,
    )


def _brand(answer: Mapping[str, Any]) -> object:
    found = answer.get("user_info")
    return found.get("tenant_brand") if isinstance(found, dict) else None


_NEWS = {
    "polling": News.WAITING,
    "slow_down": News.SLOWED_DOWN,
    "domain_switched": News.OF_LARK,
}
