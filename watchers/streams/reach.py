"""How a server is reached that has lines: its address, and who asks."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from watchers.streams.span import Span, Wait


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in url or any(one.isspace() for one in url):
        raise ValueError(
            'a web address, e.g. "http://127.0.0.1:3100"; who asks is said with user and '
            "password_file, or token_file"
        )
    return url.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]


_LONGEST_OVERLAP = timedelta(minutes=30)


class Reach(BaseModel):
    """What all that is asked over HTTP has in common.

    Attributes:
        url: Where it is.
        user: For basic authentication, with `password_file`.
        password_file: A file with the password.
        token_file: A file with a token that is sent as ``Authorization: Bearer``.
        ca_file: Certificates to trust instead of those of the system.
        timeout: An answer takes no longer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    url: Address
    user: str = ""
    password_file: str = ""
    token_file: str = ""
    ca_file: str = ""
    timeout: Span = timedelta(seconds=10)

    @model_validator(mode="after")
    def _one_way_in(self) -> "Reach":
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file together")
        if self.user and self.token_file:
            raise ValueError("either user and password_file or token_file")
        return self

    @property
    def missing(self) -> str:
        """Which of its files cannot be read, "" when all can."""
        for path in (self.password_file, self.token_file, self.ca_file):
            if path and not Path(path).is_file():
                return f"there is no file {path}"
        return ""


class Schedule(BaseModel):
    """How often a server is asked for what came since.

    Attributes:
        every: From one time to the next.
        delay: Lines younger than this are left for the next time: some arrive late.
        overlap: So much that was read is asked for again: some arrive later still. What is known
            counts once.
        page: So many lines are asked for at once.
        back: At the very first start, begin so long ago.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    every: Span = timedelta(seconds=15)
    delay: Wait = timedelta(seconds=10)
    overlap: Wait = timedelta(minutes=1)
    page: int = Field(default=1000, ge=10, le=5000)
    back: Wait = timedelta(0)

    @field_validator("overlap")
    @classmethod
    def _not_long(cls, overlap: timedelta) -> timedelta:
        if overlap > _LONGEST_OVERLAP:
            raise ValueError('a span from "0s" to "30m"')
        return overlap
