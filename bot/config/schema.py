"""The tree of `larkwatch.toml`; a watch's and a rule's model live beside their code."""

import os
import re
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.config.actions import ActionsSection, TemplateSettings
from bot.config.api import ApiSection
from bot.config.delivery import DeliverySection
from bot.config.digest import DigestSection
from bot.config.export import ExportSettings
from bot.config.health import HealthSection
from bot.config.heartbeat import HeartbeatSection
from bot.config.incidents import IncidentsSection
from bot.config.ingest import IngestSettings
from bot.config.mutes import MuteSettings, MutesSection
from bot.config.noise import (
    AwaySection,
    DedupSection,
    DependencySettings,
    GroupingSection,
    LimitSettings,
    StormSection,
)
from bot.config.paging import EscalationSettings, RotaSettings
from bot.config.redis import RedisSection
from bot.config.span import Span, Waits
from bot.config.timeouts import Timeouts
from bot.config.traces import TracesSection
from bot.core.changes import GROWTH
from bot.core.subscription import Language
from bot.engine.terms import ACK_REMINDER, ACK_TIMEOUT
from bot.feishu.console import ORIGINS
from bot.notifiers.base import (
    CommandSettings,
    EmailSettings,
    FeishuBotSettings,
    HookSettings,
    KubernetesSettings,
    NotifierSettings,
    WebhookSettings,
    WecomSettings,
)
from watchers.delay import UNSAID
from watchers.fields.settings import FieldsSettings
from watchers.kafka.cluster import KafkaSection, topic_of
from watchers.matching.grok_settings import GrokSettings
from watchers.redaction.redactor import RedactionSettings
from watchers.rules.kinds import Rule
from watchers.watch import Watch

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")
AGENT = "LARKWATCH_AGENT"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('a time zone such as "Asia/Shanghai" or "UTC"') from error
    return name


def _origin(address: str) -> str:
    if not address:
        return address
    parts = _parted(address)
    if parts is None or parts[2]:
        raise ValueError('an address without a path, e.g. "https://open.feishu.cn"')
    scheme, host, _ = parts
    if scheme == "http" and host not in _LOOPBACK:
        raise ValueError(
            "https://; the Feishu SDK takes http:// only for 127.0.0.1, localhost and [::1], "
            "which is where the sandbox is"
        )
    return address


def _server(address: str) -> str:
    if address and not topic_of(address) and _parted(address) is None:
        raise ValueError(
            'the address of larkwatch serve, e.g. "https://larkwatch.example:8380", or '
            'a topic, e.g. "kafka:larkwatch"'
        )
    return address


def _topic(address: str) -> str:
    if address and not topic_of(address):
        raise ValueError('a topic that agents report to, e.g. "kafka:larkwatch"')
    return address


def _parted(address: str) -> tuple[str, str, str] | None:
    """Scheme, host, and what stands behind host and port; None when it is no web address."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s@]", address):
        return None
    return parts.scheme, host, parts.path + parts.query + parts.fragment


def _database(url: str) -> str:
    if url.startswith(POSTGRESQL) or (url.startswith(SQLITE) and url != SQLITE):
        return url
    raise ValueError(
        f'{SQLITE} and the path of a file, e.g. "{SQLITE}larkwatch.db", or '
        f'"{POSTGRESQL[0]}USER@HOST/DATABASE"'
    )


def _path(path: str) -> str:
    if not path:
        raise ValueError("a path that is not empty")
    return path


def _like(pattern: str, wanted: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(wanted)
        return text

    return check


_Person = Annotated[str, AfterValidator(_like(r"ou_\w+", 'an open_id, which begins with "ou_"'))]
_App = Annotated[
    str, AfterValidator(_like(r"(cli_\w+)?", 'an App ID, which begins with "cli_", or ""'))
]
_Chat = Annotated[
    str, AfterValidator(_like(r"(oc_\w+)?", 'a chat_id, which begins with "oc_", or ""'))
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class FeishuSection(_Section):
    """``[feishu]``: how to reach Feishu, and who may do everything."""

    brand: Literal["feishu", "lark"] = "feishu"
    domain: Annotated[str, AfterValidator(_origin)] = ""
    mode: Literal["long_connection", "http"] = "long_connection"
    admins: tuple[_Person, ...] = ()
    fallback_chat: _Chat = ""
    ack_reactions: tuple[str, ...] = ("OK", "THUMBSUP", "Get", "OnIt")
    resolve_reactions: tuple[str, ...] = ("DONE", "CheckMark")
    language: Language = Language.ZH
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    app_id: _App = ""
    app_id_file: str = ""
    app_secret_file: str = ""
    encrypt_key_file: str = ""
    verification_token_file: str = ""

    @model_validator(mode="before")
    @classmethod
    def _speaks_as_its_brand(cls, found: object) -> object:
        """Lark's companies read English, unless the configuration says otherwise."""
        if isinstance(found, dict) and found.get("brand") == "lark":
            return {"language": Language.EN.value, **found}
        return found

    @property
    def origin(self) -> str:
        """Where the open platform answers, e.g. ``https://open.feishu.cn``."""
        return self.domain or ORIGINS[self.brand]


