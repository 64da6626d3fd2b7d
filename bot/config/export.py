"""``[[export]]``: where figures of hosts and numbers of series are written besides."""

import re
from collections.abc import Mapping
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.heartbeat import web_address
from bot.config.span import Span


def _label(name: str) -> str:
    if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name):
        raise ValueError('names of letters, digits and "_", e.g. { env = "prod" }')
    return name


def _place(url: str) -> str:
    try:
        sound = bool(web_address(url))
    except ValueError:
        sound = False
    if not sound:
        raise ValueError('where it takes numbers, e.g. "http://127.0.0.1:8428/api/v1/write"')
    return url


class ExportSettings(BaseModel):
    """One database for time series.

    Attributes:
        name: Unique.
        kind: Prometheus' remote write, or InfluxDB's line protocol.
        url: Where it takes them, with all that its address needs; it may hold a secret.
        user: For basic authentication, with `password_file`.
        token_file: A file with a token, sent as its kind has it.
        labels: What all that is written from here is labelled with besides.
        every: From one time to the next.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    kind: Literal["remote-write", "influx"]
    url: Annotated[str, AfterValidator(_place)]
    user: str = ""
    password_file: str = ""
    token_file: str = ""
    labels: Mapping[Annotated[str, AfterValidator(_label)], str] = {}
    every: Span = timedelta(seconds=15)
    timeout: Span = timedelta(seconds=10)

    @model_validator(mode="after")
    def _sound(self) -> "ExportSettings":
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file together")
        if self.user and self.token_file:
            raise ValueError("either user and password_file or token_file")
        if self.kind == "remote-write" and find_spec("cramjam") is None:
            raise ValueError("needs one more package: pip install 'larkwatch[remote-write]'")
        return self
