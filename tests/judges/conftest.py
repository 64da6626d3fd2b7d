"""Clients that nobody here wrote, each unmodified, installed by `make judges`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.server import Sandbox, Settings
from tests.judges.judge import Judge, Start
from watchers.clock import Clock

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NODE_MODULES = ROOT / ".venv/judges/node_modules"
PYTHON = ROOT / ".venv/judges-py/bin/python"


def required(path: Path) -> None:
    """Skips where a client is not installed; CI may not skip."""
    if path.exists():
        return
    text = (
        f"{path.relative_to(ROOT)} is missing: run make judges (Node's client needs node and npm)"
    )
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture
def make_town() -> Iterator[Callable[..., Sandbox]]:
    """Builds towns that tell their clients to ping every second."""
    towns: list[Sandbox] = []

    def make(clock: Clock | None = None, **settings: Any) -> Sandbox:
        towns.append(Sandbox(Settings(ping_interval_s=1, **settings), clock))
        towns[-1].start()
        return towns[-1]

    yield make
    for town in towns:
        town.stop()


@pytest.fixture
def town(make_town: Callable[..., Sandbox]) -> Sandbox:
    return make_town()


@pytest.fixture
def node_folder(tmp_path: Path) -> Path:
    """The scripts of node/ beside the packages that their lock file names."""
    required(NODE_MODULES)
    folder = tmp_path / "node"
    shutil.copytree(HERE / "node", folder)
    (folder / "node_modules").symlink_to(NODE_MODULES)
    return folder


@pytest.fixture
def node(node_folder: Path) -> Start:
    """Starts a script of node/."""
    return lambda script, environ: Judge(["node", script], node_folder, environ)


@pytest.fixture
def python(tmp_path: Path) -> Start:
    """Starts a script of python/ in the environment of the Python clients."""
    required(PYTHON)
    return lambda script, environ: Judge(
        [str(PYTHON), str(HERE / "python" / script)], tmp_path, environ
    )
