"""How well and how fast templates are mined, against drain3 where it is installed.

GA, FGA and the F1 of alert-worthy lines are taken on the labelled logs of a folder, where it
exists: `python tests/bench/bench_templates.py [FOLDER]`; NAME.csv has the columns Content, EventId
and, for F1, Level and Alert. On logs of generated formats they are always taken. The environment
variable DRAIN3 names an interpreter that has drain3, which pins old libraries and so stands in an
environment of its own; it runs this same file. Rates are by processor time.
"""

import csv
import json
import os
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.log_formats.formats import FORMATS, UNSEEN, messages  # noqa: E402 - runs in two environments
from tests.log_formats.grouping import grouping  # noqa: E402 - the same

SHARED = ROOT.parent.parent / "shared" / "data" / "loghub"
TIMES = 10
"""How often the lines are taken for throughput, with other digits every time."""

Rows = list[dict[str, str]]
Mine = Callable[[Sequence[str]], list[str]]


def own(lines: Sequence[str]) -> list[str]:
    # Each of the two is imported where it runs: drain3's environment lacks ours.
    from watchers.detectors.templates.miner import TemplateMiner  # noqa: PLC0415 - see above

    miner = TemplateMiner()
    numbers = [miner.learn(line) for line in lines]
    return [miner.template(number).id for number in numbers]


def drain3(lines: Sequence[str]) -> list[str]:
    """With the masks that its own documentation proposes, and default settings otherwise."""
    from drain3 import TemplateMiner  # noqa: PLC0415 - see above
    from drain3.masking import MaskingInstruction  # noqa: PLC0415 - see above
    from drain3.template_miner_config import TemplateMinerConfig  # noqa: PLC0415 - see above

    config = TemplateMinerConfig()
    masks = {
        "IP": r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)",
        "HEX": r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)",
        "NUM": r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)",
    }
    config.masking_instructions = [MaskingInstruction(text, name) for name, text in masks.items()]
    miner = TemplateMiner(config=config)
    return [str(miner.add_log_message(line)["cluster_id"]) for line in lines]


def redrawn(lines: Sequence[str]) -> list[str]:
    chance = random.Random(5)  # noqa: S311 - draws lines, keeps no secret
    return [
        "".join(chance.choice("0123456789") if char.isdigit() else char for char in line)
        for _ in range(TIMES)
        for line in lines
    ]


def rate(mine: Mine, lines: Sequence[str]) -> float:
    begin = time.process_time()
    mine(lines)
    return len(lines) / (time.process_time() - begin)


def sets(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    found = {name: messages(name, 2000) for name in (*FORMATS, *UNSEEN)}
    for path in sorted(folder.glob("*.csv")):
        rows = read(path)
        found[path.stem] = ([row["Content"] for row in rows], [row["EventId"] for row in rows])
    return found


def read(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return list(csv.DictReader(file))


def measured(mine: Mine, folder: Path, share: int) -> dict[str, list[float]]:
    """Per set GA, FGA, lines a second when first seen, and with other digits."""
    found = {}
    for name, (lines, truth) in sets(folder).items():
        score = grouping(truth, mine(lines))
        again = redrawn(lines)[:: 1 if share == 1 else share]
        found[name] = [score.accuracy, score.f1, rate(mine, lines), rate(mine, again)]
    return found


def f1_of_alerts(rows: Rows) -> dict[str, float]:
    """Level FATAL, with and without one remembered verdict of an operator per template.

    A template's first line asks; what an operator then calls noise is not told again, nor are
    other rows of the same table.
    """
    from bot.core.verdict import kin_of  # noqa: PLC0415 - drain3's environment lacks ours
    from watchers.detectors.templates.miner import TemplateMiner  # noqa: PLC0415 - the same

    miner = TemplateMiner()
    numbers = [miner.learn(row["Content"]) for row in rows]
    kinds = [miner.template(number) for number in numbers]
    ids = [kin_of(one.text, "") or one.id for one in kinds]
    fatal = [row["Level"] in ("FATAL", "SEVERE") for row in rows]
    worthy = [row["Alert"] == "1" for row in rows]
    verdicts: dict[str, bool] = {}
    told = []
    for at, one in enumerate(ids):
        told.append(fatal[at] and verdicts.get(one, True))
        if told[-1]:
            verdicts[one] = worthy[at]
    return {"FATAL": f1(fatal, worthy), "FATAL and verdicts": f1(told, worthy)}


def f1(told: Sequence[bool], worthy: Sequence[bool]) -> float:
    right = sum(a and b for a, b in zip(told, worthy, strict=True))
    return 2 * right / (sum(told) + sum(worthy))


def memory_of(lines: Sequence[str]) -> float:
    tracemalloc.start()
    own(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def theirs(folder: Path) -> dict[str, list[float]]:
    python = os.environ.get("DRAIN3")
    if python is None:
        return {}
    done = subprocess.run(
        [python, __file__, str(folder), "--drain3"], capture_output=True, check=True, text=True
    )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def main() -> None:
    arguments = [one for one in sys.argv[1:] if not one.startswith("--")]
    folder = Path(arguments[0]) if arguments else SHARED
    if "--drain3" in sys.argv:
        print(json.dumps(measured(drain3, folder, 3)))
        return
    if not folder.is_dir():
        print(f"no labelled logs: {folder} is not there; generated formats only")
    other = theirs(folder)
    print(f"{'':12} {'GA':>6} {'FGA':>6} {'first/s':>9} {'then/s':>9}   drain3: the same")
    mine = measured(own, folder, 1)
    for name, figures in mine.items():
        print(f"{name:12} {shown(figures)}   {shown(other[name]) if other else '-'}")
    labelled = mine.keys() - {*FORMATS, *UNSEEN}
    for title, names in (("generated", FORMATS), ("unseen", UNSEEN), ("labelled", labelled)):
        if names:
            print(f"{title:12} {mean(mine, names)}   {mean(other, names) if other else '-'}")
    everything = [line for name in FORMATS for line in messages(name, 20_000)[0]]
    print(f"peak memory for {len(everything)} lines: {memory_of(everything):.1f} MB")
    if (folder / "BGL.csv").exists():
        for rule, score in f1_of_alerts(read(folder / "BGL.csv")).items():
            print(f"BGL, {rule}: F1 {score:.3f}")


def mean(figures: Mapping[str, list[float]], names: Collection[str]) -> str:
    return shown([sum(figures[name][i] for name in names) / len(names) for i in range(4)])


def shown(figures: Sequence[float]) -> str:
    ga, fga, first, then = figures
    return f"{ga:6.3f} {fga:6.3f} {first:9,.0f} {then:9,.0f}"


if __name__ == "__main__":
    main()
