"""What belongs to an alert that is there, and what begins another one."""

from datetime import datetime, timedelta

import pytest

from bot.core.alert import Alert, AlertState
from bot.core.changes import Occurred
from bot.core.counting import fire, folded, same_again
from bot.core.lifecycle import step
from tests.builders import LIN, NOW, alert, finding, later, sample
from watchers.finding import Severity

REOPEN = timedelta(hours=4)
OVER = alert(state=AlertState.RESOLVED, resolved_at=NOW, resolved_by=LIN)


@pytest.mark.parametrize(
    ("latest", "seen_at", "now", "same"),
    [
        # While it is open it is the same one, however long ago it began.
        (alert(), later(days=30), later(days=30), True),
        (alert(state=AlertState.ACKNOWLEDGED), later(days=30), later(days=30), True),
        (alert(state=AlertState.UNKNOWN), later(days=30), later(days=30), True),
        # It returns within the time, the last instant of which is not in it.
        (OVER, later(minutes=1), later(minutes=1), True),
        (OVER, later(hours=4, seconds=-1), later(hours=4, seconds=-1), True),
        (OVER, later(hours=4), later(hours=4), False),
        (OVER, later(days=30), later(days=30), False),
        # When it came in counts, not when it happened: a clock may run ahead or a line be late.
        (OVER, later(days=30), later(minutes=1), True),
        (OVER, later(minutes=1), later(days=30), False),
        # What happened before it was over belongs to it for ever.
        (OVER, later(seconds=-1), later(days=30), True),
        (OVER, NOW, later(days=30), False),
        # A clock that was put back makes no new alert.
        (OVER, later(minutes=-9), later(minutes=-9), True),
        # Nobody knows when it was over: there is nothing to count from.
        (alert(state=AlertState.RESOLVED), later(days=30), later(days=30), True),
    ],
)
def test_a_finding_returns_to_the_newest_alert_or_begins_another_one(
    latest: Alert, seen_at: datetime, now: datetime, same: bool
) -> None:
    assert same_again(latest, finding(seen_at=seen_at), REOPEN, now) is same


def test_with_no_time_to_return_all_that_is_over_stays_over() -> None:
    assert not same_again(OVER, finding(), timedelta(), NOW)
    assert same_again(OVER, finding(seen_at=later(seconds=-1)), timedelta(), NOW)


def test_several_findings_are_one_with_the_worst_severity_and_all_the_records() -> None:
    one = folded(
        [
            finding(
                severity=Severity.LOW,
                count=2,
                held_back=1,
                seen_at=later(seconds=5),
                annotations={"host": "a", "trace": "1"},
                samples=(sample("first"),),
            ),
            finding(
                "f2",
                severity=Severity.CRITICAL,
                count=3,
                first_at=later(seconds=-5),
                annotations={"host": "b"},
                samples=(sample("second"),),
            ),
            finding("f3", severity=Severity.INFO),
        ]
    )
    assert (one.id, one.severity) == ("f1", Severity.CRITICAL)
    assert (one.count, one.held_back, one.records) == (6, 1, 7)
    assert (one.first_at, one.seen_at) == (later(seconds=-5), later(seconds=5))
    assert one.annotations == {"host": "b", "trace": "1"}
    assert [kept.text for kept in one.samples] == ["first", "second"]


def test_where_it_was_seen_last_is_kept_when_a_finding_does_not_say() -> None:
    first = fire(finding(watch="pay"), "1abc", NOW, agent="host-1")
    again = step(first, Occurred(finding=finding("f2")), later(seconds=1)).alert
    assert (again.agent, again.watch) == ("host-1", "pay")
    moved = Occurred(finding=finding("f3", watch="shop"), agent="host-2")
    elsewhere = step(again, moved, later(seconds=2)).alert
    assert (elsewhere.agent, elsewhere.watch) == ("host-2", "shop")


def test_a_figure_in_the_title_is_that_of_now() -> None:
    first = fire(finding(title="errors: 10 in 5m", value=10.0), "1abc", NOW)
    more = Occurred(finding=finding("f2", title="errors: 12 in 5m", value=12.0))
    again = step(first, more, later(seconds=1)).alert
    assert again.title == "errors: 12 in 5m"
    plain = Occurred(finding=finding("f3", title="another error"))
    assert step(again, plain, later(seconds=2)).alert.title == "errors: 12 in 5m"


def test_when_records_were_written_is_kept_beside_when_they_were_read() -> None:
    written = {"first_written_at": later(minutes=-20), "written_at": later(minutes=-15)}
    first = fire(finding(**written), "1abc", NOW)
    assert (first.first_at, first.first_written_at) == (NOW, later(minutes=-20))
    assert (first.seen_at, first.written_at, first.read_late) == (NOW, later(minutes=-15), True)
    newer = finding("f2", seen_at=later(minutes=1), written_at=later(minutes=1, seconds=-60))
    again = step(first, Occurred(finding=newer), later(minutes=1)).alert
    assert (again.first_written_at, again.written_at) == (later(minutes=-20), NOW)
    assert not again.read_late
    older = finding("f3", seen_at=later(seconds=-9), written_at=later(hours=-9))
    assert step(again, Occurred(finding=older), later(minutes=2)).alert.written_at == NOW
    assert not fire(finding(), "1abc", NOW).read_late


def test_of_several_findings_the_first_and_the_last_say_when_they_were_written() -> None:
    first = finding(first_written_at=later(hours=-2), written_at=later(hours=-2))
    last = finding("f2", first_written_at=later(hours=-1), written_at=later(hours=-1))
    one = folded([first, last])
    assert (one.first_written_at, one.written_at) == (later(hours=-2), later(hours=-1))
