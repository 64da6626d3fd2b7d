"""The tree of `larkwatch.toml`; a watch's and a rule's model live beside their code."""

import socket
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.config.span import Span
from bot.core.subscription import Language
from watchers.detectors.keyword import KeywordRule
from watchers.sources.file.settings import WatchSettings

BRANDS = {"feishu": "https://open.feishu.cn", "lark": "https://open.larksuite.com"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('a time zone such as "Asia/Shanghai" or "UTC"') from error
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeishuSection(_Section):
    """``[feishu]``: how to reach Feishu, and who may do everything."""

    brand: Literal["feishu", "lark"] = "feishu"
    domain: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    mode: Literal["long_connection", "http"] = "long_connection"
    admins: tuple[Annotated[str, Field(pattern=r"^ou_\w+$")], ...] = ()
    fallback_chat: str = Field(default="", pattern=r"^(oc_\w+)?$")
    language: Language = Language.ZH
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    app_id_file: str = ""
    app_secret_file: str = ""
    encrypt_key_file: str = ""
    verification_token_file: str = ""

    @property
    def origin(self) -> str:
        """Where the open platform answers, e.g. ``https://open.feishu.cn``."""
        return self.domain or BRANDS[self.brand]


class ServerSection(_Section):
    """``[server]``: the HTTP server of ``larkwatch serve``."""

    host: str = "127.0.0.1"
    port: int = Field(default=8380, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    ingest_secret_file: str = ""


class DatabaseSection(_Section):
    """``[database]``: where everything is kept."""

    url: str = "sqlite:///larkwatch.db"


class RecordSection(_Section):
    """``[record]``: the local record of findings."""

    path: str = "larkwatch-record.jsonl"


class AlertsSection(_Section):
    """``[alerts]``: how long things last."""

    quiet: Span = timedelta(minutes=15)
    reopen: Span = timedelta(minutes=10)
    keep: Span = timedelta(days=30)


class AgentSection(_Section):
    """``[agent]``: the watching part, and where ``larkwatch watch`` reports to."""

    name: str = Field(default_factory=socket.gethostname, min_length=1, max_length=64)
    host: str = Field(default_factory=socket.gethostname, min_length=1, max_length=64)
    report_to: str = Field(default="", pattern=r"^(https?://\S+)?$")
    state: str = "larkwatch-state"


class Config(_Section):
    """The whole of `larkwatch.toml`."""

    feishu: FeishuSection = FeishuSection()
    server: ServerSection = ServerSection()
    database: DatabaseSection = DatabaseSection()
    record: RecordSection = RecordSection()
    alerts: AlertsSection = AlertsSection()
    agent: AgentSection = Field(default_factory=AgentSection)
    default_rules: bool = True
    watch: tuple[WatchSettings, ...] = ()
    rule: tuple[KeywordRule, ...] = ()
