"""Lines through the whole loop, from a file to counts in the database, against plain ways.

The bot runs as a process; a file of a million lines is moved into its folder, and the clock stops
when the database has counted the last match. Against it, in the same run: `re` per line with a row
created through peewee for each match (its commits spared: a thousand rows each) over the first
tenth of the lines, and `grep -c -E`, which only counts, over all.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from peewee import AutoField, CharField, Model, SqliteDatabase, TextField
from stage import counted, machine, town, watch
from town import Town, until

from watchers.detectors.keyword import DEFAULT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
LINES = 1_000_000
ROWS_AT_ONCE = 1000
QUIET = "2026-11-23 10:00:00,{:03d} INFO  [worker-{}] c.e.pay.Service - handled id={} in 12 ms\n"
LOUD = "2026-11-23 10:00:00,{:03d} ERROR [worker-{}] c.e.pay.Service - declined id={} by issuer\n"
PLAIN_SHARE = 10
NEXT = "next.tmp"
GREP = r"\b(PANIC|FATAL|ERROR|SEVERE|TIMEOUT)\b"


class Hit(Model):
    """What the plain way keeps of a match."""

    id = AutoField()
    rule = CharField()
    line = TextField()


def write(path: Path, every: int) -> None:
    with path.open("w") as file:
        for i in range(LINES):
            file.write((QUIET if i % every else LOUD).format(i % 1000, i % 16, i))


def lay_out(place: Town, path: Path, round_: int) -> None:
    """Put the next file beside the others; a first line of its own, or it were a copy of one."""
    with (place.folder / NEXT).open("wb") as out, path.open("rb") as lines:
        out.write(f"INFO round {round_}\n".encode())
        shutil.copyfileobj(lines, out)


def whole_loop(place: Town, _path: Path, expected: int) -> None:
    before = counted(place)
    (place.folder / NEXT).rename(place.folder / f"loop{before}.log")
    until(lambda: counted(place) >= before + expected, f"{expected} counted", 120.0)
    assert counted(place) == before + expected


def per_line(place: Town, path: Path, expected: int) -> None:
    rules = [(rule.name, re.compile(rule.pattern.encode())) for rule in DEFAULT_RULES]
    database = SqliteDatabase(place.folder / "plain.db", pragmas={"journal_mode": "wal"})
    found = 0
    with database.bind_ctx([Hit]), path.open("rb") as file:
        database.create_tables([Hit])
        database.begin()
        for line in islice(file, LINES // PLAIN_SHARE):
            name = next((name for name, rule in rules if rule.search(line)), None)
            if name is not None:
                Hit.create(rule=name, line=line.decode())
                found += 1
                if found % ROWS_AT_ONCE == 0:
                    database.commit()
                    database.begin()
        database.commit()
        database.drop_tables([Hit])
    database.close()
    assert found == expected // PLAIN_SHARE


def grep(_place: Town, path: Path, expected: int) -> None:
    command = ["grep", "-c", "-E", GREP, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, env={"LC_ALL": "C"})
    assert int(done.stdout) == expected


def main() -> None:
    ways: dict[str, Callable[[Town, Path, int], None]] = {
        "whole loop": whole_loop,
        "re + peewee": per_line,
        "grep -c -E": grep,
    }
    print(f"{LINES:,} lines, {len(DEFAULT_RULES)} rules, medians of {ROUNDS}; {machine()}")
    for percent in (1, 10):
        took: dict[str, list[float]] = {name: [] for name in ways}
        with (
            tempfile.TemporaryDirectory() as folder,
            town(extra=watch("loop", "loop*.log", service='"loop"')) as place,
        ):
            path = Path(folder) / "lines.log"
            write(path, 100 // percent)
            place.run()
            threading.Event().wait(1.0)
            for round_ in range(ROUNDS):
                lay_out(place, path, round_)
                for name, way in ways.items():
                    began = time.perf_counter()
                    way(place, path, LINES * percent // 100)
                    seconds = time.perf_counter() - began
                    took[name].append(seconds * (PLAIN_SHARE if way is per_line else 1))
            size = path.stat().st_size / 1e6
        ours = statistics.median(took["whole loop"])
        print(f"  {percent} % match, {size:.0f} MB")
        for name, times in took.items():
            median = statistics.median(times)
            print(
                f"    {name:12} {LINES / median:12,.0f} lines/s {size / median:7.0f} MB/s   "
                f"the loop is {median / ours:5.2f} × as fast"
            )


if __name__ == "__main__":
    sys.exit(main())
