"""What a sandbox can be told at start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.sandbox.scopes import GRANTED
from bot.sandbox.seed import Seed
from bot.sandbox.wire import stable_id

APP_NAME = "Larkwatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHint:
    """A command that the page offers while somebody types.

    Attributes:
        names: Every way to call it, without the slash; the first is the one that is typed.
        usage: Its form by locale, e.g. ``{"zh_cn": "/ack 编号", "en_us": "/ack ID"}``.
        about: What it does, by locale.
        takes: Whether words may stand behind the name.
    """

    names: tuple[str, ...]
    usage: dict[str, str]
    about: dict[str, str]
    takes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The choices of one sandbox; the defaults give a town that works at once.

    Attributes:
        port: 0 takes any free port.
        app_id: ``cli_`` and 16 hex digits; official clients refuse anything else.
        encrypt_key: Signs and encrypts HTTP pushes; empty leaves them plain, as Feishu does.
        request_url: Where events and callbacks are posted; None means the long connection.
        ping_interval_s: What clients are told; short, so that a dead link shows soon.
        reconnect_interval_s: What clients are told.
        answer_limit_s: How long an event or a callback may stay unanswered.
        retry_scale: Factor on the retry schedule of 15 s, 5 min, 1 h and 6 h.
        log_files: Files shown on the page, to which a visitor may append lines.
        registration_interval_s: How often a client may ask whether somebody approved.
        scopes: What the app may do until its configuration is changed and published.
        commands: What the bot understands, offered on the page after a slash.
        seed: Who and what is there at the beginning; None is the town of `town.DEFAULT`.
        brand: Of the company whose people approve registrations.
    """

    port: int = 0
    app_id: str = stable_id("cli_", APP_NAME, 16)
    app_secret: str = stable_id("", "app secret")
    encrypt_key: str = ""
    verification_token: str = stable_id("v", "verification token", 31)
    request_url: str | None = None
    ping_interval_s: int = 30
    reconnect_interval_s: int = 1
    answer_limit_s: float = 3.0
    retry_scale: float = 1.0
    log_files: tuple[Path, ...] = ()
    scopes: frozenset[str] = GRANTED
    registration_interval_s: int = 5
    commands: tuple[CommandHint, ...] = ()
    seed: Seed | None = None
    brand: Literal["feishu", "lark"] = "feishu"
