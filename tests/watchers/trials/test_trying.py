"""Rules are tried on a text as if it had just been written."""

from datetime import UTC, datetime

import pytest

from watchers.detectors.base import Origin
from watchers.detectors.keyword import DEFAULT_RULES, KeywordRule
from watchers.finding import Severity
from watchers.sources.file.discovery import leads_to
from watchers.trials.trying import Trial, Verdict, tried

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ORIGIN = Origin(path="/var/log/pay.log", file_id="", labels={"service": "pay"}, watch="pay")


def trial(text: str, *rules: KeywordRule) -> Trial:
    return tried(rules or DEFAULT_RULES, text.encode(), ORIGIN, "host-1", NOW)


def verdicts(found: Trial) -> dict[str, Verdict]:
    return {one.rule.name: one.verdict for one in found.judged}


def test_every_rule_has_its_verdict() -> None:
    found = trial("PANIC and ERROR and TIMEOUT")
    assert verdicts(found) == {
        "panic": Verdict.ALERTS,
        "error": Verdict.OUTRANKED,
        "timeout": Verdict.RECORDS,
    }
    assert [one.rule for one in found.findings] == ["panic", "timeout"]
    assert set(verdicts(trial("all is well")).values()) == {Verdict.NO_MATCH}


def test_a_trace_of_several_lines_is_one_finding() -> None:
    found = trial("ERROR charge failed\ncom.x.PayError: no\n\tat a.b(C.java:1)\n")
    assert [(one.count, one.labels["error_type"]) for one in found.findings] == [(1, "PayError")]


def test_what_is_excluded_and_what_says_it_is_over() -> None:
    rule = KeywordRule(
        name="down", pattern="DOWN", severity=Severity.HIGH, exclude="planned", recovery=r"\bUP\b"
    )
    assert verdicts(trial("DOWN, as planned", rule)) == {"down": Verdict.EXCLUDED}
    over = trial("pay is UP", rule)
    assert verdicts(over) == {"down": Verdict.RECOVERS}
    assert [one.recovers for one in over.findings] == [True]


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("/var/log/*.log", "/var/log/pay.log", True),
        ("/var/log/*.log", "/var/log/x/pay.log", False),
        ("/var/log/**/*.log", "/var/log/x/y/pay.log", True),
        ("/var/log/**/*.log", "/var/log/pay.log", True),
        ("/var/log/**", "/var/log/x/pay.log", True),
        ("/var/*/p*y*.log", "/var/log/pay-1.log", True),
        ("/var/log/[ab].log", "/var/log/c.log", False),
        ("/var/log/./pay.log", "/var/log/pay.log", True),
        ("/var/log/pay.log", "/var/log", False),
    ],
)
def test_a_glob_leads_to_a_path_that_need_not_be_there(
    glob: str, path: str, expected: bool
) -> None:
    assert leads_to(glob, path) is expected
