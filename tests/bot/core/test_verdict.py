"""What people said of kinds of messages, and what that makes of findings."""

import pytest

from bot.core.verdict import Judgement, Verdict, inherited, judged, subject_of
from tests.builders import LIN, finding, later
from watchers.finding import Response, Severity

ALERT, RECORD = Response.ALERT, Response.RECORD


def judgement(verdict: Verdict, minutes: int) -> Judgement:
    at = later(minutes=minutes)
    return Judgement(subject=f"t{minutes}/pay", verdict=verdict, template="a <*>", by=LIN, at=at)


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ({"template": "t1", "service": "pay"}, "t1/pay"),
        ({"template": "t1"}, "t1/"),
        ({"service": "pay"}, ""),
    ],
)
def test_a_kind_of_message_is_known_within_its_service(labels: dict[str, str], wanted: str) -> None:
    assert subject_of(labels) == wanted


@pytest.mark.parametrize(
    ("verdict", "responses", "wanted", "severity"),
    [
        (None, {ALERT}, {ALERT}, Severity.LOW),
        (Verdict.NOISE, {ALERT}, {RECORD}, Severity.LOW),
        (Verdict.MATTERS, {ALERT}, {ALERT}, Severity.HIGH),
        (Verdict.MATTERS, {RECORD}, {ALERT, RECORD}, Severity.HIGH),
        (Verdict.MATTERS, set(), set(), Severity.LOW),
    ],
)
def test_a_finding_becomes_what_its_verdict_says(
    verdict: Verdict | None, responses: set[Response], wanted: set[Response], severity: Severity
) -> None:
    before = finding(severity=Severity.LOW, responses=frozenset(responses))
    after = judged(before, verdict)
    assert (after.responses, after.severity) == (wanted, severity)


def test_what_is_worse_than_high_stays_so() -> None:
    assert judged(finding(severity=Severity.CRITICAL), Verdict.MATTERS).severity is (
        Severity.CRITICAL
    )


def test_that_it_is_over_is_said_of_noise_too() -> None:
    over = finding(recovers=True)
    assert judged(over, Verdict.NOISE) == over


def test_of_kinds_that_became_one_the_newest_that_matters_decides() -> None:
    first, second = judgement(Verdict.MATTERS, 1), judgement(Verdict.MATTERS, 2)
    third, fourth = judgement(Verdict.NOISE, 3), judgement(Verdict.NOISE, 4)
    assert inherited([third, first, second, fourth]) == second
    assert inherited([third, fourth]) == fourth
    assert inherited([]) is None
