"""``[traces]``: where OpenTelemetry's traces of lines, cards and clicks are sent."""

from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.heartbeat import web_address


def _collector(url: str) -> str:
    try:
        return web_address(url)
    except ValueError:
        raise ValueError(
            'where a collector takes OTLP over HTTP, e.g. "http://127.0.0.1:4318/v1/traces"'
        ) from None


def _page(url: str) -> str:
    if url and not (url.startswith(("https://", "http://")) and "{trace}" in url):
        raise ValueError(
            'an address with {trace} in it, e.g. "https://jaeger.example/trace/{trace}"'
        )
    return url


class TracesSection(BaseModel):
    """``[traces]``: none without an endpoint.

    Attributes:
        headers_file: A file with headers such as ``Authorization: Bearer …``, one a line.
        sample: The share of traces that are kept.
        link: Where people look at a trace: cards of alerts lead there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: Annotated[str, AfterValidator(_collector)] = ""
    headers_file: str = ""
    service: str = Field(default="larkwatch", min_length=1, max_length=255)
    sample: float = Field(default=1.0, ge=0.0, le=1.0)
    link: Annotated[str, AfterValidator(_page)] = ""

    @model_validator(mode="after")
    def _can_be_sent(self) -> "TracesSection":
        if self.endpoint and not (
            find_spec("opentelemetry.sdk") and find_spec("opentelemetry.exporter")
        ):
            raise ValueError("needs more packages: pip install 'larkwatch[otel]'")
        return self


def headers_in(text: str) -> dict[str, str]:
    """The headers of a file.

    Raises:
        ValueError: If a line is none.
    """
    headers = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, said = line.partition(":")
        if not (colon and name.strip() and said.strip()):
            raise ValueError('lines such as "Authorization: Bearer …"')
        headers[name.strip()] = said.strip()
    return headers
