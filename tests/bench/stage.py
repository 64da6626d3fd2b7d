"""What the benchmarks share: a town to measure in, quantiles, and marks beside figures."""

import math
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
# What is measured is the code beside this file, wherever else a version of it is installed.
sys.path[:0] = [str(_HERE.parents[1]), str(_HERE.parent / "stories")]

from town import Bot, Town  # noqa: E402 - found only with the path above


class Measured(Town):
    """A town whose bots start from nothing, as users' do, and share no memory with anybody."""

    def command(self, *words: str) -> Bot:
        """Start a command of the product, imports and all."""
        return self.cold(*words)


@contextmanager
def town(**choices: Any) -> Iterator[Town]:
    """A town in a folder of its own; everybody is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="larkwatch-bench-"))
    place = Measured(folder, port=free_port() if choices.get("mode") == "http" else 0, **choices)
    try:
        yield place
    finally:
        place.close()
        shutil.rmtree(folder)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def watch(name: str, files: str, **settings: str) -> str:
    """One more watch for a town's configuration."""
    lines = [f'\n[[watch]]\nname = "{name}"\nfiles = ["{files}"]\nfrom_start = true']
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in settings.items())]) + "\n"


def counted(place: Town, rule: str = "error") -> int:
    """How many records of a rule the database counted."""
    file = place.folder / "larkwatch.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
        query = "SELECT COALESCE(SUM(count), 0) FROM occurrences WHERE rule = ?"
        return int(database.execute(query, [rule]).fetchone()[0])


def quantile(values: list[float], share: float) -> float:
    """Nearest-rank quantile: the smallest value that this share of all does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def mark(figure: float, **limits: float) -> str:
    """Each limit with the share of it that was used, ``✗`` where it was missed."""
    shown = [
        f"{name} {limit:g}: {figure / limit:.2f} ×{'' if figure <= limit else ' ✗'}"
        for name, limit in limits.items()
    ]
    return "   ".join(shown)


def machine() -> str:
    """What else the processors do: figures of a busy machine say little."""
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
