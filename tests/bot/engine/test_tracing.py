"""Why alerts were told or not, read back from what the engine and delivery left behind."""

from datetime import time, timedelta
from typing import Any

import pytest

from bot.core.alert import AlertState
from bot.core.attempt import Attempt, Result
from bot.core.correlation import Dependency
from bot.core.errors import Fault
from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.grouping import GroupTerms
from bot.core.hours import Hours
from bot.core.noise import NoiseTerms, StormTerms
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.subscription import Ways, Wish
from bot.core.trace import Reason, Step, Told
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.supposing import Supposing
from bot.engine.terms import Terms
from bot.engine.traces import AlertTrace
from bot.engine.views import RuleFacts
from bot.store.store import Store
from tests.builders import (
    LIN,
    NOW,
    chat,
    finding,
    later,
    matchers,
    progress,
    report,
    sample,
    seen,
)
from watchers.delay import Delay
from watchers.finding import Finding, Response, Severity

ERROR = RuleFacts(
    name="error",
    title="",
    severity=Severity.HIGH,
    pattern=r"\bERROR\b",
    responses=frozenset({Response.ALERT}),
    origin="default",
)
TIMEOUT = RuleFacts(
    name="timeout",
    title="",
    severity=Severity.MEDIUM,
    pattern=r"\bTIMEOUT\b",
    responses=frozenset({Response.RECORD}),
    origin="default",
)


@pytest.fixture
def views(store: Store) -> Views:
    return Views(store, (ERROR, TIMEOUT), NOW, "0")


def reasons(steps: tuple[Step, ...]) -> list[Reason]:
    return [step.reason for step in steps]


def supposing(views: Views) -> Supposing:
    tracing = views.tracing
    return Supposing(tracing._store, tracing._terms, tracing)


def trace(views: Views, now: Any = NOW, number: int = 1) -> AlertTrace:
    found = views.tracing.alert(number, now)
    assert found is not None
    return found


def deliver(store: Store, now: Any = NOW) -> Notification:
    """Send what is owed next."""
    with store.transaction():
        owed = store.outbox.claim(now, now + timedelta(seconds=30), "me", ())
        assert owed is not None
        store.outbox.sent(owed, Receipt(message_id="om_1", digest="d"), now)
    return owed


def test_an_alert_that_was_told_names_line_rule_count_and_chat(
    engine: Engine, store: Store, views: Views
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding(samples=(sample(),))), NOW)
    assert trace(views).told is Told.WAITING
    deliver(store)
    found = trace(views, later(minutes=1))
    assert found.told is Told.TOLD
    assert reasons(found.steps) == [
        Reason.LINE_FOUND,
        Reason.RULE_MATCHES,
        Reason.COUNTED,
        Reason.RANG,
        Reason.NOT_MUTED,
        Reason.TAKES,
    ]
    assert found.steps[0].facts["place"] == "/var/log/pay.log:0"
    assert found.steps[1].facts["pattern"] == r"\bERROR\b"
    assert [one.purpose for one in found.became] == [Purpose.FIRST]
    assert len(found.timeline) == 1
    assert views.tracing.alert(99, NOW) is None


def test_tries_are_told_with_their_codes(engine: Engine, store: Store, views: Views) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    failed = Attempt(
        notification=1,
        alert_id=1,
        target=chat(),
        purpose=Purpose.FIRST,
        at=NOW,
        ms=9,
        result=Result.FAILED,
        code=230020,
        fault=Fault.THROTTLED,
    )
    with store.transaction():
        store.attempts.note(failed)
    assert trace(views).attempts == (failed,)


