"""What people said of kinds of messages, and what that makes of findings."""

import json
from typing import Any

import pytest

from bot.core.verdict import (
    Judgement,
    Verdict,
    inherited,
    judged,
    subject_by,
    subject_of,
    subjects_of,
    verdict_on,
)
from tests.builders import LIN, finding, later
from watchers.finding import Finding, Response, Severity, TemplateCount

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
    found = finding(labels=labels)
    assert subject_by(labels) == subject_of(found) == wanted
    assert subjects_of(found, Verdict.NOISE) == (wanted,)


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


def incident(severity: Severity = Severity.HIGH, services: int = 1, **fields: Any) -> Finding:
    joined = json.dumps([[f"s{n}", "2026-11-23T10:00:00+00:00", "began"] for n in range(services)])
    labels = {"service": "pay", "error_type": "pool of <*> full"}
    return finding(
        "i",
        rule="incident",
        severity=severity,
        labels=labels,
        **{"annotations": {"joined": joined}, **fields},
    )


MILD, WIDE, FATAL = incident(), incident(services=3), incident(Severity.CRITICAL)


@pytest.mark.parametrize(
    ("judged_as", "silent", "heard"),
    [(MILD, [MILD], [WIDE, FATAL]), (WIDE, [MILD, WIDE, FATAL], []), (FATAL, [MILD, FATAL], [])],
)
def test_an_incident_that_is_noise_is_told_again_when_it_is_graver(
    judged_as: Finding, silent: list[Finding], heard: list[Finding]
) -> None:
    said = dict.fromkeys(subjects_of(judged_as, Verdict.NOISE), Verdict.NOISE)
    assert {verdict_on(one, said) for one in silent} == {Verdict.NOISE}
    assert [verdict_on(one, said) for one in heard] == [None] * len(heard)


def test_an_incident_is_no_noise_with_a_kind_in_it_that_matters() -> None:
    said = dict.fromkeys(subjects_of(MILD, Verdict.NOISE), Verdict.NOISE)
    kinds = (TemplateCount(id="t1", text="a <*>", count=1),)
    assert verdict_on(incident(templates=kinds), said) is Verdict.NOISE
    assert verdict_on(incident(templates=kinds), {**said, "t1/pay": Verdict.MATTERS}) is (
        Verdict.MATTERS
    )


def test_whether_it_matters_is_said_of_an_incident_however_grave() -> None:
    said = dict.fromkeys(subjects_of(MILD, Verdict.MATTERS), Verdict.MATTERS)
    assert {verdict_on(one, said) for one in (MILD, WIDE, FATAL)} == {Verdict.MATTERS}


@pytest.mark.parametrize("joined", ["[", "7"])
def test_an_incident_of_a_foreign_making_is_a_mild_one(joined: str) -> None:
    assert subject_of(incident(annotations={"joined": joined})) == subject_of(MILD)
