"""Rules made in chats: what is wrong with one, thresholds, what one makes of a line."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.rule import (
    BackTest,
    ChatRule,
    Flaw,
    RulePause,
    RuleStage,
    Threshold,
    Verdict,
    Window,
    alerts_of,
    counted,
    faults_of,
    name_is_good,
    read_threshold,
    suggested,
    verdict,
)
from bot.core.rule_ports import LOOKS_BACK, NoLookBack
from tests.builders import LIN, NOW, later
from watchers.finding import Severity

RULE = ChatRule(
    id=7,
    name="declined",
    pattern="declined",
    severity=Severity.HIGH,
    by=LIN,
    created_at=NOW,
    changed_by=LIN,
    changed_at=NOW,
)
TEN = timedelta(minutes=10)
QUIET = timedelta(minutes=15)


def test_a_proposal_goes_by_its_number_and_a_rule_by_its_name() -> None:
    assert RULE.handle == "p7"
    assert replace(RULE, stage=RuleStage.LIVE).handle == "declined"
    assert [one for one in RuleStage if one.quiet] == [RuleStage.TRAINING, RuleStage.SHADOW]


@pytest.mark.parametrize("name", ["a", "pay-2", "支付失败", "web.v2_x", "p"])
def test_names_that_are_good(name: str) -> None:
    assert name_is_good(name)
    assert faults_of(replace(RULE, name=name)) == ()


@pytest.mark.parametrize("name", ["", "a b", "-a", "p7", "P12", "x" * 61, 'a"b', "a\n"])
def test_names_that_are_not(name: str) -> None:
    assert [one.flaw for one in faults_of(replace(RULE, name=name))] == [Flaw.NAME]


@pytest.mark.parametrize(
    ("pattern", "flaw"),
    [
        ("", Flaw.PATTERN),
        ("(", Flaw.PATTERN),
        ("a*", Flaw.PATTERN),
        (r"(\w+)\1", Flaw.PATTERN),
        ("(?!a)b", Flaw.PATTERN),
        (r"(\pL{200}){100}x", Flaw.PATTERN),
        (r"\pL{900}x", Flaw.PATTERN),
        ("x" * 1001, Flaw.PATTERN_LENGTH),
    ],
)
def test_hostile_patterns_are_refused_with_a_reason(pattern: str, flaw: Flaw) -> None:
    (fault,) = faults_of(replace(RULE, pattern=pattern))
    assert fault.flaw is flaw
    assert bool(fault.detail) == (flaw is Flaw.PATTERN and pattern != "")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    bad = replace(
        RULE,
        exclude="(",
        recovery=")",
        threshold=Threshold(count=0, span=timedelta(seconds=1)),
        files=("x" * 201,),
    )
    assert [one.flaw for one in faults_of(bad, ["declined"])] == [
        Flaw.NAME_TAKEN,
        Flaw.EXCLUDE,
        Flaw.RECOVERY,
        Flaw.COUNT,
        Flaw.SPAN,
        Flaw.FILES,
    ]


@pytest.mark.parametrize("text", ["5 in 10m", "5/10m", "5 10m", " 5 IN 10M "])
def test_thresholds_are_read_as_people_write_them(text: str) -> None:
    assert read_threshold(text) == Threshold(count=5, span=TEN)
    assert str(Threshold(count=5, span=TEN)) == "5 in 10m"


def test_one_stands_for_every_one() -> None:
    assert read_threshold("1") == Threshold()
    assert str(Threshold()) == "1"


@pytest.mark.parametrize("text", ["", "0", "x", "5 in 1s", "5 in 2d", "5 in x", "999999"])
def test_what_is_no_threshold_is_not_read(text: str) -> None:
    assert read_threshold(text) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("card declined", Verdict.MATCHES),
        ("test card declined", Verdict.EXCLUDED),
        ("card accepted", Verdict.RECOVERS),
        ("card", Verdict.NO_MATCH),
    ],
)
def test_a_rule_makes_of_a_line(line: str, says: Verdict) -> None:
    assert verdict("declined", "test", "accepted", line) is says
    assert verdict("(", "", "", line) is Verdict.UNUSABLE


def test_what_reaches_a_threshold_goes_on_until_it_is_quiet() -> None:
    threshold, window, seen = Threshold(count=3, span=TEN), Window(), []
    for minute in (0, 1, 20, 21, 22, 30, 46):
        step = counted(window, 1, later(minutes=minute), threshold, QUIET)
        window = step.window
        seen.append((step.passing, step.fires))
    assert seen == [
        (0, False),
        (0, False),
        (0, False),
        (0, False),
        (3, True),
        (1, False),
        (0, False),
    ]


def test_instants_near_each_other_share_an_entry() -> None:
    window = Window()
    for second in range(100):
        window = counted(
            window, 1, later(seconds=second), Threshold(count=1000, span=TEN), QUIET
        ).window
    assert len(window.counts) == 4
    assert sum(count for _, count in window.counts) == 100


def test_alerts_of_many_instants_are_as_many_as_there_are_quiet_times_between() -> None:
    times = [later(minutes=minute) for minute in (50, 0, 1, 2, 90)]
    assert alerts_of(times, Threshold(), QUIET) == 3
    assert alerts_of(times, Threshold(count=3, span=TEN), QUIET) == 1
    assert alerts_of([], Threshold(), QUIET) == 0


def test_a_threshold_is_suggested_only_for_what_comes_all_day() -> None:
    day = timedelta(days=1)
    assert suggested(BackTest(span=day, matches=3, fired=3, busiest=2)).each
    assert suggested(BackTest(span=day, matches=999, fired=40, busiest=10)).count == 16


def test_a_pause_holds_until_its_end() -> None:
    pause = RulePause(rule="a", until=later(hours=1), by=LIN, at=NOW)
    assert pause.holds(NOW)
    assert not pause.holds(later(hours=1))
    assert replace(pause, until=None).holds(later(days=999))


def test_where_nothing_is_watched_nothing_is_looked_at() -> None:
    assert NoLookBack()(RULE, NOW) == BackTest(span=LOOKS_BACK, whole=False)


def test_a_change_is_another_version() -> None:
    after = RULE.changed(LIN, later(minutes=1), recovery="ok")
    assert (after.version, after.recovery, after.changed_at) == (2, "ok", later(minutes=1))
    assert after.said()["recovery"] == "ok"
    assert "exclude" not in after.said()
