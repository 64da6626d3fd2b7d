from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import LARKWATCH, MAX_SAMPLES, Alert, AlertState, Transition
from bot.core.changes import (
    Acknowledge,
    Assign,
    Change,
    Comment,
    Escalate,
    ExpireAck,
    ExtendAck,
    FailEscalation,
    Follow,
    LoseSource,
    Occurred,
    Quieten,
    Recovered,
    RegainSource,
    RemindOfAck,
    RemoveRule,
    Resolve,
    Ripen,
    SetSeverity,
    Steady,
    Unacknowledge,
)
from bot.core.counting import fire, folded
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.lifecycle import TABLE, Step, applies, first_transition, step
from bot.core.why import Why
from tests.builders import LIN, NOW, WANG, alert, finding, later, sample
from watchers.delay import parse_delay
from watchers.finding import Finding, Severity

TAKEN = step(alert(count=20), Acknowledge(by=LIN), later(seconds=1)).alert
ENDED = step(alert(), Resolve(by=WANG), later(seconds=2)).alert
UNKNOWN = step(TAKEN, LoseSource(since=NOW), later(minutes=5)).alert

seconds = st.integers(-100, 100).map(lambda s: later(seconds=s))
findings = st.builds(
    finding,
    count=st.integers(1, 1000),
    held_back=st.integers(0, 9),
    severity=st.sampled_from(Severity),
    first_at=seconds,
    seen_at=seconds,
    samples=st.lists(st.builds(sample, st.text("ab", max_size=3)), max_size=8).map(tuple),
    annotations=st.dictionaries(st.sampled_from("ab"), st.text("ab", max_size=2)),
    delay=st.sampled_from([None, parse_delay("up 5s down 30s x3 max 2m")]),
)
people = st.sampled_from([LIN, WANG])
moments = st.none() | seconds
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(Occurred, finding=findings, growth=st.sampled_from([0, 2, 10])),
    st.builds(Recovered, finding=findings),
    st.builds(Acknowledge, by=people, expires_at=moments, remind_at=moments),
    st.builds(Follow, by=people),
    st.builds(Unacknowledge, by=people),
    st.builds(ExtendAck, by=people, expires_at=moments, remind_at=moments),
    st.builds(Resolve, by=people),
    st.builds(LoseSource, since=seconds),
    st.builds(Assign, by=people, to=st.none() | people),
    st.builds(Comment, by=people, text=st.text(max_size=5)),
    st.builds(SetSeverity, by=people, severity=st.sampled_from(Severity)),
    st.builds(Escalate, note=st.text(max_size=5)),
    st.builds(FailEscalation, note=st.text(max_size=5)),
    st.sampled_from(
        [
            RemindOfAck(),
            ExpireAck(),
            Quieten(),
            Ripen(),
            Steady(),
            RegainSource(),
            RemoveRule(),
        ]
    ),
)


def explained(before: Alert, stepped: Step, now: datetime) -> None:
    """One change: the version grows by one, and nothing people care for changes unrecorded."""
    after, row = stepped.alert, stepped.transition
    assert after.version == before.version + 1
    if row is None:
        told = ("state", "severity", "acknowledged_by", "assignee", "followers", "severity_by")
        assert all(getattr(before, name) == getattr(after, name) for name in told)
        assert after.flaps.since == before.flaps.since
        assert after.changed_at == before.changed_at
    else:
        assert (row.source, row.target, row.version) == (before.state, after.state, after.version)
        assert after.changed_at == row.at == now


@given(findings, st.lists(changes, max_size=30))
def test_any_history_is_explained_by_its_transitions(first: Finding, history: list[Change]) -> None:
    now = NOW
    present: Alert = fire(first, "1abc", now)
    count, rows = first.records, [first_transition(present, now)]
    for change in history:
        now += timedelta(seconds=7)
        always = isinstance(change, Occurred | Comment | FailEscalation)
        assert applies(present, change, now) or not always
        if not applies(present, change, now):
            with pytest.raises(InvalidTransitionError):
                step(present, change, now)
            continue
        stepped = step(present, change, now)
        explained(present, stepped, now)
        rows += [stepped.transition] if stepped.transition else []
        count += change.finding.records if isinstance(change, Occurred) else 0
        present = stepped.alert
        assert present.count == count
        assert len(present.samples) <= MAX_SAMPLES
    assert replayed(rows) is present.state
    fired = [one for one in rows if one.source is AlertState.RESOLVED]
    assert present.reopened == sum(one.target is AlertState.FIRING for one in fired)
    assert (present.state is AlertState.RESOLVED) == (present.resolved_at is not None)
    assert (present.state is AlertState.UNKNOWN) == (present.lost is not None)
    assert (present.promise is not None) == present.taken
    standing = present.lost.state if present.lost else present.state
    assert (standing is AlertState.ACKNOWLEDGED) == present.taken
    assert (present.next_at is None) or present.state.open


