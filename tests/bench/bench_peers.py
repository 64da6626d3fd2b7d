"""`larkwatch scan --count` against ripgrep, GNU grep, mtail, fail2ban-regex, `re`, and read(2).

``bench_peers.py [MEGABYTES] [--all]``: the corpus is 64 MB without it, 1000 for figures to be
published; the whole grid of rules and hits takes a long time, without ``--all`` it is two cells.
All ways take turns in one run; the start of each program is measured on an empty file and taken
off. Slow ways get the first few megabytes only. Times are those of the processor, user and system
and all threads together: what else a busy machine does hardly moves them.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus import RULES, write_corpus
from stage import machine

ROUNDS = 3
SHARES = (0.1, 1, 10)
COUNTS = (3, 10, 50, 200)
ALL = "--all"
SLOW_BYTES = 4 << 20
ROOT = Path(__file__).parents[2]
Way = Callable[[Path], None]


def run(*command: str) -> None:
    done = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    assert done.returncode in (0, 1), done.stderr[-500:]


def per_line(rules: Sequence[str]) -> Way:
    each = [re.compile(rule.encode()) for rule in rules]

    def look(path: Path) -> None:
        with path.open("rb") as file:
            sum(any(rule.search(line) for rule in each) for line in file)

    return look


def read_only(path: Path) -> None:
    buffer = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def ways(folder: Path, rules: Sequence[str]) -> dict[str, Way]:
    """Each way by its name; peers that are not installed are left out."""
    toml = "".join(
        f"[[rule]]\nname = 'r{n}'\npattern = '''{rule}'''\nseverity = 'high'\n"
        for n, rule in enumerate(rules)
    )
    (folder / "rules.toml").write_text(toml)
    (folder / "patterns").write_text("\n".join(rules) + "\n")
    grep = "\n".join(rule.replace(r"\d", "[0-9]") for rule in rules) + "\n"
    (folder / "grep").write_text(grep)
    mtail = "".join(
        f"counter r{n}\n/{rule.replace('/', chr(92) + '/')}/ {{\n  r{n}++\n}}\n"
        for n, rule in enumerate(rules)
    )
    (folder / "programs").mkdir(exist_ok=True)
    (folder / "programs" / "rules.mtail").write_text(mtail)
    lines = "\n            ".join(rule.replace("%", "%%") + " ?<F-ID>.*</F-ID>$" for rule in rules)
    (folder / "rules.conf").write_text(f"[Definition]\nfailregex = {lines}\n")
    larkwatch = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import bot.cli.main as m; m.main()"
    )
    scan = [sys.executable, "-c", larkwatch, str(ROOT), "scan", "--count"]
    rg = ["rg", "--no-unicode", "-j1", "-c", "-f", str(folder / "patterns")]
    peers: dict[str, Way] = {
        "rg --no-unicode": lambda path: run(*rg, str(path)),
        "grep -E": lambda path: run("grep", "-E", "-c", "-f", str(folder / "grep"), str(path)),
        "mtail": lambda path: run(
            "mtail", "-one_shot", "-progs", str(folder / "programs"), "-logs", str(path)
        ),
        "fail2ban-regex": lambda path: run("fail2ban-regex", str(path), str(folder / "rules.conf")),
    }
    return {
        "larkwatch scan": lambda path: run(*scan, "--rules", str(folder / "rules.toml"), str(path)),
        **{name: way for name, way in peers.items() if shutil.which(name.split()[0])},
        "re per line": per_line(rules),
        "read(2)": read_only,
    }


SLOW = ("mtail", "fail2ban-regex", "re per line")


def spent() -> float:
    """Seconds of the processor, of this process and its children."""
    mine, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def measure(folder: Path, rules: Sequence[str], log: Path) -> dict[str, float]:
    """Bytes a second of each way, without its start."""
    short, empty = folder / "short.log", folder / "empty.log"
    whole = log.read_bytes()[:SLOW_BYTES]
    short.write_bytes(whole[: whole.rfind(b"\n") + 1])
    empty.write_bytes(b"INFO nothing\n")
    took: dict[str, list[float]] = {}
    all_ways = ways(folder, rules)
    for _ in range(ROUNDS):
        for name, way in all_ways.items():
            for file in (empty, short if name in SLOW else log):
                began = spent()
                way(file)
                took.setdefault(f"{name} {file.name}", []).append(spent() - began)
    speeds: dict[str, float] = {}
    for name in all_ways:
        file = short if name in SLOW else log
        start = statistics.median(took[f"{name} {empty.name}"])
        work = statistics.median(took[f"{name} {file.name}"])
        speeds[name] = file.stat().st_size / max(work - start, 1e-3)
    return speeds


def main() -> None:
    said = [one for one in sys.argv[1:] if one != ALL]
    shares, counts = (SHARES, COUNTS) if ALL in sys.argv else (SHARES[1:2], COUNTS[1::2])
    size = int(said[0] if said else 64) * 1_000_000
    for share in shares:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            log = folder / "corpus.log"
            write_corpus(log, share, size)
            for count in counts:
                speeds = measure(folder, RULES[:count], log)
                ours = speeds["larkwatch scan"]
                print(f"{share:g} % of the lines match, {count} rules; {machine()}")
                for way, speed in speeds.items():
                    print(
                        f"  {way:16} {speed / 1e6:8.1f} MB/s   scan is {ours / speed:8.2f} × that"
                    )


if __name__ == "__main__":
    main()
