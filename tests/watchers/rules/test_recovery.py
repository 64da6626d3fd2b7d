"""A line may say that what a rule found is over."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from tests.builders import NOW, report
from watchers.delay import parse_delay
from watchers.detectors.base import Origin
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Finding, Report, Severity, from_dict, to_dict
from watchers.keywords.detector import KeywordDetector
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.record import Record

Detect = Callable[..., list[Finding]]
PAY = Origin(
    path="/var/log/pay.log", file_id="1", labels={"service": "pay", "host": "web-1"}, watch="pay"
)


def rule(**fields: object) -> KeywordRule:
    plain = {"name": "db", "pattern": "ERROR", "severity": Severity.HIGH, "recovery": "reconnected"}
    return KeywordRule.model_validate({**plain, **fields})


@pytest.fixture
def detect() -> Detect:
    return detector(rule(quiet="5m"), rule(name="panic", pattern="PANIC", recovery=""))


def detector(*rules: KeywordRule) -> Detect:
    keyword = KeywordDetector("web-1", rules, DistinctCap())
    scanner = Scanner(keyword.patterns)
    place = 0

    def detect(*lines: str, origin: Origin = PAY) -> list[Finding]:
        nonlocal place
        records = []
        for line in lines:
            text = line.encode()
            rules = scanner.matching(text)
            records.append(
                Record(
                    offset=place,
                    end=place + len(text),
                    lines=(text,),
                    omitted=0,
                    raised=b"",
                    rules=rules,
                )
            )
            place += len(text) + 1
        return keyword.detect(records, origin, NOW, 1.0)

    return detect


def said(findings: list[Finding]) -> list[tuple[str, bool]]:
    return [(one.rule, one.recovers) for one in findings]


def test_case_37_the_last_word_counts(detect: Detect) -> None:
    assert said(detect("ERROR no database", "INFO reconnected")) == [("db", False), ("db", True)]
    assert said(detect("INFO reconnected", "ERROR no database")) == [("db", False)]


def test_case_37_it_is_said_once_until_it_is_found_again(detect: Detect) -> None:
    assert said(detect("INFO reconnected")) == [("db", True)]
    assert said(detect("INFO reconnected")) == []
    assert said(detect("PANIC")) == [("panic", False)]
    assert said(detect("INFO reconnected")) == []
    other = Origin(path="/x", file_id="2", labels={"service": "cart"})
    assert said(detect("INFO reconnected", origin=other)) == [("db", True)]
    detect("ERROR no database")
    assert said(detect("INFO reconnected")) == [("db", True)]


def test_case_37_a_line_that_says_it_is_over_is_itself_no_match(detect: Detect) -> None:
    assert said(detect("ERROR state left: reconnected")) == [("db", True)]


def test_it_is_for_every_kind_of_error_of_the_service(detect: Detect) -> None:
    (error, over) = detect("ERROR java.net.SocketTimeoutException", "INFO reconnected")
    assert error.labels["error_type"] == "SocketTimeoutException"
    assert over.labels == PAY.labels
    assert over.id not in ("", error.id)
    assert over.watch == error.watch == "pay"
    assert error.delay == over.delay == parse_delay("down 5m")


def test_what_a_rule_waits_for_travels_with_its_findings() -> None:
    (found,) = detector(rule(delay="up 10s x3 max 2h", quiet="1m"))("ERROR")
    assert str(found.delay) == "up 10s down 1m x3 max 2h"
    (plain,) = detector(rule())("ERROR")
    assert plain.delay is None


def test_the_wire_carries_it_and_an_older_agent_says_nothing_of_it(detect: Detect) -> None:
    (found,) = detect("INFO reconnected")
    sent = report(found, agent="web-1")
    assert from_dict(to_dict(sent)) == sent
    wire = to_dict(Report(agent="web-1", findings=(found,)))
    for key in ("watch", "recovers", "delay", "formerly"):
        del wire["findings"][0][key]
    (old,) = from_dict(wire).findings
    assert (old.watch, old.recovers, old.delay, old.formerly) == ("", False, None, ())


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"recovery": "("}, "it has a mistake"),
        ({"quiet": "soon"}, "a span such as"),
        ({"quiet": "0s"}, "a span such as"),
        ({"quiet": "5m", "delay": "down 5m"}, "either quiet or down"),
        ({"delay": "up"}, "waits such as"),
        ({"delay": "up 1s up 2s"}, "waits such as"),
        ({"delay": "x2 x3"}, "waits such as"),
        ({"delay": "x0"}, "waits such as"),
        ({"delay": "sideways 5m"}, "waits such as"),
        ({"delay": "down 0s"}, "down of at least 1s"),
        ({"delay": "down 2h max 1h"}, "max not shorter than down"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, str], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        rule(**fields)
