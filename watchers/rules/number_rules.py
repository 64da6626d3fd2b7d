"""Rules over series of numbers: each number is a record, so rules of every kind know it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from watchers.detectors.base import NUMBERS, VALUE, Origin, RuleSettings
from watchers.finding import Finding
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.measured import Measured
from watchers.record import Record
from watchers.records.reading import NOTHING_READ, Reading, Said
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts

if TYPE_CHECKING:
    from watchers.matching.grok import Value

SERIES = "series"
"""The label with the name of the series."""


class NumberRules:
    """The rules on series, over numbers in the order in which they came; not thread-safe."""

    def __init__(
        self, agent: str, rules: Sequence[RuleSettings], kept: Mapping[str, str], now: datetime
    ) -> None:
        """Go on with what was kept.

        Args:
            agent: Part of the findings' ids.
            rules: Of any kind; only those on series count.
            kept: All that `take_changes` gave that was not taken back.
            now: Aware.
        """
        at = Whereabouts(agent=agent, watch=NUMBERS, reads=_said)
        self._detection = Detection(at, rules, DistinctCap(), kept, now.timestamp())
        self._scanner = Scanner(self._detection.patterns)

    def exchange(self, rules: Sequence[RuleSettings]) -> None:
        """Go on with other rules."""
        self._detection.exchange(rules)
        self._scanner = Scanner(self._detection.patterns)

    def judge(self, numbers: Sequence[Measured], now: datetime, monotonic: float) -> list[Finding]:
        """What numbers show, and what shows by itself by now."""
        found: list[Finding] = []
        for one in numbers:
            line = _line(one)
            record = Record(
                offset=round(one.at.timestamp() * 1e6),
                end=0,
                lines=(line,),
                omitted=0,
                raised=b"",
                rules=self._scanner.matching(line),
            )
            origin = Origin(
                path=one.name,
                file_id=one.name,
                labels={SERIES: one.name, **one.labels},
                watch=NUMBERS,
            )
            found += self._detection.detect([record], origin, now, monotonic)
        return found + self._detection.tick(now, monotonic)

    def take_changes(self, now: datetime) -> dict[str, str]:
        """What is to be kept, by key; an empty text for what is gone."""
        return self._detection.take_changes(now)


def _line(one: Measured) -> bytes:
    """``2026-11-23T10:00:00+00:00 queue_depth 17``."""
    return f"{one.at.isoformat()} {one.name} {one.value:.12g}".encode("utf-8", "replace")


def _said(line: bytes, _now: datetime) -> Reading:
    at, _, rest = line.decode("utf-8", "replace").partition(" ")
    name, _, value = rest.rpartition(" ")
    try:
        fields: dict[str, Value] = {SERIES: name, VALUE: float(value)}
        return Said(fields=fields, message=rest, at=datetime.fromisoformat(at))
    except ValueError:
        return NOTHING_READ
