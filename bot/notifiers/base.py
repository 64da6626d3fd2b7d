"""What the configuration says of notifiers: light, since every command reads it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.core.context import AlertContext
from bot.core.template import Format
from watchers.delay import SPAN, read_span


def address(text: str) -> str:
    """A mail address as far as it can be told by looking.

    Raises:
        ValueError: If it is none.
    """
    name, at, domain = text.partition("@")
    if not (name and at and domain) or any(one.isspace() or one in '<>,;"' for one in text):
        raise ValueError('a mail address, e.g. "ops@example.com"')
    return text


class EmailSettings(BaseModel):
    """``[email]``: the server that takes our mail; none without a host."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: Annotated[str, AfterValidator(lambda text: address(text) if text else text)] = ""
    timeout_s: float = Field(default=10.0, gt=0, le=60)
    groups: Mapping[str, tuple[Annotated[str, AfterValidator(address)], ...]] = Field(
        default_factory=dict
    )


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ValueError('an address such as "https://pager.example/hooks/larkwatch"')
    return text


class WebhookSettings(BaseModel):
    """``[[webhook]]``: one address, and the secret that both sides know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    url: Annotated[str, AfterValidator(_web_address)]
    secret_file: str = Field(min_length=1)
    timeout_s: float = Field(default=10.0, gt=0, le=60)


class WecomSettings(BaseModel):
    """``[[wecom]]``: a robot of a WeCom group; its address is a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    url_file: str = Field(min_length=1)
    format: Literal[Format.MARKDOWN, Format.TEXT] = Format.MARKDOWN
    mentions: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    timeout_s: float = Field(default=10.0, gt=0, le=20)


class FeishuBotSettings(BaseModel):
    """``[[feishu_bot]]``: a custom bot of a Feishu group; its address is a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    url_file: str = Field(min_length=1)
    secret_file: str = ""
    keyword: str = ""
    format: Literal[Format.CARD, Format.POST, Format.TEXT] = Format.CARD
    timeout_s: float = Field(default=10.0, gt=0, le=20)


def _span(found: object) -> object:
    if isinstance(found, timedelta):
        return found
    if found == "off":
        return timedelta(0)
    if isinstance(found, str) and SPAN.fullmatch(found):
        return read_span(found)
    raise ValueError('a span such as "90s" or "10m", or "off"')


def _approver(text: str) -> str:
    if not re.fullmatch(r"admins|leaders|everyone|ou_\w+", text):
        raise ValueError('"admins", "leaders", "everyone" or an open_id, which begins with "ou_"')
    return text


class ApprovedSettings(BaseModel):
    """What everything that acts has in common: nothing is done unasked, nor for real, by default.

    A call that is cut off by its time is not made twice at once: it ends before a claim does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    about: str = Field(default="", max_length=200)
    dry_run: bool = True
    approval: bool = True
    approvers: tuple[Annotated[str, AfterValidator(_approver)], ...] = ("admins",)
    cooldown: Annotated[timedelta, BeforeValidator(_span)] = timedelta(minutes=10)
    timeout_s: float = Field(default=10.0, gt=0, le=20)


class HookSettings(ApprovedSettings):
    """``[[hook]]``: an address that does something when it is asked, with a signed body."""

    url: Annotated[str, AfterValidator(_web_address)]
    secret_file: str = Field(min_length=1)
    body: str = ""


class CommandSettings(ApprovedSettings):
    """``[[command]]``: a program of this machine, without a shell.

    Attributes:
        argv: Program and arguments; each argument is a template, the program is not.
        allow: What an argument that a template made may look like, as a whole.
        environment: Names of variables that it gets; PATH is always fixed.
    """

    argv: tuple[str, ...] = Field(min_length=1, max_length=50)
    allow: str = r"[A-Za-z0-9_.@:/=,+][A-Za-z0-9_.@:/=,+-]{0,199}"
    folder: str = "/"
    environment: tuple[str, ...] = ()


class KubernetesSettings(ApprovedSettings):
    """``[[kubernetes]]``: a deployment that is scaled or restarted.

    Attributes:
        namespace: A template, as `deployment` is.
        replicas: How many, or ``+2`` for that many more; for ``do = "scale"``.
        least: Never fewer.
        most: Never more.
        url: Of the API; empty for that of the cluster that this runs in.
    """

    do: Literal["scale", "restart"]
    namespace: str = Field(default="default", min_length=1)
    deployment: str = Field(min_length=1)
    replicas: Annotated[str, Field(pattern=r"^[+-]?\d{1,4}$")] = "+1"
    least: int = Field(default=1, ge=0, le=1000)
    most: int = Field(default=10, ge=1, le=1000)
    url: Annotated[str, AfterValidator(lambda text: _web_address(text) if text else text)] = ""
    token_file: str = ""
    ca_file: str = ""


class NotifierSettings(BaseModel):
    """``[[notifier]]``: a notifier of another package, by the name of its entry point."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    kind: str = Field(min_length=1)
    settings: Mapping[str, Any] = Field(default_factory=dict)


GROUP = "larkwatch.notifiers"
"""The group of entry points in which other packages name their notifiers."""


class ForeignNotifier(Protocol):
    """What another package's entry point makes of the settings: ``Kind(settings)``.

    The entry point is called once with the table ``settings`` as a mapping; a `ValueError` there
    is said as a problem of the configuration when it is first used.
    """

    def send(self, context: AlertContext, uuid: str, now: datetime) -> None:
        """Tell of an alert; may be called from several threads.

        `uuid` is the same for every try of one message.

        Raises:
            DeliveryError: If it could not, with what to do about it; anything else counts as a
                passing fault and is tried again.
        """
        ...