def replayed(rows: list[Transition]) -> AlertState:
    """The state that the rows alone lead to; every row begins where the one before ended."""
    state: AlertState | None = None
    for row in rows:
        assert row.source is state
        state = row.target
    assert state is not None
    return state


def test_every_rule_of_the_table_is_named_and_every_name_is_in_it() -> None:
    named = {row.why for row in TABLE if row.why is not None}
    assert named | {Why.FIRST_SEEN} == set(Why)


@given(findings, st.lists(findings, min_size=1, max_size=8))
def test_findings_folded_into_one_change_count_like_one_after_the_other(
    first: Finding, some: list[Finding]
) -> None:
    singly = fire(first, "1abc", NOW)
    for one in some:
        singly = step(singly, Occurred(finding=one), NOW).alert
    at_once = step(fire(first, "1abc", NOW), Occurred(finding=folded(some)), NOW).alert
    for name in ("state", "count", "held_back", "severity", "first_at", "seen_at", "samples"):
        assert getattr(at_once, name) == getattr(singly, name)
    assert at_once.annotations == singly.annotations


@given(st.lists(findings, min_size=1, max_size=8))
def test_an_alert_fired_by_folded_findings_counts_all_of_them(some: list[Finding]) -> None:
    fired = fire(folded(some), "1abc", NOW)
    assert fired.count == sum(one.records for one in some)
    assert fired.severity.rank == max(one.severity.rank for one in some)


def test_case_01_a_repeat_keeps_the_acknowledgement_and_counts() -> None:
    stepped = step(TAKEN, Occurred(finding=finding(count=4)), later(minutes=1))
    assert stepped.transition is None
    assert (stepped.alert.state, stepped.alert.count) == (AlertState.ACKNOWLEDGED, 24)
    assert stepped.alert.acknowledged_by == LIN


def test_case_01_a_higher_severity_ends_the_acknowledgement() -> None:
    worse = Occurred(finding=finding(severity=Severity.CRITICAL))
    stepped = step(TAKEN, worse, later(minutes=1))
    assert stepped.alert.state is AlertState.FIRING
    assert (stepped.alert.acknowledged_by, stepped.alert.promise) == (None, None)
    assert stepped.transition is not None
    assert (stepped.transition.why, stepped.transition.note) == (
        Why.SEVERITY_RAISED,
        "high>critical",
    )


def test_case_01_many_times_the_records_end_the_acknowledgement() -> None:
    below = step(TAKEN, Occurred(finding=finding(count=179)), later(minutes=1))
    assert below.alert.state is AlertState.ACKNOWLEDGED
    grown = step(below.alert, Occurred(finding=finding()), later(minutes=1))
    assert grown.alert.state is AlertState.FIRING
    assert grown.transition is not None
    assert grown.transition.why is Why.VOLUME_GREW
    never = step(TAKEN, Occurred(finding=finding(count=9999), growth=0), later(minutes=1))
    assert never.alert.state is AlertState.ACKNOWLEDGED


def test_case_01_few_records_are_no_flood_of_fewer() -> None:
    taken = step(alert(count=1), Acknowledge(by=LIN), NOW).alert
    assert step(taken, Occurred(finding=finding(count=98)), NOW).transition is None
    assert step(taken, Occurred(finding=finding(count=99)), NOW).transition is not None


def test_case_02_a_resolved_alert_that_recurs_is_nobodys_again() -> None:
    ended = step(TAKEN, Resolve(by=WANG), later(seconds=2)).alert
    again = step(ended, Occurred(finding=finding(seen_at=later(minutes=1))), later(minutes=1)).alert
    assert (again.state, again.reopened) == (AlertState.FIRING, 1)
    assert (again.acknowledged_by, again.resolved_by) == (None, None)
    assert again.opened_at == later(minutes=1)


