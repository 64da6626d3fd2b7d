"""Every decision has its reason, and all together one outcome."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.core.alert import Alert, AlertState, Lost
from bot.core.attempt import Owed
from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.flapping import Flaps
from bot.core.grouping import Group, GroupKind, Silence
from bot.core.grouping import Reason as Ring
from bot.core.hours import Hours
from bot.core.mute import Effect, identity
from bot.core.noise_ports import Decided
from bot.core.notification import DeliveryState, Purpose
from bot.core.routing import Route
from bot.core.subscription import Language, Subscription, Ways
from bot.core.trace import Reason, Stage, Step, Told
from bot.core.tracing import (
    counted_steps,
    escalation_step,
    group_steps,
    mute_steps,
    state_steps,
    subscription_steps,
    told,
    would_tell,
)
from tests.builders import LIN, NOW, alert, chat, later, matchers, mute, subscription
from watchers.finding import Severity

FALLBACK = (Route(target=chat("all"), language=Language.ZH, subscription_id=0),)
NIGHT = Ways(hours=Hours(begins=time(22), ends=time(23), zone="UTC"))


def reasons(steps: tuple[Step, ...]) -> list[Reason]:
    return [step.reason for step in steps]


def wishes(*some: Subscription, fallback: tuple[Route, ...] = ()) -> tuple[Step, ...]:
    seen = identity(alert())
    return subscription_steps(Severity.HIGH, seen, some, fallback, NOW)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"state": AlertState.ACKNOWLEDGED, "acknowledged_by": LIN}, [Reason.TAKEN_ON]),
        ({"state": AlertState.ACKNOWLEDGED}, [Reason.TAKEN_ON]),
        ({"state": AlertState.RESOLVED, "resolved_at": NOW}, [Reason.OVER]),
        ({"state": AlertState.UNKNOWN}, [Reason.SOURCE_LOST]),
        (
            {"state": AlertState.UNKNOWN, "lost": Lost(state=AlertState.FIRING, since=NOW)},
            [Reason.SOURCE_LOST],
        ),
        ({"flaps": Flaps(count=4, since=NOW)}, [Reason.FLAPS]),
        ({"tell_at": later(seconds=10)}, [Reason.WAITS]),
    ],
)
def test_a_state_that_keeps_it_quiet_is_said(changed: dict[str, Any], expected: object) -> None:
    assert reasons(state_steps(alert(**changed))) == expected


def test_counting_names_the_alert_and_what_it_follows() -> None:
    assert reasons(counted_steps(alert(7))) == [Reason.COUNTED]
    assert reasons(counted_steps(alert(7, previous=3))) == [Reason.COUNTED, Reason.NEW_AGAIN]
    again = counted_steps(alert(7, previous=3, reopened=2))
    assert reasons(again) == [Reason.COUNTED, Reason.REOPENS]
    assert again[0].facts["number"] == 7
    assert again[1].facts == {"times": 2}


@pytest.mark.parametrize(
    ("mutes", "expected"),
    [
        ([], [Reason.NOT_MUTED]),
        ([mute(id=1)], [Reason.MUTED]),
        ([mute(id=1, effect=Effect.NOTIFY_ONLY)], [Reason.MUTED_RINGS]),
        ([mute(id=1, ends_at=later(minutes=5))], [Reason.MUTED_THEN, Reason.NOT_MUTED]),
        (
            [
                mute(id=1, ends_at=later(minutes=5)),
                mute(id=2, starts_at=later(minutes=1), ends_at=later(hours=2)),
            ],
            [Reason.MUTED_THEN, Reason.MUTED],
        ),
        ([mute("service=order", id=1)], [Reason.NOT_MUTED]),
    ],
)
def test_what_hid_it_then_and_what_hides_it_now(mutes: list[Any], expected: object) -> None:
    steps = mute_steps(identity(alert()), mutes, later(minutes=10), NOW)
    assert reasons(steps) == expected
    assert [step.passed for step in steps if step.reason is Reason.NOT_MUTED] in ([], [True])


def test_every_subscription_says_why_not() -> None:
    steps = wishes(
        subscription(1),
        subscription(2, target=chat("b"), suspended="the bot is out"),
        subscription(3, target=chat("c"), least_severity=Severity.CRITICAL),
        subscription(4, target=chat("d"), matchers=matchers("rule=error", "service=order")),
        subscription(5, target=chat("e"), ways=NIGHT),
    )
    assert reasons(steps) == [
        Reason.TAKES,
        Reason.SUSPENDED,
        Reason.TOO_LOW,
        Reason.NO_MATCH,
        Reason.OUT_OF_HOURS,
    ]
    assert [step.passed for step in steps] == [True, False, False, False, False]
    assert steps[1].facts["why"] == "the bot is out"
    assert steps[2].facts["least"] == "critical"
    assert (steps[3].facts["matcher"], steps[3].facts["found"]) == ("service=order", "pay")
    assert steps[4].facts["hours"] == "22:00-23:00 UTC"
    assert steps[4].target == chat("e")


def test_the_fallback_stands_in_for_nobody_and_nobody_is_said() -> None:
    order = subscription(1, matchers=matchers("service=order"))
    assert reasons(wishes(order, fallback=FALLBACK)) == [Reason.NO_MATCH, Reason.FALLBACK]
    assert reasons(wishes(order)) == [Reason.NO_MATCH, Reason.NOBODY]
    assert reasons(wishes(subscription(2, ways=NIGHT), fallback=FALLBACK)) == [Reason.OUT_OF_HOURS]


def owed(state: DeliveryState, purpose: Purpose = Purpose.FIRST) -> Owed:
    return Owed(
        id=1,
        target=chat(),
        purpose=purpose,
        state=state,
        created_at=NOW,
        due_at=NOW,
        finished_at=None,
    )


def decided(*some: Reason) -> list[Step]:
    return [Step(stage=Stage.STATE, reason=one) for one in some]


@pytest.mark.parametrize(
    ("became", "some", "kept", "expected"),
    [
        ([DeliveryState.SENT, DeliveryState.WAITING], [], False, Told.TOLD),
        ([DeliveryState.GIVEN_UP, DeliveryState.WAITING], [], True, Told.WAITING),
        ([DeliveryState.GIVEN_UP, DeliveryState.SKIPPED], [], False, Told.FAILED),
        ([DeliveryState.SKIPPED], [Reason.MUTED], True, Told.LATER),
        ([], [Reason.WAITS, Reason.MUTED], False, Told.NOT_YET),
        ([DeliveryState.SKIPPED], [Reason.MUTED], False, Told.MUTED),
        ([], [Reason.MUTED_THEN, Reason.NOBODY], False, Told.MUTED),
        ([], [Reason.NOBODY], False, Told.NOBODY),
        ([], [Reason.HELD, Reason.TAKES], False, Told.HELD),
        ([], [Reason.TAKES, Reason.OVER], False, Told.UNTOLD),
    ],
)
def test_what_came_of_it(
    became: list[DeliveryState], some: list[Reason], kept: bool, expected: Told
) -> None:
    assert told([owed(one) for one in became], decided(*some), stands=False, kept=kept) is expected


def test_a_silent_edit_tells_nobody() -> None:
    edited = [owed(DeliveryState.SENT, Purpose.REFRESH)]
    assert told(edited, decided(Reason.TAKES), stands=False, kept=False) is Told.UNTOLD


def test_a_card_that_it_shares_tells_of_it() -> None:
    assert told([], decided(Reason.HELD), stands=True, kept=False) is Told.TOLD


def group(kind: GroupKind = GroupKind.ALONE, **key: str) -> Group:
    return Group(kind=kind, target=chat(), language=Language.ZH, key=key, created_at=NOW)


def test_the_decisions_about_ringing_are_told_with_their_reason() -> None:
    own = group()
    steps = group_steps(
        [
            Decided(group=own, reason=Ring.FIRST, why=Silence.SAID, at=NOW, times=1),
            Decided(group=own, reason=Ring.NOTHING, why=Silence.DEDUP, at=NOW, times=3),
        ]
    )
    assert [(step.reason, step.passed) for step in steps] == [
        (Reason.RANG, True),
        (Reason.HELD, False),
    ]
    assert (steps[0].facts["ring"], steps[1].facts["silence"]) == ("first", "dedup")


def test_a_shared_card_is_named_once_for_each_chat() -> None:
    shared = group(GroupKind.LABELS, service="pay")
    some = [Decided(group=shared, reason=Ring.FIRST, why=Silence.SAID, at=NOW, times=1)] * 2
    steps = group_steps(some)
    assert reasons(steps) == [Reason.SHARES, Reason.RANG, Reason.RANG]
    assert steps[0].facts == {"group": "labels", "key": "service=pay"}


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([Reason.RULE_NONE], Told.NOTHING),
        ([Reason.COUNTS_IN, Reason.TAKES], Told.SILENT),
        ([Reason.COMES_LATE, Reason.TAKES], Told.SILENT),
        ([Reason.WAITS, Reason.TAKES], Told.NOT_YET),
        ([Reason.NEW_ALERT, Reason.MUTED, Reason.TAKES], Told.MUTED),
        ([Reason.NEW_ALERT, Reason.TAKES], Told.TOLD),
        ([Reason.NEW_ALERT, Reason.FALLBACK], Told.TOLD),
        ([Reason.NEW_ALERT, Reason.OUT_OF_HOURS], Told.LATER),
        ([Reason.NEW_ALERT, Reason.NO_MATCH, Reason.NOBODY], Told.NOBODY),
    ],
)
def test_what_would_come_of_a_finding(some: list[Reason], expected: Told) -> None:
    assert would_tell(decided(*some)) is expected


def test_an_alert_that_fires_is_told_of_as_it_is() -> None:
    firing: Alert = replace(alert(), acknowledged_at=NOW - timedelta(days=1))
    assert state_steps(firing) == ()


def test_an_escalation_says_how_far_it_is() -> None:
    step = EscalationStep(after=timedelta(minutes=5), means=Means.EMAIL)
    plan = EscalationPlan(name="page", matchers=(), least_severity=Severity.HIGH, steps=(step,))
    going = escalation_step(plan, 0, later(minutes=5), Reason.ESCALATES)
    over = escalation_step(plan, 1, None, Reason.ESCALATED)
    assert going.facts == {
        "plan": "page",
        "number": 0,
        "means": "email",
        "at": later(minutes=5),
    }
    assert over.facts == {"plan": "page", "number": 1, "means": "email"}
