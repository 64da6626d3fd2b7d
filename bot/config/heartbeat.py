"""``[heartbeat]``: a sign of life to a dead-man's switch elsewhere."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.config.span import Span


def web_address(text: str) -> str:
    """Let an address pass, or "" for none.

    Raises:
        ValueError: If it is neither.
    """
    try:
        parts = urlsplit(text)
        sound = not text or (parts.scheme in ("https", "http") and bool(parts.hostname))
    except ValueError:
        sound = False
    if not sound:
        raise ValueError('an address such as "https://hc-ping.com/…", or "" for none')
    return text


class HeartbeatSection(BaseModel):
    """``[heartbeat]``: where it goes; none without an address."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    url: Annotated[str, AfterValidator(web_address)] = ""
    every: Span = timedelta(minutes=1)