class ServerSection(_Section):
    """``[server]``: the HTTP server of ``larkwatch serve``."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8380, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    ingest_secret_file: str = ""
    numbers_per_minute: int = Field(default=60_000, ge=1, le=10_000_000)
    findings_from: Annotated[str, AfterValidator(_topic)] = ""

    @property
    def topic(self) -> str:
        """The topic that agents report to, "" for none."""
        return topic_of(self.findings_from)


class DatabaseSection(_Section):
    """``[database]``: where everything is kept.

    Attributes:
        password_file: Of a PostgreSQL server, beside the address that everybody may read.
    """

    url: Annotated[str, AfterValidator(_database)] = f"{SQLITE}larkwatch.db"
    password_file: str = ""


class RecordSection(_Section):
    """``[record]``: the local record of findings."""

    path: Annotated[str, AfterValidator(_path)] = "larkwatch-record.jsonl"


class AlertsSection(_Section):
    """``[alerts]``: how long things last."""

    quiet: Span = timedelta(minutes=15)
    reopen: Span = timedelta(minutes=10)
    keep: Span = timedelta(days=30)
    dedup: DedupSection = DedupSection()
    delay: Waits = UNSAID
    ack_timeout: Timeouts = ACK_TIMEOUT
    ack_reminder: Span = ACK_REMINDER
    ack_growth: int = Field(default=GROWTH, ge=0, le=100_000)


def _this_machine() -> str:
    """What the environment calls it, for containers, whose own names last no longer than they."""
    return os.environ.get(AGENT, "").strip()[:64] or socket.gethostname()


class AgentSection(_Section):
    """``[agent]``: the watching part, and where ``larkwatch watch`` reports to."""

    name: str = Field(default_factory=_this_machine, min_length=1, max_length=64)
    host: str = Field(default_factory=_this_machine, min_length=1, max_length=64)
    report_to: Annotated[str, AfterValidator(_server)] = ""
    state: Annotated[str, AfterValidator(_path)] = "larkwatch-state"

    @property
    def topic(self) -> str:
        """The topic that it reports to, "" for none."""
        return topic_of(self.report_to)


class Config(_Section):
    """The whole of `larkwatch.toml`."""

    feishu: FeishuSection = FeishuSection()
    server: ServerSection = ServerSection()
    api: ApiSection = ApiSection()
    database: DatabaseSection = DatabaseSection()
    record: RecordSection = RecordSection()
    alerts: AlertsSection = AlertsSection()
    grouping: GroupingSection = GroupingSection()
    storm: StormSection = StormSection()
    incidents: IncidentsSection = IncidentsSection()
    away: AwaySection = AwaySection()
    delivery: DeliverySection = DeliverySection()
    redaction: RedactionSettings = RedactionSettings()
    agent: AgentSection = Field(default_factory=AgentSection)
    default_rules: bool = True
    grok: GrokSettings = GrokSettings()
    fields: FieldsSettings = FieldsSettings()
    email: EmailSettings = EmailSettings()
    heartbeat: HeartbeatSection = HeartbeatSection()
    kafka: KafkaSection = KafkaSection()
    redis: RedisSection = RedisSection()
    traces: TracesSection = TracesSection()
    health: HealthSection = HealthSection()
    export: tuple[ExportSettings, ...] = ()
    rota: tuple[RotaSettings, ...] = ()
    escalation: tuple[EscalationSettings, ...] = ()
    webhook: tuple[WebhookSettings, ...] = ()
    ingest: tuple[IngestSettings, ...] = ()
    actions: ActionsSection = ActionsSection()
    wecom: tuple[WecomSettings, ...] = ()
    feishu_bot: tuple[FeishuBotSettings, ...] = ()
    hook: tuple[HookSettings, ...] = ()
    command: tuple[CommandSettings, ...] = ()
    kubernetes: tuple[KubernetesSettings, ...] = ()
    notifier: tuple[NotifierSettings, ...] = ()
    template: tuple[TemplateSettings, ...] = ()
    mutes: MutesSection = MutesSection()
    digest: DigestSection = DigestSection()
    mute: tuple[MuteSettings, ...] = ()
    watch: tuple[Watch, ...] = ()
    rule: tuple[Rule, ...] = ()
    limit: tuple[LimitSettings, ...] = ()
    dependency: tuple[DependencySettings, ...] = ()
