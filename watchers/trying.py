"""Tries rules on a piece of text: which of them want it, and what they would find."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchers.detection import Detection
from watchers.detectors.base import Origin, RuleSettings, WindowRule
from watchers.finding import Finding, Response
from watchers.limits import DistinctCap
from watchers.matching.patterns import compiled
from watchers.matching.scanner import Scanner
from watchers.parsers.records import RecordCutter
from watchers.windows import Whereabouts


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


def tried(
    rules: Sequence[RuleSettings], text: bytes, origin: Origin, agent: str, now: datetime
) -> Trial:
    """Run rules on a text as if it had just been written to the file of `origin`.

    Args:
        rules: In the order in which they were listed.
        text: One line or several, UTF-8; together they may be one record or many.
        origin: Where it would stand.
        agent: Part of the findings' ids.
        now: When it would be read; aware, UTC.
    """
    detector = Detection(Whereabouts(agent=agent, watch=origin.watch), rules, DistinctCap())
    scanner = Scanner(detector.patterns)
    cutter = RecordCutter(scanner.hits, scanner.matching)
    lines = text if text.endswith(b"\n") else text + b"\n"
    records = [*cutter.feed(lines, 0, lambda at: at), *cutter.close()]
    findings = detector.detect(records, origin, now, 0.0)
    places = detector.places
    matched = {places[index][0] for record in records for index in record.rules}
    matched &= {one.name for one in rules if one.applies_to(origin.watch, origin.path)}
    recovering = {one.rule for one in findings if one.recovers}
    counted = {one.rule for one in findings if not one.recovers}
    judged = tuple(
        Judged(rule=rule, verdict=_verdict(rule, rule.name in matched, text, counted, recovering))
        for rule in rules
    )
    return Trial(judged=judged, findings=tuple(findings))


def _verdict(
    rule: RuleSettings, matched: bool, text: bytes, counted: set[str], recovering: set[str]
) -> Verdict:
    if rule.name in recovering:
        return Verdict.RECOVERS
    if rule.name in counted:
        return Verdict.ALERTS if Response.ALERT in rule.responses else Verdict.RECORDS
    if not matched:
        return Verdict.NO_MATCH
    if rule.exclude and compiled(rule.exclude).search(text) is not None:
        return Verdict.EXCLUDED
    return Verdict.COUNTS if isinstance(rule, WindowRule) else Verdict.OUTRANKED