def test_an_alert_that_was_muted_when_it_fired_says_so_also_when_the_mute_is_over(
    engine: Engine, views: Views
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.mute(matchers("service=pay"), later(minutes=30), LIN, NOW, "deploy")
    engine.report(report(seen("f1", minutes=1)), later(minutes=1))
    during = trace(views, later(minutes=2))
    assert (during.told, Reason.MUTED in reasons(during.steps)) == (Told.MUTED, True)
    engine.resolve(1, LIN, later(minutes=3))
    engine.sweep(later(hours=2))
    after = trace(views, later(hours=2))
    assert after.told is Told.MUTED
    (step,) = (one for one in after.steps if one.reason is Reason.MUTED_THEN)
    assert (step.facts["by"], step.facts["reason"]) == ("林", "deploy")


def test_nobody_subscribed_is_said_and_who_came_later(engine: Engine, views: Views) -> None:
    engine.report(report(finding()), NOW)
    assert (trace(views).told, reasons(trace(views).steps)[-1]) == (Told.NOBODY, Reason.NOBODY)
    engine.resolve(1, LIN, later(minutes=1))
    engine.subscribe(chat(), Wish(), LIN, later(minutes=5))
    found = trace(views, later(minutes=6))
    assert Reason.SINCE_THEN in reasons(found.steps)
    assert found.told is not Told.TOLD


def test_what_waits_for_the_hours_of_a_chat_is_told_later_and_then_in_one_message(
    engine: Engine, store: Store, views: Views
) -> None:
    hours = Hours(begins=time(9), ends=time(18), zone="UTC")
    engine.subscribe(chat(), Wish(ways=Ways(hours=hours)), LIN, NOW)
    engine.report(report(finding()), NOW)
    found = trace(views)
    assert (found.told, reasons(found.steps)[-1]) == (Told.LATER, Reason.OUT_OF_HOURS)
    engine.sweep(later(hours=6))
    deliver(store, later(hours=6))
    after = trace(views, later(hours=6))
    assert after.told is Told.TOLD
    assert [one.purpose for one in after.became] == [Purpose.AFTER_HOURS]


def test_an_alert_that_waits_to_last_is_not_told_yet(store: Store, views: Views) -> None:
    engine = Engine(store, Terms(delay=Delay(up=timedelta(minutes=2))), lambda: None)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    assert trace(views).told is Told.NOT_YET


def test_a_rule_of_another_configuration_is_said_to_be_unknown(
    engine: Engine, views: Views
) -> None:
    engine.report(report(finding(rule="elsewhere")), NOW)
    assert reasons(trace(views).steps)[0] is Reason.RULE_UNKNOWN


def test_a_service_without_alerts_says_what_was_only_recorded(engine: Engine, views: Views) -> None:
    engine.subscribe(chat(), Wish(least_severity=Severity.HIGH), LIN, NOW)
    recorded = frozenset({Response.RECORD})
    engine.report(
        report(
            finding(rule="timeout", severity=Severity.MEDIUM, responses=recorded, count=3),
            progress=(progress(state="absent", error="is gone"),),
        ),
        NOW,
    )
    found = views.tracing.about("PAY", later(minutes=1))
    assert found.alerts == ()
    assert [(one.rule, one.service, one.records) for one in found.found] == [("timeout", "pay", 3)]
    assert found.records_only == {"timeout"}
    assert [step.reason for step in found.steps] == [
        Reason.NOT_MUTED,
        Reason.TOO_LOW,
        Reason.NOBODY,
    ]
    assert [one.error for one in found.troubled] == ["is gone"]


def test_a_service_with_alerts_names_them_and_what_came_of_each(
    engine: Engine, views: Views
) -> None:
    engine.report(report(finding(), finding("f2", labels={"service": "order"})), NOW)
    found = views.tracing.about("pay", later(minutes=1))
    assert [(one.alert.id, one.told) for one in found.alerts] == [(1, Told.NOBODY)]
    by_rule = views.tracing.about("error", later(minutes=1))
    assert {one.alert.id for one in by_rule.alerts} == {1, 2}


def test_a_word_that_nobody_knows_still_says_who_would_be_told(
    engine: Engine, views: Views
) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=pay")), LIN, NOW)
    found = views.tracing.about("ghost", NOW)
    assert (found.alerts, found.found) == ((), ())
    assert Reason.NO_MATCH in reasons(found.steps)


def would(views: Views, some: Finding, now: Any = NOW) -> tuple[Told, list[Reason], int | None]:
    found = supposing(views).finding(some, now)
    return found.told, reasons(found.steps), found.open.id if found.open else None


def test_a_finding_would_make_a_new_alert_and_changes_nothing(
    engine: Engine, store: Store, views: Views
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    told, why, number = would(views, finding())
    assert (told, number) == (Told.TOLD, None)
    assert why == [Reason.NEW_ALERT, Reason.NOT_MUTED, Reason.TAKES]
    assert store.alerts.get(1) is None


def test_a_finding_would_count_into_what_is_open_open_again_or_begin_anew(
    engine: Engine, views: Views
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    told, why, number = would(views, seen("f2", minutes=1), later(minutes=1))
    assert (told, why[0], number) == (Told.SILENT, Reason.COUNTS_IN, 1)
    worse = finding("f3", severity=Severity.CRITICAL)
    assert would(views, worse)[:2] == (
        Told.TOLD,
        [Reason.RINGS_AGAIN, Reason.NOT_MUTED, Reason.TAKES],
    )
    engine.resolve(1, LIN, later(minutes=2))
    told, why, number = would(views, seen("f4", minutes=3), later(minutes=3))
    assert (told, why[0], number) == (Told.TOLD, Reason.REOPENS, 1)
    told, why, _ = would(views, seen("f5", minutes=1), later(minutes=3))
    assert (told, why[0]) == (Told.SILENT, Reason.COMES_LATE)
    told, why, number = would(views, seen("f6", hours=3), later(hours=3))
    assert (told, why[0], number) == (Told.TOLD, Reason.NEW_AGAIN, None)


def test_a_finding_that_is_only_recorded_asks_nobody(engine: Engine, views: Views) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    told, why, _ = would(views, finding(responses=frozenset({Response.RECORD})))
    assert (told, why) == (Told.RECORDED, [])


def test_who_acknowledged_is_named(engine: Engine, store: Store, views: Views) -> None:
    engine.report(report(finding()), NOW)
    engine.acknowledge(1, LIN, NOW)
    found = trace(views)
    assert found.alert.state is AlertState.ACKNOWLEDGED
    (step,) = (one for one in found.steps if one.reason is Reason.TAKEN_ON)
    assert step.facts["name"] == "林"


def test_a_finding_that_says_it_is_over_names_what_it_ends(engine: Engine, views: Views) -> None:
    engine.report(report(finding(), finding("f2", labels={"service": "order"})), NOW)
    over = finding("f3", recovers=True, first_at=later(minutes=1), seen_at=later(minutes=1))
    found = supposing(views).finding(over, later(minutes=1))
    assert (found.told, reasons(found.steps)) == (Told.SILENT, [Reason.RECOVERS])
    assert found.steps[0].facts == {"number": 1}


def test_a_finding_would_share_a_card_join_its_cause_or_a_storm(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(*(finding(f"d{n}", labels={"service": f"db{n}"}) for n in (1, 2))), NOW)
    noise = NoiseTerms(
        grouping=GroupTerms(by=("service",)),
        storm=StormTerms(alerts=2),
        dependencies=(Dependency(alert=matchers("service=pay"), upstream=matchers("service=db1")),),
    )
    knowing = Views(store, (ERROR,), NOW, "0", Terms(noise=noise))
    found = supposing(knowing).finding(finding(), NOW)
    assert [one for one in reasons(found.steps) if one in _OF_GROUPS] == list(_OF_GROUPS)
    assert found.steps[1].facts["number"] == 1


_OF_GROUPS = (Reason.COMES_OF, Reason.WOULD_SHARE, Reason.STORM)


def test_an_escalation_on_its_way_or_to_come_is_said(store: Store) -> None:
    step = EscalationStep(after=timedelta(minutes=5), means=Means.MENTION, to=("ou_lin",))
    plan = EscalationPlan(name="page", matchers=(), least_severity=Severity.HIGH, steps=(step,))
    terms = Terms(plans=(plan,))
    engine = Engine(store, terms, lambda: None)
    views = Views(store, (ERROR,), NOW, "0", terms)
    would = supposing(views).finding(finding(), NOW)
    assert (would.steps[-1].reason, would.steps[-1].facts["means"]) == (
        Reason.WOULD_ESCALATE,
        "mention",
    )
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    assert trace(views).steps[-1].reason is Reason.ESCALATES
    engine.sweep(later(minutes=6))
    last = trace(views, later(minutes=6)).steps[-1]
    assert (last.reason, last.facts["number"]) == (Reason.ESCALATED, 1)
