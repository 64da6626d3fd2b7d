"""Tries rules on a piece of text: which of them want it, and what they would find."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchers.clauses.conditions import condition
from watchers.detectors.base import Origin, RuleSettings, WindowRule
from watchers.finding import Finding, Response
from watchers.limits import DistinctCap
from watchers.matching.captures import Captures
from watchers.matching.patterns import compiled
from watchers.matching.scanner import Scanner
from watchers.parsers.records import RecordCutter
from watchers.record import Record
from watchers.records.reading import Read, nothing_read
from watchers.records.saying import Saying
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts


class Verdict(StrEnum):
    """What a rule makes of a text."""

    ALERTS = "alerts"
    RECORDS = "records"
    """It matches, and never alerts."""
    COUNTS = "counts"
    """It matches, and more than this one is needed."""
    OUTRANKED = "outranked"
    """It matches, and a rule that is worse, or listed before, counts the same record."""
    EXCLUDED = "excluded"
    """It matches, and so does its `exclude`."""
    UNFIT = "unfit"
    """It matches, but the fields are not what its `where` wants."""
    RECOVERS = "recovers"
    """The text says that what the rule found is over."""
    NO_MATCH = "no_match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A rule and its verdict."""

    rule: RuleSettings
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What rules make of a text.

    Attributes:
        judged: Every rule, in its order.
        findings: What would be handed over, as it stands in the log.
    """

    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]


class Trier:
    """Tries rules on records and texts; each as if nothing had been there before it."""

    def __init__(
        self,
        rules: Sequence[RuleSettings],
        origin: Origin,
        agent: str,
        read: Read = nothing_read,
    ) -> None:
        """Prepare the rules.

        Args:
            rules: In the order in which they were listed.
            origin: Where what is tried would stand.
            agent: Part of the findings' ids.
            read: Reads a line.
        """
        self._rules = rules
        self._origin = origin
        self._agent = agent
        self._read = read
        self._scanner = Scanner(self._detector().patterns)

    def text(self, text: bytes, now: datetime) -> Trial:
        """What becomes of one line or several, UTF-8; together they may be one record or many."""
        cutter = RecordCutter(self._scanner.lines, self._scanner.matching)
        lines = text if text.endswith(b"\n") else text + b"\n"
        return self.records([*cutter.feed(lines, 0, lambda at: at), *cutter.close()], now)

    def matching(self, line: bytes) -> tuple[int, ...]:
        """What a record with this line has among its `rules`."""
        return self._scanner.matching(line)

    def records(self, records: Sequence[Record], now: datetime) -> Trial:
        """What becomes of records that were read at `now`; aware, UTC."""
        detector = self._detector()
        findings = detector.detect(records, self._origin, now, 0.0)
        places = detector.places
        matched = {places[index][0] for record in records for index in record.rules}
        where = self._origin
        text = b"\n".join(line for record in records for line in record.lines)
        recovering = {one.rule for one in findings if one.recovers}
        counted = {one.rule for one in findings if not one.recovers}
        judged = tuple(
            Judged(
                rule=rule,
                verdict=_counting(rule, counted, recovering)
                or _not_counting(
                    rule,
                    text,
                    matched=rule.name in matched and rule.applies_to(where.watch, where.path),
                    fits=any(self._fits(rule, record, now) for record in records),
                ),
            )
            for rule in self._rules
        )
        return Trial(judged=judged, findings=tuple(findings))

    def _fits(self, rule: RuleSettings, record: Record, now: datetime) -> bool:
        """Whether the fields of a record are what a rule wants."""
        if not rule.where:
            return True
        fields = Saying(record, self._read, now).fields(Captures(rule.pattern))
        return all(condition(one).holds(fields) for one in rule.where)

    def _detector(self) -> Detection:
        at = Whereabouts(agent=self._agent, watch=self._origin.watch, reads=self._read)
        return Detection(at, self._rules, DistinctCap())


def tried(
    rules: Sequence[RuleSettings],
    text: bytes,
    origin: Origin,
    agent: str,
    now: datetime,
    read: Read = nothing_read,
) -> Trial:
    """Run rules on a text as if it had just been written to the file of `origin`."""
    return Trier(rules, origin, agent, read).text(text, now)


def _counting(rule: RuleSettings, counted: set[str], recovering: set[str]) -> Verdict | None:
    if rule.name in recovering:
        return Verdict.RECOVERS
    if rule.name in counted:
        return Verdict.ALERTS if Response.ALERT in rule.responses else Verdict.RECORDS
    return None


def _not_counting(rule: RuleSettings, text: bytes, *, matched: bool, fits: bool) -> Verdict:
    if not matched:
        return Verdict.NO_MATCH
    if rule.exclude and compiled(rule.exclude).search(text) is not None:
        return Verdict.EXCLUDED
    if not fits:
        return Verdict.UNFIT
    return Verdict.COUNTS if isinstance(rule, WindowRule) else Verdict.OUTRANKED
