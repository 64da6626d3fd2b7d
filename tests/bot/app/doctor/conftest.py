"""A configuration, a database and a local Feishu, to be broken and examined."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import Doctor
from bot.app.doctor.scene import Machine
from bot.core.diagnosis import Check, Diagnosis, Status, Verdict
from bot.core.subscription import Target, TargetKind, Wish
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id
from bot.store.database import open_database
from bot.store.store import Store
from tests.builders import LIN
from tests.fakes import MovableClock
from watchers.clock import SystemClock

GROUP, ADMIN = stable_id("oc_", FIRST_GROUP), stable_id("ou_", OWNER)


class Patient:
    """Everything that the doctor looks at, well until somebody breaks it."""

    def __init__(self, folder: Path, town: Sandbox, clock: MovableClock) -> None:
        self.folder, self.town, self.clock = folder, town, clock
        self.file = folder / "larkwatch.toml"
        self.log = folder / "pay.log"
        self.database = folder / "larkwatch.db"
        self.machine = Machine(logrotate=(), disk=lambda _: (10**12, 0, 10**12 // 2))
        self.log.write_text("INFO pay: hello\n")
        self.configure()

    def configure(self, more: str = "", feishu: str = "", watch: str = "") -> None:
        """Write the configuration."""
        self.file.write_text(
            f'[feishu]\ndomain = "{self.town.address}"\nadmins = ["{ADMIN}"]\n{feishu}\n'
            f'[[watch]]\nname = "pay"\nfiles = ["pay*.log"]\n{watch}\n{more}\n'
        )

    def examine(self, *checks: Check) -> tuple[Diagnosis, ...]:
        """What the doctor says of these checks, or of all."""
        with scene_of(str(self.file), self.clock, self.machine) as scene:
            return Doctor(lambda: scene).examine(checks or frozenset(Check))

    def verdicts(self, *checks: Check) -> list[Verdict]:
        """The verdicts alone."""
        return [one.verdict for one in self.examine(*checks)]

    def only(self, check: Check) -> Diagnosis:
        """The one diagnosis of a check."""
        (found,) = self.examine(check)
        return found

    def subscribe(self, chat: str = GROUP) -> None:
        """Let a group subscribe to everything."""
        with self.store() as store:
            target = Target(kind=TargetKind.FEISHU_CHAT, address=chat)
            Engine(store, Terms(), lambda: None).subscribe(target, Wish(), LIN, self.clock.now())

    def store(self) -> "Opened":
        """The database, for whoever prepares something in it."""
        return Opened(self.database)

    def app(self, **fields: object) -> None:
        """Change and publish the app's configuration in Feishu."""
        self.town.application.change(**fields)
        self.town.application.publish({})

    def without(self, kind: str, name: str) -> None:
        """Take one scope, event or callback away."""
        self.app(**{kind: getattr(self.town.application.live, kind) - {name}})

    def put_disk(self, total: int, free: int) -> None:
        """Let the disk be of this size."""
        self.machine = replace(self.machine, disk=lambda _: (total, total - free, free))


class Opened:
    """A store that is closed at the end."""

    def __init__(self, file: Path) -> None:
        self._database = open_database(f"sqlite:///{file}")

    def __enter__(self) -> Store:
        return Store(self._database)

    def __exit__(self, *_: object) -> None:
        self._database.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(SystemClock().now())


@pytest.fixture
def settings() -> Settings:
    return Settings(answer_limit_s=0.3)


@pytest.fixture
def town(settings: Settings, clock: MovableClock) -> Iterator[Sandbox]:
    sandbox = Sandbox(settings, clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def patient(
    tmp_path: Path,
    template: Path,
    town: Sandbox,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Patient:
    for name in ("ENCRYPT_KEY", "VERIFICATION_TOKEN", "INGEST_SECRET"):
        monkeypatch.delenv(f"LARKWATCH_{name}", raising=False)
    monkeypatch.setenv("LARKWATCH_APP_ID", town.settings.app_id)
    monkeypatch.setenv("LARKWATCH_APP_SECRET", town.settings.app_secret)
    shutil.copy(template, tmp_path / "larkwatch.db")
    return Patient(tmp_path, town, clock)


__all__ = ["ADMIN", "GROUP", "Patient", "Status"]
