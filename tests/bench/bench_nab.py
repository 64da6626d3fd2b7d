"""How well the detectors of numbers do by the rules of NAB, and what a point costs.

Reads the labelled series and the scorer beside the project; says so where they are not there.
Half the files choose a threshold that the other half is scored with too: what is tuned to the
files shows there. So it does on kinds of series that are made here, with nothing unusual in them,
and what the same sums cost with numpy stands beside it, of the same run.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.cli.score import _rows, _seconds
from tests.series import DAY, KINDS, STEP_S
from watchers.clauses.judges import DETECTORS, built
from watchers.numbers.verdict import Level

SHARED = Path(os.environ.get("LARKWATCH_SHARED", Path(__file__).parents[3] / "shared"))
NAB = SHARED / "data/nab"
SCORER = SHARED / "scorers/nab_score.py"
PYTHON = os.environ.get("BENCH_PYTHON", "")
"""An interpreter that has numpy; without one, uv lends it."""
SEEDS, MADE, WARM = 4, 14 * DAY, 600
HALVES = {"even files": 0, "odd files": 1}


def main() -> None:
    made()
    if not SCORER.exists():
        print(f"no labelled series in {NAB}: nothing to measure")
        return
    baseline()
    windows = json.loads((NAB / "windows.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        for name in DETECTORS:
            measure(name, sorted(windows), Path(folder))


def made() -> None:
    """False alarms a day on series with nothing unusual in them, two weeks of each, four times."""
    print("begins of a major level or worse, per series and day, on series with nothing in them")
    print(f"{'':12}" + "".join(f"{kind:>9}" for kind in KINDS))
    for name in DETECTORS:
        rates = []
        for make in KINDS.values():
            begins = 0
            for seed in range(SEEDS):
                detector, before = built(name), Level.NONE
                for n, value in enumerate(make(MADE, seed)):
                    level = detector.judge(n * STEP_S, value).beginning.level
                    begins += n >= WARM and level.rank >= Level.MAJOR.rank > before.rank
                    before = level
            rates.append(begins / (SEEDS * (MADE - WARM) / DAY))
        print(f"{name:12}" + "".join(f"{rate:9.3f}" for rate in rates))


def baseline() -> None:
    """What numpy takes for as many points."""
    numbers = "\n".join(str(one) for seed in range(SEEDS) for one in KINDS["diurnal"](MADE, seed))
    program = Path(__file__).with_name("numpy_baseline.py")
    ran = subprocess.run(
        list(map(str, [*python(), program])),
        check=True,
        capture_output=True,
        text=True,
        input=numbers,
    )
    told = json.loads(ran.stdout)
    print("\nnumpy, µs/point: " + ", ".join(f"{name} {cost:.2f}" for name, cost in told.items()))


def measure(name: str, files: list[str], folder: Path) -> None:
    rows, seconds, days = 0, 0.0, 0.0
    levels = {level: 0 for level in Level if level is not Level.NONE}
    root = folder / name
    for file in files:
        with (NAB / "data" / file).open(newline="") as opened:
            points = [(at, _seconds(at), float(value)) for at, value in _rows(opened)]
        detector = built(name)
        begun = time.process_time()
        verdicts = [detector.judge(at, value).beginning for _, at, value in points]
        seconds += time.process_time() - begun
        rows += len(points)
        warm = min(int(0.15 * len(points)), 750)
        days += ((points[-1][1] or 0.0) - (points[warm][1] or 0.0)) / 86_400.0
        before = Level.NONE
        for verdict in verdicts[warm:]:
            for level in levels:
                levels[level] += verdict.level.rank >= level.rank > before.rank
            before = verdict.level
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="") as opened:
            out = csv.writer(opened)
            out.writerow(("timestamp", "anomaly_score"))
            out.writerows((at, v.score) for (at, _, _), v in zip(points, verdicts, strict=True))
    print(f"\n{name}: {seconds / rows * 1e6:.1f} µs/point (must 100, goal 50, stretch 20)")
    rates = ", ".join(f"{level} {count / days:.3f}" for level, count in levels.items())
    print(f"begins of a level or worse, per series and day: {rates}")
    print("                     standard  low FP  low FN   (must 70/62/75, goal 75/67/80.5)")
    told = scored(root, files)
    say("all", told)
    for half, first in HALVES.items():
        mine, other = files[first::2], files[1 - first :: 2]
        told = scored(root, mine)
        say(half, told)
        say("  the others by it", scored(root, other, told[0]["threshold"]))


def say(what: str, told: list[dict[str, float]]) -> None:
    scores = "  ".join(f"{one['score']:6.2f}" for one in told)
    print(f"{what:20} {scores}   threshold {told[0]['threshold']:.3f}")


def scored(root: Path, files: list[str], threshold: float | None = None) -> list[dict[str, float]]:
    chosen = root / "files.txt"
    chosen.write_text("\n".join(files))
    command = [*python(), SCORER, "--data", NAB / "data", "--windows", NAB / "windows.json"]
    command += ["--scores", root, "--files", chosen, "--json"]
    command += ["--threshold", str(threshold)] if threshold is not None else []
    ran = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    result: list[dict[str, float]] = json.loads(ran.stdout)
    return result


def python() -> list[str]:
    return [PYTHON] if PYTHON else [sys.executable, *_lent()]


def _lent() -> list[str]:
    try:
        import numpy as np  # noqa: F401, PLC0415 - the scorer's, no part of the project
    except ImportError:
        return ["-m", "uv", "run", "--quiet", "--no-project", "--with", "numpy<3", "python"]
    return []


if __name__ == "__main__":
    main()
