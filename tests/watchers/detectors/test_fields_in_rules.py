"""Rules that look at the fields of a line."""

from datetime import UTC, datetime

import pytest

from watchers.detectors.base import Origin
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Finding
from watchers.parsers.line_reader import LineReader
from watchers.trials.trying import Trial, Verdict, tried

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = Origin(path="/a.log", file_id="f", labels={"service": "web"}, watch="web")
ACCESS = '192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET {} HTTP/1.1" {} 23'


def rule(**said: object) -> KeywordRule:
    given = {"name": "slow", "pattern": r"GET|took", "severity": "high", **said}
    return KeywordRule.model_validate(given)


def trial(rule: KeywordRule, *lines: str) -> Trial:
    read = LineReader(zone=UTC).read
    return tried([rule], "\n".join(lines).encode(), ORIGIN, "host-1", NOW, read)


def findings(rule: KeywordRule, *lines: str) -> tuple[Finding, ...]:
    return trial(rule, *lines).findings


def test_only_records_whose_fields_are_as_wanted_count() -> None:
    wanted = rule(where=["status >= 500", "path !~ ^/health"])
    lines = [ACCESS.format("/pay", 502), ACCESS.format("/pay", 200), ACCESS.format("/health", 500)]
    (found,) = findings(wanted, *lines)
    assert found.count == 1
    assert found.samples[0].fields["status"] == 502
    assert trial(wanted, lines[1]).judged[0].verdict is Verdict.UNFIT


def test_a_label_made_of_a_field_tells_alerts_apart() -> None:
    made = rule(labels={"route": "{path}", "team": "web"}, title="{status} on {path}")
    lines = [ACCESS.format("/a", 502), ACCESS.format("/b", 500), ACCESS.format("/a", 503)]
    first, second = findings(made, *lines)
    assert (first.count, first.labels["route"], first.title) == (2, "/a", "503 on /a")
    assert (second.count, second.labels["route"], second.title) == (1, "/b", "500 on /b")
    assert first.labels["team"] == "web"
    assert first.id != second.id


def test_a_label_of_a_field_that_is_not_there_is_left_out() -> None:
    made = rule(labels={"route": "{path}"}, title="{path}")
    (found,) = findings(made, "it took long")
    assert found.labels == {"service": "web"}
    assert found.title == "slow"


def test_named_groups_of_the_pattern_are_fields_and_go_first() -> None:
    made = rule(
        pattern=r"took (?P<ms>\d+)ms(?: for (?P<who>\w+))?",
        where=["ms > 100"],
        labels={"who": "{who}"},
    )
    one, two = findings(made, "took 50ms", "took 500ms for lin ms=1", "took 700ms")
    assert (one.labels.get("who"), one.count) == ("lin", 1)
    assert one.samples[0].fields == {"ms": "500", "who": "lin"}
    assert "who" not in two.labels


def test_labels_made_of_fields_are_capped_and_what_is_beyond_is_held_back() -> None:
    made = rule(labels={"route": "{path}"})
    found = findings(made, *(ACCESS.format(f"/{n}", 200) for n in range(60)))
    assert len(found) == 51
    assert found[-1].labels["route"] == "other"
    assert found[-1].held_back == 9


def test_a_recovery_with_a_field_ends_only_what_has_that_label() -> None:
    made = rule(labels={"node": "{node}"}, pattern="DOWN", recovery="UP", title="{node}")
    found = findings(made, "DOWN node=a", "DOWN node=b", "UP node=a", "UP node=a")
    assert [(one.recovers, one.labels["node"]) for one in found] == [
        (False, "a"),
        (False, "b"),
        (True, "a"),
    ]
    again = findings(made, "UP node=a", "DOWN node=a")
    assert [one.recovers for one in again] == [False]
    everywhere = findings(made, "UP", "DOWN node=a")
    assert [one.recovers for one in everywhere] == [False]


def test_case_46_the_time_of_the_line_and_of_its_reading_are_both_kept() -> None:
    (found,) = findings(rule(), ACCESS.format("/", 200))
    (sample,) = found.samples
    assert sample.at == NOW
    assert sample.written_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_a_finding_carries_few_and_short_fields() -> None:
    many = " ".join(f"k{n}={'v' * 500}" for n in range(60))
    (found,) = findings(rule(), f"it took {many}")
    fields = found.samples[0].fields
    assert len(fields) <= 24
    assert all(len(str(value)) <= 200 for value in fields.values())


def test_rules_say_what_is_wrong_with_their_conditions() -> None:
    with pytest.raises(ValueError, match="FIELD OP VALUE"):
        rule(where=["status ~ 5"])
