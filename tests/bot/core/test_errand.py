"""Errands: when they begin, what is news to whoever is told, and who may approve."""

from dataclasses import replace

import pytest

from bot.core.alert import AlertState
from bot.core.context import Event, event_of
from bot.core.errand import (
    ADMINS,
    EVERYONE,
    LEADERS,
    Errand,
    ErrandKind,
    ErrandRun,
    ErrandState,
    begins,
    may_approve,
    news,
)
from bot.core.flapping import Flaps
from tests.builders import LIN, NOW, alert

FIRING = alert()
TAKEN = alert(state=AlertState.ACKNOWLEDGED, acknowledged_by=LIN)
OVER = alert(state=AlertState.RESOLVED, acknowledged_by=LIN)
RUN = ErrandRun(alert_id=1, key="wecom:ops", round_at=NOW, state=ErrandState.OWED, at=NOW)


def test_errands_begin_for_what_is_told_and_not_hidden_nor_flapping() -> None:
    assert begins(FIRING, muted=False)
    assert not begins(FIRING, muted=True)
    assert not begins(TAKEN, muted=False)
    assert not begins(replace(FIRING, tell_at=NOW), muted=False)
    assert not begins(replace(FIRING, flaps=Flaps(count=5, since=NOW)), muted=False)


def test_who_was_not_told_that_it_fires_does_not_hear_that_it_is_over() -> None:
    assert [event_of(one) for one in (FIRING, TAKEN, OVER)] == [
        Event.FIRING,
        Event.ACKNOWLEDGED,
        Event.RESOLVED,
    ]
    assert news(RUN, FIRING) is Event.FIRING
    assert news(RUN, TAKEN) is None
    told = replace(RUN, told=Event.FIRING)
    assert [news(told, one) for one in (FIRING, TAKEN, OVER)] == [
        None,
        Event.ACKNOWLEDGED,
        Event.RESOLVED,
    ]


@pytest.mark.parametrize(
    ("approvers", "admin", "leader", "acts", "may"),
    [
        ((), True, False, False, True),
        ((ADMINS,), False, True, True, False),
        ((LEADERS,), False, True, False, True),
        ((EVERYONE,), False, False, True, True),
        ((EVERYONE,), False, False, False, False),
        (("ou_lin",), False, False, False, True),
        (("ou_wang",), False, False, True, False),
    ],
)
def test_only_who_is_named_approves(
    approvers: tuple[str, ...], admin: bool, leader: bool, acts: bool, may: bool
) -> None:
    assert may_approve(approvers, "ou_lin", admin=admin, leader=leader, acts=acts) is may


def test_an_errand_is_called_as_it_is_written() -> None:
    assert Errand(kind=ErrandKind.WECOM, name="ops").key == "wecom:ops"
    assert Errand(kind=ErrandKind.SMS).key == "sms"
    assert (ErrandKind.HOOK.acts, ErrandKind.SMS.acts) == (True, False)
    assert (ErrandKind.SMS.pushes, ErrandKind.EMAIL.pushes) == (True, False)
