"""What the checks look at: the configuration, Feishu, the database, this machine."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.doctor.platform import Platform
from bot.config.errors import ConfigError, Problem
from bot.config.load import database_url
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.core.diagnosis import Check, Diagnosis, Fact, Verdict
from bot.core.permission import Chat
from bot.core.ports import Store
from bot.feishu.console import ORIGINS, Brand
from bot.feishu.long_connection import ConnectionState
from bot.store.condition import Condition
from watchers.clock import Clock

_UNITS = ("B", "KB", "MB", "GB", "TB")
_KILO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The places of this machine that are looked at.

    Attributes:
        logrotate: Where rotation is set up: files, and folders of them.
        inotify: Where the kernel says its limits.
        disk: Total, used and free bytes of the disk that a path is on.
    """

    logrotate: tuple[Path, ...] = (Path("/etc/logrotate.conf"), Path("/etc/logrotate.d"))
    inotify: Path = Path("/proc/sys/fs/inotify")
    disk: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage
    user: int = field(default_factory=os.geteuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicking:
    """How somebody is asked to click a card.

    Attributes:
        within: For how long the click is waited for.
        announce: Told the open_id of who gets the card, once it is sent.
    """

    within: timedelta
    announce: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is looked at.

    Attributes:
        file: The configuration, as named.
        config: What is sound of it.
        problems: What is wrong with it, warnings included.
        secrets: What could be read of them.
        condition: How the database is, where that was looked at before.
        store: The database, None where it cannot be used.
        missing: Migrations that the database did not have yet.
        connection: How the long connection of this process stands; None in another process.
        origins: Where each brand answers.
        click: How somebody is asked to click a card, None where nobody is.
    """

    file: str
    config: Config
    problems: tuple[Problem, ...]
    secrets: Secrets
    clock: Clock
    platform: Platform
    condition: Condition | None = None
    store: Store | None = None
    missing: tuple[str, ...] = ()
    connection: Callable[[], ConnectionState | None] | None = None
    machine: Machine = field(default_factory=Machine)
    origins: Mapping[Brand, str] = field(default_factory=lambda: ORIGINS)
    click: Clicking | None = None

    @property
    def now(self) -> datetime:
        """The present; aware, UTC."""
        return self.clock.now()

    @property
    def only_watches(self) -> bool:
        """Whether this host reads logs for a server elsewhere, and does nothing else."""
        return bool(self.config.agent.report_to)

    @property
    def http(self) -> bool:
        """Whether Feishu posts to us."""
        return self.config.feishu.mode == "http"

    @property
    def database_url(self) -> str:
        """The database's address; never to be shown."""
        try:
            return database_url(self.config, self.file)
        except ConfigError:  # its password cannot be read: that is among the problems
            return self.config.database.url

    def beside(self, path: str) -> Path:
        """A path of the configuration."""
        return beside(self.file, path)

    def page(self, name: str) -> str:
        """Address of a page of the developer console, of the brand's own."""
        return f"{ORIGINS[self.config.feishu.brand]}/app/{self.secrets.app_id or 'cli_…'}/{name}"


Look = Callable[[Scene], Iterable[Diagnosis]]


def diagnosis(check: Check, verdict: Verdict, subject: str = "", **facts: Fact) -> Diagnosis:
    """One finding."""
    return Diagnosis(check=check, verdict=verdict, subject=subject, facts=facts)


def depends(check: Check, on: Check) -> Diagnosis:
    """Not looked at, since something else must be mended first."""
    return diagnosis(check, Verdict.DEPENDS, first=on.value)


def size_of(count: int) -> str:
    """``1.2 GB``."""
    figure, unit = float(count), 0
    while figure >= _KILO and unit < len(_UNITS) - 1:
        figure, unit = figure / _KILO, unit + 1
    return f"{figure:.1f} {_UNITS[unit]}" if unit else f"{count} B"


def name_of(chat: Chat | None, chat_id: str) -> str:
    """What people call a chat."""
    return chat.name if chat is not None and chat.name else chat_id
