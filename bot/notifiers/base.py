"""What the configuration says of notifiers: light, since every command reads it."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


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

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: Annotated[str, AfterValidator(lambda text: address(text) if text else text)] = ""
    timeout_s: float = Field(default=10.0, gt=0, le=60)


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

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=64)
    url: Annotated[str, AfterValidator(_web_address)]
    secret_file: str = Field(min_length=1)
    timeout_s: float = Field(default=10.0, gt=0, le=60)
