"""``[[ingest]]``: who may push alerts and events in, and how they are understood."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.heartbeat import web_address
from bot.config.span import Span
from bot.ingest.mapping import Expression, Mapped, compiled
from bot.ingest.sender import HOLDS, Sender, SenderKind, Signed
from watchers.finding import Severity

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError('a name for addresses, of letters, digits, "-", "_" and ".", e.g. "prom"')
    return text


def _expression(text: str) -> str:
    compiled(text)
    return text


def _event(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError('the name of an event, e.g. "user.created" or "user.*"')
    return text


_Expression = Annotated[str, AfterValidator(_expression)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class MapSettings(_Section):
    """``[[ingest.map]]``: how JSON becomes alerts, by JMESPath expressions."""

    event: Annotated[str, AfterValidator(_event)] = "*"
    each: _Expression = ""
    when: _Expression = ""
    title: _Expression = Field(min_length=1)
    rule: _Expression = ""
    message: _Expression = ""
    severity: _Expression = ""
    resolved: _Expression = ""
    started_at: _Expression = ""
    labels: dict[str, _Expression] = Field(default_factory=dict)
    links: dict[str, _Expression] = Field(default_factory=dict)

    def mapped(self) -> Mapped:
        """Compiled."""
        return Mapped(
            event=self.event,
            each=_optional(self.each),
            when=_optional(self.when),
            title=compiled(self.title),
            rule=_optional(self.rule),
            message=_optional(self.message),
            severity=_optional(self.severity),
            over=_optional(self.resolved),
            started_at=_optional(self.started_at),
            labels={name: compiled(one) for name, one in self.labels.items()},
            links={name: compiled(one) for name, one in self.links.items()},
        )


class IngestSettings(_Section):
    """``[[ingest]]``: one sender.

    Attributes:
        secret_file: One secret a line; all of them hold, so that keys can be changed.
        user: Of basic authentication; the name of the sender unless it says otherwise.
        quiet: An alert stays open for so long without news.
        silence_url: An Alertmanager's address, where what is muted here is silenced.
    """

    name: Annotated[str, AfterValidator(_name)]
    kind: SenderKind = SenderKind.EVENTS
    secret_file: str = ""
    user: str = ""
    signs: Signed = Signed.TIMESTAMP_AND_BODY
    per_minute: int = Field(default=600, ge=1, le=1_000_000)
    severity: Severity = Severity.HIGH
    severities: dict[str, Severity] = Field(default_factory=dict)
    quiet: Span = HOLDS
    silence_url: Annotated[str, AfterValidator(lambda text: text and web_address(text))] = ""
    map: tuple[MapSettings, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "IngestSettings":
        mapped = self.kind in (SenderKind.EVENTS, SenderKind.GENERIC)
        if self.kind is SenderKind.GENERIC and not self.map:
            raise ValueError("[[ingest.map]] with at least title: how its JSON becomes alerts")
        if self.map and not mapped:
            raise ValueError('no map: only kind = "events" and kind = "generic" are mapped')
        if self.silence_url and self.kind is not SenderKind.ALERTMANAGER:
            raise ValueError('no silence_url: only kind = "alertmanager" can be silenced')
        return self

    def sender(self, secrets: Callable[[], tuple[str, ...]]) -> Sender:
        """As the door knows it; `secrets` are asked anew for each request."""
        return Sender(
            name=self.name,
            kind=self.kind,
            secrets=secrets,
            user=self.user or self.name,
            signs=self.signs,
            per_minute=self.per_minute,
            severity=self.severity,
            severities=_lower(self.severities),
            maps=tuple(one.mapped() for one in self.map),
            holds=self.quiet,
        )

    @property
    def variable(self) -> str:
        """The environment variable that may hold its secrets instead of a file."""
        return f"LARKWATCH_INGEST_{re.sub('[^A-Za-z0-9]', '_', self.name).upper()}"


def _optional(text: str) -> Expression | None:
    return compiled(text) if text else None


def _lower(words: Mapping[str, Severity]) -> dict[str, Severity]:
    return {word.strip().lower(): severity for word, severity in words.items()}
