"""How fast a pipeline gets through a file, against `re` per line and `grep -E -c`, as ratios."""

import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from watchers.clock import SystemClock
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.finding import Report
from watchers.pipeline import Pipeline
from watchers.sources.file.settings import WatchSettings

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
LINES = 300_000
QUIET = "2026-11-23 10:00:00,{:03d} INFO  [worker-{}] c.e.pay.Service - handled id={} in 12 ms\n"
LOUD = "2026-11-23 10:00:00,{:03d} ERROR [worker-{}] c.e.pay.Service - declined id={} by issuer\n"
GREP = r"\b(PANIC|FATAL|ERROR|SEVERE|TIMEOUT)\b"


class Counting:
    """Counts what was found and says when the end of the file was reached."""

    def __init__(self, expected: int) -> None:
        self.found = 0
        self._expected = expected
        self.done = threading.Event()

    def accept(self, report: Report) -> None:
        self.found += sum(f.count + f.held_back for f in report.findings)
        if self.found >= self._expected:
            self.done.set()


def pipeline(path: Path, expected: int) -> None:
    sink = Counting(expected)
    runner = Pipeline(
        WatchSettings(name="bench", files=[str(path)], from_start=True, trace_idle_s=0.001),
        DEFAULT_RULES,
        agent="bench",
        host="bench",
        sink=sink,
        positions={},
        clock=SystemClock(),
    )
    thread = threading.Thread(target=runner.run)
    thread.start()
    assert sink.done.wait(60), f"{sink.found} of {expected}"
    runner.stop()
    thread.join()


def per_line(path: Path, expected: int) -> None:
    rules = [re.compile(rule.pattern.encode()) for rule in DEFAULT_RULES]
    found = 0
    with path.open("rb") as file:
        for line in file:
            found += any(rule.search(line) for rule in rules)
    assert found == expected


def grep(path: Path, expected: int) -> None:
    command = ["grep", "-E", "-c", GREP, str(path)]
    counted = subprocess.run(command, check=True, capture_output=True, env={"LC_ALL": "C"})
    assert int(counted.stdout) == expected


def main() -> None:
    ways: dict[str, Callable[[Path, int], None]] = {
        "pipeline": pipeline,
        "re per line": per_line,
        "grep -E -c": grep,
    }
    for percent in (0.01, 1, 10, 100):
        every = round(100 / percent)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pay.log"
            with path.open("w") as file:
                for i in range(LINES):
                    line = QUIET if i % every else LOUD
                    file.write(line.format(i % 1000, i % 16, i))
            expected = -(-LINES // every)
            took: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    began = time.perf_counter()
                    way(path, expected)
                    took[name].append(time.perf_counter() - began)
            size = path.stat().st_size / 1e6
        medians = {name: statistics.median(times) for name, times in took.items()}
        print(f"{percent} % of {LINES} lines match, {size:.0f} MB")
        for name, seconds in medians.items():
            ratio = seconds / medians["pipeline"]
            print(f"  {name:12} {size / seconds:7.0f} MB/s   pipeline is {ratio:5.1f} × as fast")


if __name__ == "__main__":
    sys.exit(main())
