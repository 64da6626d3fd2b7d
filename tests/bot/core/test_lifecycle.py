from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import LARKWATCH, MAX_SAMPLES, Alert, AlertState, Transition
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.lifecycle import Acknowledge, Change, Occurred, Resolve, fire, folded, step
from tests.builders import LIN, NOW, WANG, alert, finding, later, sample
from watchers.finding import Finding, Severity

TAKEN = step(alert(), Acknowledge(by=LIN), later(seconds=1)).alert
ENDED = step(alert(), Resolve(by=WANG), later(seconds=2)).alert

findings = st.builds(
    finding,
    count=st.integers(1, 1000),
    held_back=st.integers(0, 9),
    severity=st.sampled_from(Severity),
    first_at=st.integers(-100, 100).map(lambda s: later(seconds=s)),
    seen_at=st.integers(-100, 100).map(lambda s: later(seconds=s)),
    samples=st.lists(st.builds(sample, st.text("ab", max_size=3)), max_size=8).map(tuple),
    annotations=st.dictionaries(st.sampled_from("ab"), st.text("ab", max_size=2)),
)
changes = st.one_of(
    st.builds(Occurred, finding=findings),
    st.builds(Acknowledge, by=st.sampled_from([LIN, WANG])),
    st.builds(Resolve, by=st.sampled_from([LIN, LARKWATCH])),
)


@given(findings, st.lists(changes, max_size=20))
def test_any_history_is_explained_by_its_transitions(first: Finding, history: list[Change]) -> None:
    now = NOW
    present: Alert = fire(first, "1abc", now)
    count, transitions = first.records, list[Transition]()
    for change in history:
        now += timedelta(seconds=1)
        try:
            stepped = step(present, change, now)
        except InvalidTransitionError:
            assert not isinstance(change, Occurred)
            continue
        assert stepped.alert.version == present.version + 1
        if stepped.alert.state is present.state:
            assert stepped.transition is None
        else:
            assert stepped.transition is not None
            assert stepped.transition.source is present.state
            assert stepped.transition.target is stepped.alert.state
            assert stepped.alert.changed_at == stepped.transition.at == now
            transitions.append(stepped.transition)
        if isinstance(change, Occurred):
            count += change.finding.records
            assert stepped.alert.state.open
        present = stepped.alert
        assert present.count == count
        assert len(present.samples) <= MAX_SAMPLES
        assert (present.state is AlertState.RESOLVED) == (present.resolved_at is not None)
    assert present.reopened == sum(one.why == "recurred" for one in transitions)


@given(findings, st.lists(findings, min_size=1, max_size=8))
def test_findings_folded_into_one_change_the_alert_like_one_after_the_other(
    first: Finding, some: list[Finding]
) -> None:
    singly = fire(first, "1abc", NOW)
    for one in some:
        singly = step(singly, Occurred(finding=one), NOW).alert
    at_once = step(fire(first, "1abc", NOW), Occurred(finding=folded(some)), NOW).alert
    assert at_once == replace(singly, version=2)


@given(st.lists(findings, min_size=1, max_size=8))
def test_an_alert_fired_by_folded_findings_counts_all_of_them(some: list[Finding]) -> None:
    fired = fire(folded(some), "1abc", NOW)
    assert fired.count == sum(one.records for one in some)
    assert fired.severity.rank == max(one.severity.rank for one in some)


def test_case_01_a_repeat_keeps_the_acknowledgement_and_counts() -> None:
    stepped = step(TAKEN, Occurred(finding=finding(count=4)), later(minutes=1))
    assert stepped.transition is None
    assert (stepped.alert.state, stepped.alert.count) == (AlertState.ACKNOWLEDGED, 5)
    assert stepped.alert.acknowledged_by == LIN


def test_case_02_a_resolved_alert_that_recurs_is_nobodys_again() -> None:
    ended = step(TAKEN, Resolve(by=WANG), later(seconds=2)).alert
    again = step(ended, Occurred(finding=finding()), later(minutes=1)).alert
    assert (again.state, again.reopened) == (AlertState.FIRING, 1)
    assert (again.acknowledged_by, again.resolved_by) == (None, None)
    assert again.opened_at == later(minutes=1)


def test_case_09_the_refusal_says_who_acknowledged_first() -> None:
    with pytest.raises(InvalidTransitionError, match="already_acknowledged") as refused:
        step(TAKEN, Acknowledge(by=WANG), later(seconds=5))
    assert (refused.value.by, refused.value.at) == (LIN.name, later(seconds=1))


@pytest.mark.parametrize("change", [Acknowledge(by=LIN), Resolve(by=LIN)])
def test_case_10_a_resolved_alert_takes_no_action(change: Change) -> None:
    with pytest.raises(InvalidTransitionError) as refused:
        step(ENDED, change, later(days=3))
    assert (refused.value.reason, refused.value.by) == (Refusal.ALREADY_RESOLVED, WANG.name)


def test_case_13_a_late_older_finding_moves_only_the_start() -> None:
    older = finding(first_at=later(hours=-1), seen_at=later(hours=-1))
    counted = step(alert(), Occurred(finding=older), later(minutes=1)).alert
    assert (counted.first_at, counted.seen_at) == (later(hours=-1), NOW)


def test_severity_only_rises() -> None:
    worse = step(alert(), Occurred(finding=finding(severity=Severity.CRITICAL)), NOW).alert
    assert worse.severity is Severity.CRITICAL
    assert step(worse, Occurred(finding=finding()), NOW).alert.severity is Severity.CRITICAL


def test_a_refusal_names_nobody_when_nobody_is_known() -> None:
    for state, change in (
        (AlertState.ACKNOWLEDGED, Acknowledge(by=LIN)),
        (AlertState.RESOLVED, Resolve(by=LIN)),
    ):
        with pytest.raises(InvalidTransitionError) as refused:
            step(alert(state=state), change, NOW)
        assert (refused.value.by, refused.value.at) == ("", None)


def test_a_change_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError):
        step(alert(), None, NOW)  # type: ignore[arg-type]