def test_case_09_the_refusal_says_who_acknowledged_first_and_the_second_may_follow() -> None:
    with pytest.raises(InvalidTransitionError, match="already_acknowledged") as refused:
        step(TAKEN, Acknowledge(by=WANG), later(seconds=5))
    assert (refused.value.by, refused.value.at) == (LIN.name, later(seconds=1))
    followed = step(TAKEN, Follow(by=WANG), later(seconds=5)).alert
    assert followed.followers == (WANG,)
    for again in (LIN, WANG):
        assert not applies(followed, Follow(by=again), later(seconds=6))
    free = step(followed, Unacknowledge(by=LIN), later(seconds=7)).alert
    assert step(free, Acknowledge(by=WANG), later(seconds=8)).alert.followers == ()


@pytest.mark.parametrize("change", [Acknowledge(by=LIN), Resolve(by=LIN), Quieten()])
def test_case_10_a_resolved_alert_takes_no_action(change: Change) -> None:
    with pytest.raises(InvalidTransitionError) as refused:
        step(ENDED, change, later(days=3))
    assert (refused.value.reason, refused.value.by) == (Refusal.ALREADY_RESOLVED, WANG.name)


def test_case_13_a_late_older_finding_moves_only_the_start() -> None:
    older = finding(first_at=later(hours=-1), seen_at=later(hours=-1))
    counted = step(alert(), Occurred(finding=older), later(minutes=1)).alert
    assert (counted.first_at, counted.seen_at) == (later(hours=-1), NOW)


def test_case_13_what_happened_before_it_was_resolved_never_reopens_it() -> None:
    older = Occurred(finding=finding(seen_at=later(seconds=1), severity=Severity.CRITICAL))
    first = step(ENDED, older, later(minutes=1))
    assert first.transition is not None
    assert first.transition.why is Why.LATE
    assert (first.alert.state, first.alert.count, first.alert.late) == (AlertState.RESOLVED, 2, 1)
    assert first.alert.severity is Severity.HIGH
    second = step(first.alert, older, later(minutes=2))
    assert (second.transition, second.alert.late) == (None, 2)


def test_case_31_a_clock_that_runs_ahead_does_not_hide_a_return() -> None:
    ahead = finding(seen_at=later(hours=5))
    assert step(ENDED, Occurred(finding=ahead), later(minutes=1)).alert.state.open


def test_case_38_an_unknown_alert_goes_back_to_what_it_was() -> None:
    assert UNKNOWN.state is AlertState.UNKNOWN
    assert UNKNOWN.lost is not None
    assert UNKNOWN.lost.since == NOW
    back = step(UNKNOWN, RegainSource(), later(minutes=9))
    assert back.alert.state is AlertState.ACKNOWLEDGED
    assert back.alert.quiet_at == later(minutes=24)
    seen = step(UNKNOWN, Occurred(finding=finding()), later(minutes=9))
    assert seen.alert.state is AlertState.ACKNOWLEDGED
    assert seen.transition is not None
    assert seen.transition.why is Why.SOURCE_BACK


def test_case_38_people_act_on_an_unknown_alert_all_the_same() -> None:
    free = step(UNKNOWN, ExpireAck(), later(minutes=6)).alert
    assert (free.state, free.taken) == (AlertState.UNKNOWN, False)
    taken = step(free, Acknowledge(by=WANG), later(minutes=7)).alert
    assert (taken.state, taken.taken) == (AlertState.UNKNOWN, True)
    assert step(taken, RegainSource(), later(minutes=8)).alert.state is AlertState.ACKNOWLEDGED
    assert not applies(taken, Quieten(), later(days=1))
    assert step(taken, Resolve(by=LIN), later(minutes=8)).alert.lost is None


def test_case_37_a_line_that_says_it_is_over_ends_it() -> None:
    stepped = step(TAKEN, Recovered(finding=finding(seen_at=later(minutes=1))), later(minutes=1))
    assert stepped.alert.state is AlertState.RESOLVED
    assert stepped.transition is not None
    assert (stepped.transition.why, stepped.transition.by) == (Why.RECOVERED, LARKWATCH)
    older = Recovered(finding=finding(seen_at=later(minutes=-1)))
    assert not applies(TAKEN, older, later(minutes=1))


