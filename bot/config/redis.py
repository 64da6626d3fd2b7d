"""``[redis]``: what several servers share besides the database."""

from importlib.util import find_spec
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_SCHEMES = ("redis", "rediss", "unix")


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        where = parts.path if parts.scheme == "unix" else parts.hostname
        sound = parts.scheme in _SCHEMES and bool(where) and parts.port != 0
    except ValueError:
        sound = False
    if url and (not sound or "@" in url):
        raise ValueError(
            'an address such as "redis://127.0.0.1:6379/0" or "unix:///run/valkey.sock"; its '
            "password in password_file"
        )
    return url


class RedisSection(BaseModel):
    """Redis, Valkey, or what speaks as they do.

    Attributes:
        url: Where it is, "" for none.
        password_file: A file with the password.
        prefix: Of all keys; another one for another Larkwatch on the same server.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(_address)] = ""
    password_file: str = ""
    prefix: str = Field(default="larkwatch:", max_length=100)

    @model_validator(mode="after")
    def _installed(self) -> "RedisSection":
        if self.url and find_spec("redis") is None:
            raise ValueError("one more package: pip install 'larkwatch[redis]'")
        return self
