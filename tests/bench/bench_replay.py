"""What replays tell: messages per incident, false and missed ones, how soon, and at what speed.

The logs lie beside the project and are no part of it; where they are missing, generated ones with
faults of the same kinds stand in, and it is said which they are.
"""

import importlib.util
import json
import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli.replay import replay
from tests.bench.replay_shapes import shapes
from tests.replays import BROKEN, CRITICAL, EVERYDAY, SERVICES, START, Fault, make

SHARED = Path(__file__).parents[3] / "shared"
HOUR = 3600.0
MARKS = "marks: 1.25 must, 1.05 goal; missed 0; false 1 must, 0 goal; 15/120 s must, 10/45 s goal"


def scorer() -> Callable[..., dict[str, Any]] | None:
    """The scoring function that lies beside the project."""
    for folder in (SHARED, Path("/work/shared")):
        file = folder / "scorers" / "replay_score.py"
        if file.is_file():
            spec = importlib.util.spec_from_file_location("replay_score", file)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return lambda prefix, notes: module.score(*module.load(str(prefix)), notes)
    return None


def notes_of(log: Path) -> tuple[list[dict[str, Any]], float, int]:
    """The messages, the CPU seconds it took, and how many lines were read."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        begun = time.process_time()
        result = CliRunner().invoke(replay, [str(log), "--notifications", str(out)])
        taken = time.process_time() - begun
        assert result.exit_code == 0, result.stderr
        notes = [json.loads(line) for line in out.read_text().splitlines()]
    return notes, taken, int(result.stderr.split()[-2])


def fault(
    name: str,
    hour: float,
    span_s: float,
    services: tuple[str, ...],
    texts: tuple[str, ...],
    rate: float,
    level: str = "ERROR",
) -> Fault:
    at_s = hour * HOUR
    return Fault(
        name=name,
        at_s=at_s,
        until_s=at_s + span_s,
        services=services,
        texts=texts,
        rate=rate,
        level=level,
    )


def generated() -> Iterator[tuple[str, list[Fault]]]:
    """Kinds of incidents."""
    one, other = SERVICES[:1], SERVICES[1:2]
    yield "storm", [fault("a", 2, 600, SERVICES[:8], BROKEN, 40)]
    yield (
        "restart",
        [
            fault("a", 2, 60, one, BROKEN[:3], 3),
            fault("b", 2.03, 600, one, BROKEN[5:6], 1),
        ],
    )
    yield (
        "cascade",
        [
            fault("a", 2, 600, one, BROKEN[:2], 3),
            fault("a", 2.02, 500, other, (f"backend {SERVICES[0]} answered 502 for {{h}}",), 2),
        ],
    )
    yield "slow", [fault("a", 2, 2 * HOUR, one, BROKEN[:1], 1 / 60)]
    yield "early", [fault("a", 0.3, 600, one, BROKEN[:2], 2)]
    yield "spike", [fault("a", 2, 600, one, EVERYDAY[:1], 0.5)]
    yield "critical", [fault("a", 1, 1, one, CRITICAL[:1], math.inf, "FATAL")]
    yield "quiet", []


def shaped(seeds: range) -> None:
    """What replays of many shapes tell, with texts and times that are new for every seed."""
    total: Counter[str] = Counter()
    waits: list[float] = []
    for seed in seeds:
        for shape in shapes(seed):
            with tempfile.TemporaryDirectory() as folder:
                log = Path(folder) / "a.log"
                log.write_text("\n".join(shape.made.lines) + "\n")
                notes, _, _ = notes_of(log)
            rung = [one for one in notes if one["kind"] != "resolve"]
            about = [{shape.made.truth.get(one) for one in each["evidence"]} for each in rung]
            false = sum(names == {None} for names in about)
            missed = set(shape.made.faults)
            for name, (first_s, last_s) in shape.made.faults.items():
                told = [
                    datetime.fromisoformat(one["ts"]).timestamp() - START.timestamp()
                    for one, names in zip(rung, about, strict=True)
                    if name in names
                ]
                if in_time := [at for at in told if first_s - 0.01 <= at <= last_s + 600]:
                    waits.append(min(in_time) - first_s)
                    missed.discard(name)
            total.update(
                incidents=len(shape.made.faults), rung=len(rung), false=false, missed=len(missed)
            )
            if false or missed or len(rung) != len(shape.made.faults):
                print(
                    f"~{shape.name} (seed {seed}): {len(shape.made.faults)} incidents, "
                    f"{len(rung)} messages, {false} false, missed {sorted(missed)}"
                )
    waits.sort()
    at = [waits[math.ceil(share * len(waits)) - 1] for share in (0.5, 0.95)]
    print(
        f"shapes: {total['incidents']} incidents, noise ratio "
        f"{total['rung'] / total['incidents']:.2f}, false {total['false']}, missed "
        f"{total['missed']}, told after {at[0]:.1f} s p50, {at[1]:.1f} s p95"
    )


def main() -> None:
    """Print the table."""
    data, score = SHARED / "data" / "replay", scorer()
    data = data if data.is_dir() else Path("/work/shared/data/replay")
    total = {"incidents": 0, "notifications": 0, "false": 0, "missed": 0}
    times: list[float] = []
    if score is not None and data.is_dir():
        for truth in sorted(data.glob("*.incidents.json")):
            name = truth.name.partition(".")[0]
            notes, taken, lines = notes_of(data / f"{name}.log.gz")
            found = score(data / name, notes)
            times += found["ttn"]
            for key in total:
                total[key] += found[key]
            print(
                f"{name:12} {found['incidents']} incidents, {found['notifications']} messages, "
                f"{found['false']} false, {found['missed']} missed, {lines / taken:,.0f} lines per CPU second"
            )
    else:
        print("no recorded replays here: only generated ones")
    for name, faults in generated():
        made = make(5, faults, everyday=0.2)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "a.log"
            log.write_text("\n".join(made.lines) + "\n")
            notes, taken, lines = notes_of(log)
        rung = [one for one in notes if one["kind"] != "resolve"]
        told = {made.truth.get(line) for one in rung for line in one["evidence"]} - {None}
        false = sum(not any(line in made.truth for line in one["evidence"]) for one in rung)
        print(
            f"~{name:11} {len(made.faults)} incidents, {len(rung)} messages, {false} false, "
            f"{len(set(made.faults) - told)} missed, {lines / taken:,.0f} lines per CPU second"
        )
    shaped(range(1, 4))
    if times:
        times.sort()
        ratio = total["notifications"] / max(1, total["incidents"])
        at = [times[math.ceil(share * len(times)) - 1] for share in (0.5, 0.95)]
        print(
            f"recorded: noise ratio {ratio:.2f}, false {total['false']}, missed {total['missed']}, "
            f"told after {at[0]:.1f} s p50, {at[1]:.1f} s p95 ({MARKS})"
        )


if __name__ == "__main__":
    main()