def test_case_47_a_severity_that_a_person_set_stays() -> None:
    set_low = step(TAKEN, SetSeverity(by=WANG, severity=Severity.LOW), later(minutes=1)).alert
    assert (set_low.severity, set_low.severity_by) == (Severity.LOW, WANG)
    seen = step(set_low, Occurred(finding=finding(severity=Severity.CRITICAL)), later(minutes=2))
    assert (seen.alert.severity, seen.alert.state) == (Severity.LOW, AlertState.ACKNOWLEDGED)
    with pytest.raises(InvalidTransitionError, match="nothing_changes"):
        step(set_low, SetSeverity(by=LIN, severity=Severity.LOW), later(minutes=3))
    free = step(alert(), SetSeverity(by=LIN, severity=Severity.HIGH), NOW).alert
    assert free.severity_by == LIN


def test_an_acknowledgement_is_extended_reminded_of_and_let_go() -> None:
    longer = ExtendAck(by=LIN, expires_at=later(hours=2), remind_at=later(hours=1))
    extended = step(TAKEN, longer, later(minutes=1)).alert
    assert extended.next_at == later(hours=1)
    reminded = step(extended, RemindOfAck(), later(hours=1)).alert
    assert reminded.next_at == later(hours=2)
    expired = step(reminded, ExpireAck(), later(hours=2)).alert
    assert (expired.state, expired.next_at) == (AlertState.FIRING, None)
    with pytest.raises(InvalidTransitionError, match="not_acknowledged"):
        step(expired, Unacknowledge(by=LIN), later(hours=2))


def test_assigning_names_somebody_and_the_same_again_is_nothing() -> None:
    assigned = step(alert(), Assign(by=LIN, to=WANG), NOW)
    assert assigned.alert.assignee == WANG
    assert assigned.transition is not None
    assert assigned.transition.note == WANG.id
    assert not applies(assigned.alert, Assign(by=LIN, to=WANG), NOW)
    assert step(assigned.alert, Assign(by=LIN, to=None), NOW).alert.assignee is None


def test_a_comment_may_come_when_it_is_over() -> None:
    said = step(ENDED, Comment(by=LIN, text="disk was full"), later(hours=1))
    assert said.alert.state is AlertState.RESOLVED
    assert said.transition is not None
    assert said.transition.note == "disk was full"


def test_severity_only_rises() -> None:
    worse = step(alert(), Occurred(finding=finding(severity=Severity.CRITICAL)), NOW).alert
    assert worse.severity is Severity.CRITICAL
    assert step(worse, Occurred(finding=finding()), NOW).alert.severity is Severity.CRITICAL


def test_what_waits_to_be_told_is_told_when_it_lasted_or_never() -> None:
    first = finding(delay=parse_delay("up 10s"))
    waiting = fire(first, "1abc", NOW)
    assert waiting.tell_at == waiting.next_at == later(seconds=10)
    assert step(waiting, Ripen(), later(seconds=10)).alert.tell_at is None
    ended = step(waiting, Resolve(by=LIN), later(seconds=5)).alert
    assert ended.tell_at is None
    again = Occurred(finding=finding(seen_at=later(seconds=9), delay=parse_delay("up 10s")))
    assert step(ended, again, later(seconds=9)).alert.tell_at == later(seconds=19)


def test_a_refusal_names_nobody_when_nobody_is_known() -> None:
    for state, change in (
        (AlertState.ACKNOWLEDGED, Follow(by=LIN)),
        (AlertState.RESOLVED, Resolve(by=LIN)),
    ):
        with pytest.raises(InvalidTransitionError) as refused:
            step(alert(state=state), change, NOW)
        assert (refused.value.by, refused.value.at) == ("", None)


def test_what_was_written_long_before_it_was_read_is_told_as_such() -> None:
    old = finding(first_written_at=later(hours=-1), written_at=later(hours=-1))
    assert first_transition(fire(old, "1abc", NOW), NOW).note == later(hours=-1).isoformat()
    assert first_transition(fire(finding(), "1abc", NOW), NOW).note == ""
    again = step(ENDED, Occurred(finding=replace(old, seen_at=later(hours=1))), later(hours=1))
    assert again.transition is not None
    assert (again.transition.why, again.transition.note) == (
        Why.RECURRED,
        later(hours=-1).isoformat(),
    )
