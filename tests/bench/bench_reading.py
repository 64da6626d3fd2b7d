"""The whole way of a line, as ratios: read, scan, confirm, fingerprint, dedup, SQLite, position.

``bench_reading.py [MEGABYTES]``. A watch as `larkwatch run` builds it reads a file into a database;
against it, turn by turn in one run: `rg --no-unicode -c`, which only counts, `re` per line with a
row created through peewee for each match, and read(2). Times are those of the processor, all
threads together, and what a file's first megabytes cost is taken off, since that holds the start;
slow ways get no more than those.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from corpus import RULES, write_corpus
from peewee import AutoField, CharField, Model, SqliteDatabase, TextField
from stage import machine

from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.clock import SystemClock
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Report, Severity
from watchers.pipeline import Pipeline
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.sinks.direct import DirectSink
from watchers.sinks.redacting import RedactingSink
from watchers.sources.file.identity import Position
from watchers.sources.file.settings import WatchSettings

ROUNDS = 5
SLOW_BYTES, START_BYTES = 2 << 20, 4 << 20
BUFFER_BYTES = 1 << 20
CASES = ((1, 3), (1, 10), (1, 50), (1, 200), (0.1, 10), (10, 10), (100, 10))
"""Percent of the lines that match, and how many rules."""
RG, PLAIN, READ, OURS = "rg --no-unicode -c", "re + peewee create", "read(2)", "the whole way"
MARKS: dict[tuple[float, int, str], tuple[float, float, float]] = {
    (1, 10, PLAIN): (50, 100, 150),
    (1, 50, RG): (1.5, 2, 3),
    (1, 200, RG): (1.5, 2, 3),
    (1, 3, RG): (0.6, 0.8, 1),
    (10, 10, RG): (0.5, 0.7, 1),
    (1, 10, READ): (0.12, 0.2, 0.3),
    (0.1, 10, READ): (0.2, 0.35, 0.5),
}
HITS_PER_S = (100_000, 160_000, 300_000)


class Hit(Model):
    """What the plain way keeps of a match."""

    id = AutoField()
    rule = CharField()
    line = TextField()


def whole_way(rules: Sequence[KeywordRule], path: Path) -> None:
    """A watch with a database of its own; ends when the position at the end is stored."""
    clock, read = SystemClock(), threading.Event()
    size = path.stat().st_size
    folder = Path(tempfile.mkdtemp(dir=path.parent))
    database = open_database(f"sqlite:///{folder}/larkwatch.db")
    migrate(database, clock.now())
    store = Store(database)
    engine = Engine(store, Terms(quiet=timedelta(days=1)), lambda: None)

    def receive(report: Report) -> None:
        with store.transaction():
            engine.report(report, clock.now())
        for text in report.positions.values():
            position = Position.from_text(text)
            if position is not None and position.offset == size:
                read.set()

    sink = DirectSink(receive)
    pipeline = Pipeline(
        WatchSettings(name="bench", files=[str(path)], from_start=True, trace_idle_s=0.01),
        rules,
        agent="bench",
        host="bench",
        sink=RedactingSink(sink, Redactor(RedactionSettings())),
        positions={},
        clock=clock,
    )
    thread = threading.Thread(target=pipeline.run)
    thread.start()
    assert read.wait(300), pipeline.progress
    pipeline.stop()
    thread.join()
    sink.close()
    store.disconnect()
    database.close()
    shutil.rmtree(folder)


def plain(rules: Sequence[str], path: Path) -> None:
    each = [(f"r{n}", re.compile(rule.encode())) for n, rule in enumerate(rules)]
    file = path.with_suffix(".db")
    database = SqliteDatabase(file, pragmas={"journal_mode": "wal"})
    with closing(database), database.bind_ctx([Hit]), path.open("rb") as lines:
        database.create_tables([Hit])
        with database.atomic():
            for line in lines:
                name = next((name for name, rule in each if rule.search(line)), None)
                if name is not None:
                    Hit.create(rule=name, line=line.decode())
        database.drop_tables([Hit])
    file.unlink()


def read_only(path: Path) -> None:
    buffer = bytearray(BUFFER_BYTES)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def rg(patterns: Path, path: Path) -> None:
    command = ["rg", "--no-unicode", "-j1", "-c", "-f", str(patterns), str(path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr[-500:]


def ways(folder: Path, rules: Sequence[str]) -> dict[str, Callable[[Path], None]]:
    patterns = folder / "patterns"
    patterns.write_text("\n".join(rules) + "\n")
    ours = [
        KeywordRule(name=f"r{n}", pattern=rule, severity=Severity.HIGH)
        for n, rule in enumerate(rules)
    ]
    found: dict[str, Callable[[Path], None]] = {OURS: lambda path: whole_way(ours, path)}
    if shutil.which("rg"):
        found[RG] = lambda path: rg(patterns, path)
    return found | {PLAIN: lambda path: plain(rules, path), READ: read_only}


def spent() -> float:
    """Seconds of the processor, of this process and its children."""
    mine, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def speeds(folder: Path, rules: Sequence[str], log: Path) -> dict[str, float]:
    """Bytes per second of each way: what a long file costs more than its first part."""
    text = log.read_bytes()
    parts = {"start": text[:START_BYTES], "slow": text[:SLOW_BYTES], "slow start": b"INFO\n"}
    files = {"whole": log} | {name: folder / f"{name}.log" for name in parts}
    for name, part in parts.items():
        files[name].write_bytes(part[: part.rfind(b"\n") + 1])
    took: dict[tuple[str, Path], list[float]] = {}
    every = ways(folder, rules)
    pairs = {
        name: (files["slow"], files["slow start"])
        if name == PLAIN
        else (files["whole"], files["start"])
        for name in every
    }
    for _ in range(ROUNDS):
        for name, way in every.items():
            for file in pairs[name]:
                began = spent()
                way(file)
                took.setdefault((name, file), []).append(spent() - began)
    found = {}
    for name, (long, short) in pairs.items():
        more_s = statistics.median(took[name, long]) - statistics.median(took[name, short])
        found[name] = (long.stat().st_size - short.stat().st_size) / max(more_s, 1e-4)
    return found


def main() -> None:
    size = int(sys.argv[1] if len(sys.argv) > 1 else 128) * 1_000_000
    for share, count in CASES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            log = folder / "corpus.log"
            every = share == 100
            write_corpus(log, share, size // 8 if every else size)
            found = speeds(folder, RULES[:count], log)
            lines = log.read_bytes().count(b"\n") / log.stat().st_size
        print(f"{share:g} % of the lines match, {count} rules; {machine()}")
        ours = found[OURS]
        for way, speed in found.items():
            told = (
                f"{ours / speed:8.2f} ×   {least(ours / speed, MARKS.get((share, count, way), ()))}"
            )
            print(f"  {way:18} {speed / 1e6:9.1f} MB/s   {told if way != OURS else ''}")
        if every:
            hits = ours * lines
            print(f"  {hits:,.0f} matching lines a second kept   {least(hits, HITS_PER_S)}")


def least(figure: float, limits: Sequence[float]) -> str:
    """Each limit, ``✗`` where it was missed."""
    named = zip(("must", "goal", "stretch"), limits, strict=False)
    return "   ".join(
        f"{name} {limit:,g}{'' if figure >= limit else ' ✗'}" for name, limit in named
    )


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    main()
