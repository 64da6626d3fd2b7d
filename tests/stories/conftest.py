"""Towns for the stories."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from town import Town


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def make_town(tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Builds towns; they are closed at the end."""
    towns: list[Town] = []

    def make(**choices: Any) -> Town:
        folder = tmp_path / f"town-{len(towns)}"
        folder.mkdir()
        port = free_port() if choices.get("mode") == "http" else 0
        towns.append(Town(folder, port=port, **choices))
        return towns[-1]

    yield make
    for town in towns:
        town.close()


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """A town whose bot uses the long connection and is online."""
    place = make_town()
    place.run()
    return place
