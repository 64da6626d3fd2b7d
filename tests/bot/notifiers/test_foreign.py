"""Notifiers of other packages: the example of the manifest, installed as a package and used."""

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config.load import examine
from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.notifiers.base import NotifierSettings
from bot.notifiers.foreign import Foreign
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.builders import LIN

EXAMPLE = Path(__file__).parents[3] / "manifest" / "notifier-example"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with the example in it."""
    folder = tmp_path_factory.mktemp("packages")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target"]
    command = [sys.executable, "-m", "pip", "install", *options, str(folder), str(EXAMPLE)]
    subprocess.run(command, check=True, timeout=200)
    return folder


def at_counter(store: Store, **fields: object) -> Counter:
    counter = Counter(store, table(errand(ErrandKind.NOTIFIER, "duty")))
    settings = NotifierSettings.model_validate({"name": "duty", "kind": "lines", **fields})
    counter.notifiers[TargetKind.NOTIFIER] = Foreign((settings,), counter.views, ZoneInfo("UTC"))
    return counter


CONFIG = """
[actions]
high = ["notifier:duty"]

[[notifier]]
name = "duty"
kind = "lines"
settings = { path = "duty.log" }

[health]
every = "10s"
"""


def test_another_package_is_told_of_every_change(
    store: Store, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(CONFIG)
    said = [str(one) for one in examine(str(file))[1] if one.fatal]
    assert len(said) == 1
    assert "a notifier of an installed package: there is none" in said[0]
    monkeypatch.syspath_prepend(str(installed))
    assert not [one for one in examine(str(file))[1] if one.fatal]
    told = tmp_path / "duty.log"
    counter = at_counter(store, settings={"path": str(told)})
    counter.fire()
    counter.run(seconds=1)
    counter.engine.resolve(1, LIN, counter.clock.now())
    counter.run(seconds=1)
    first, second = told.read_text().splitlines()
    assert first.endswith("firing #1 high card declined")
    assert "resolved #1" in second


def test_what_is_wrong_with_its_settings_is_said_on_the_alert(
    store: Store, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(installed))
    counter = at_counter(store)
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"notifier:duty": ErrandState.FAILED}
    assert 'settings = { path = "…" } is wanted' in counter.one().outcome


def test_one_that_breaks_is_tried_again(
    store: Store, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(installed))
    folder = tmp_path / "later"
    counter = at_counter(store, settings={"path": str(folder / "duty.log")})
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"notifier:duty": ErrandState.OWED}
    folder.mkdir()
    counter.run(minutes=5)
    assert counter.runs() == {"notifier:duty": ErrandState.DONE}
