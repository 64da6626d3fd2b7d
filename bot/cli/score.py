"""`larkwatch score`: run a detector of numbers over a series, to judge it from outside."""

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from bot.cli.common import Failure
from watchers.clauses.judges import DETECTORS, built

_LATEST_S = 1e11
"""What is more are milliseconds."""
_EXAMPLES = """\b
Examples:
  larkwatch score --input latency.csv > scored.csv
  larkwatch score --detector sigma --input latency.csv | awk -F, '$4 != ""'
  zcat old.csv.gz | larkwatch score --detector mahalanobis --input -
"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--detector",
    type=click.Choice(DETECTORS),
    default=DETECTORS[0],
    show_default=True,
    help="What judges the numbers.",
)
@click.option(
    "--input",
    "source",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="CSV with the columns timestamp and value; - is the standard input.",
)
def score(detector: str, source: Path) -> None:
    """Print timestamp,value,score,level as CSV, one row for each row of the input.

    The score of a row depends on this and the earlier rows only. A row without a number is passed
    on with score 0 and no level, and teaches nothing. Level is minor, major, critical or empty.
    What lasts is scored where it begins, for memory and mahalanobis; sigma scores each number.
    Timestamps are ISO 8601 or Unix seconds (milliseconds are told by their size). Rows without a
    number, and timestamps that repeat or go backwards, are counted on standard error at the end.

    Exit codes: 0; 2 when the input cannot be read or has no such columns.
    """
    try:
        if str(source) == "-":
            _print(_rows(sys.stdin), detector)
        else:
            with source.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
                _print(_rows(opened), detector)
    except (OSError, csv.Error) as error:
        raise Failure(f"{source}: {error}") from None


@dataclass(slots=True)
class _Oddities:
    """What of the rows is not as it should be."""

    rows: int = 0
    numberless: int = 0
    timeless: int = 0
    backward: int = 0
    repeated: int = 0
    newest: float = -math.inf

    def note(self, at_s: float | None, value: float | None) -> None:
        """Count a row in."""
        self.rows += 1
        self.numberless += value is None
        if at_s is None:
            self.timeless += 1
            return
        self.backward += at_s < self.newest
        self.repeated += at_s == self.newest
        self.newest = max(self.newest, at_s)

    def __str__(self) -> str:
        said = (
            (self.numberless, "without a finite number, passed on with score 0"),
            (self.timeless, "with a timestamp that cannot be read"),
            (self.backward, "older than one before, judged where they stand"),
            (self.repeated, "with the timestamp of the row before, judged like others"),
        )
        return "; ".join(f"{count} of {self.rows} rows {what}" for count, what in said if count)


def _print(rows: Iterator[tuple[str, str]], name: str) -> None:
    detector = built(name)
    odd = _Oddities()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("timestamp", "value", "score", "level"))
    for timestamp, value in rows:
        at_s, number = _seconds(timestamp), _number(value)
        odd.note(at_s, number)
        verdict = detector.judge(at_s, number).beginning
        out.writerow((timestamp, value, f"{verdict.score:.9g}", verdict.level))
    if said := str(odd):
        click.echo(f"note: {said}", err=True)


def _rows(opened: IO[str]) -> Iterator[tuple[str, str]]:
    rows = csv.reader(opened)
    head = [name.strip().lstrip("\ufeff").lower() for name in next(rows, [])]
    places = []
    for wanted in ("timestamp", "value"):
        if wanted not in head:
            raise Failure(f"no column {wanted!r} in the input, which begins with {head[:8]}")
        places.append(head.index(wanted))
    for row in rows:
        if row:
            timestamp, value = (row[at] if at < len(row) else "" for at in places)
            yield timestamp, value


def _seconds(timestamp: str) -> float | None:
    text = timestamp.strip()
    try:
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
            return seconds / 1000.0 if seconds > _LATEST_S else seconds
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
