"""``[[watch]]``: one place that lines come from, of whatever kind."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from watchers.kafka.cluster import topic_of
from watchers.sources.command import CommandSettings
from watchers.sources.containers import FILES
from watchers.sources.elasticsearch.settings import ElasticsearchSettings
from watchers.sources.file.settings import WatchSettings
from watchers.sources.http_probe.settings import HttpSettings
from watchers.sources.journald.settings import JournaldSettings
from watchers.sources.kafka.settings import KafkaSettings
from watchers.sources.loki.settings import LokiSettings
from watchers.sources.otlp.settings import OtlpSettings
from watchers.sources.syslog.settings import SyslogSettings

_KINDS = (
    "files",
    "stdin",
    "journald",
    "command",
    "http",
    "loki",
    "elasticsearch",
    "syslog",
    "otlp",
    "kafka",
)
_READ_TWICE = ("files",)
"""What is shipped is read on its own, so that a Kafka that is away delays no alert."""
_NO_FILES = object()
_PATHS = (
    "directory",
    "ca_file",
    "token_file",
    "password_file",
    "api_key_file",
    "certificate_file",
    "key_file",
)
_WANTED = (
    "one of files, containers, journald, command, http, loki, elasticsearch, syslog, otlp, "
    'kafka or stdin: where the lines come from, e.g. files = ["/var/log/pay/*.log"]'
)


def _shipped_to(address: str) -> str:
    if address and not topic_of(address):
        raise ValueError('"kafka:TOPIC", e.g. "kafka:logs"')
    return address


class Watch(WatchSettings):
    """One watch of any kind; exactly one of the kinds is set.

    Attributes:
        files: As for files; with `containers` where these keep their logs, unless said otherwise.
        containers: Whose folders of logs are read: each line is labelled with its container.
        stdin: Read standard input.
        journald: Follow a journal.
        command: Run a program again and again.
        http: Ask an address again and again.
        loki: Ask Loki on a schedule.
        elasticsearch: Ask Elasticsearch or OpenSearch on a schedule.
        syslog: Listen for syslog.
        otlp: Take log records that applications push to the server.
        kafka: Read topics, as one of a group.
        ship: Where raw lines of files go besides, e.g. ``kafka:logs``.
    """

    files: list[str] = Field(min_length=1)
    containers: Literal["", "docker", "kubernetes"] = ""
    stdin: bool = False
    journald: JournaldSettings | None = None
    command: CommandSettings | None = None
    http: HttpSettings | None = None
    loki: LokiSettings | None = None
    elasticsearch: ElasticsearchSettings | None = None
    syslog: SyslogSettings | None = None
    otlp: OtlpSettings | None = None
    kafka: KafkaSettings | None = None
    ship: Annotated[str, AfterValidator(_shipped_to)] = ""

    @model_validator(mode="before")
    @classmethod
    def _files_only_for_files(cls, found: Any) -> Any:
        if not isinstance(found, dict) or found.get("files"):
            return found
        containers = found.get("containers")
        if isinstance(containers, str) and containers in FILES:
            return {**found, "files": [FILES[containers]]}
        others = any(found.get(kind) not in (None, False) for kind in _KINDS[1:])
        return {**found, "files": _NO_FILES} if others or containers else found

    @field_validator("files", mode="wrap")
    @classmethod
    def _none_for_other_kinds(cls, found: Any, handler: ValidatorFunctionWrapHandler) -> list[str]:
        files: list[str] = [] if found is _NO_FILES else handler(found)
        return files

    @model_validator(mode="after")
    def _one_kind(self) -> "Watch":
        said = [kind for kind in _KINDS if getattr(self, kind)]
        if len(said) != 1:
            both = f", not {' and '.join(said)} together" if said else ""
            raise ValueError(_WANTED + both)
        if self.ship and said[0] not in _READ_TWICE:
            raise ValueError("no ship: only lines of files are shipped")
        return self

    @property
    def wrapped(self) -> bool:
        """Whether a container's runtime put something around each line, wherever that keeps it."""
        return bool(self.containers) or super().wrapped

    @property
    def kind(self) -> str:
        """Which of the kinds it is, ``files`` for containers too."""
        return next(kind for kind in _KINDS if getattr(self, kind))

    def placed(self, beside: Callable[[str], str]) -> "Watch":
        """The same with every path made from the one that `beside` makes of it."""
        changed: dict[str, Any] = {"files": [beside(one) for one in self.files]}
        section = getattr(self, self.kind)
        if isinstance(section, BaseModel):
            paths = [key for key in _PATHS if getattr(section, key, "")]
            update = {key: beside(getattr(section, key)) for key in paths}
            changed[self.kind] = section.model_copy(update=update)
        return self.model_copy(update=changed)
