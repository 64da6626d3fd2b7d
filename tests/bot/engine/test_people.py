"""Subscriptions that change, chats that are lost, hours, and what the audit keeps."""

from dataclasses import replace
from datetime import time

import pytest

from bot.core.audit import Actor, Source
from bot.core.errors import InvalidTransitionError
from bot.core.hours import Hours
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.ports import AuditLog
from bot.core.routing import Route
from bot.core.subscription import Acting, Language, Ways, Wish
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.audit import Audit
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, report
from watchers.finding import Severity

ADMIN = Route(target=chat("admin"), language=Language.ZH, subscription_id=0)
GROUP = Route(target=chat("admins"), language=Language.ZH, subscription_id=0)
WORK = Hours(begins=time(13), ends=time(18), zone="Asia/Shanghai")  # NOW is 12:00 there


@pytest.fixture
def engine(store: Store) -> Engine:
    """An engine with an admin and a group for what nobody takes."""
    return Engine(store, Terms(fallback=(GROUP,), admins=(ADMIN,)), lambda: None)


def owed(store: Store, seconds: float = 0) -> list[Notification]:
    """Everything due by then, delivered as a worker would."""
    found = []
    at = later(seconds=seconds)
    with store.transaction():
        while one := store.outbox.claim(at, later(days=1), "test", ()):
            store.outbox.sent(one, Receipt(message_id=f"om_{one.id}", version=1), at)
            found.append(one)
    return found


def told(found: list[Notification]) -> list[tuple[Purpose, str, int | None]]:
    return [(one.purpose, one.target.address, one.alert_id) for one in found]


def test_case_42_a_group_that_leaves_gets_a_last_edit_and_no_more(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.subscribe(chat("b"), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    sent = {one.target.address: f"om_{one.id}" for one in owed(store)}
    engine.unsubscribe(chat(), None, LIN, NOW)
    (last,) = owed(store)
    assert (last.purpose, last.target) == (Purpose.FAREWELL, chat())
    assert last.content == {"message": sent["oc_ops"]}
    engine.acknowledge(1, LIN, later(seconds=1))
    assert told(owed(store, 60)) == [(Purpose.REFRESH, "oc_b", 1)]


def test_case_42_editing_brings_new_alerts_and_takes_leave_of_the_others(
    engine: Engine, store: Store
) -> None:
    one = engine.subscribe(chat(), Wish(matchers=matchers("service=pay")), LIN, NOW)
    engine.report(report(finding(), finding("f2", labels={"service": "x"})), NOW)
    assert sorted(told(owed(store)), key=str) == [
        (Purpose.FIRST, "oc_admins", 2),
        (Purpose.FIRST, "oc_ops", 1),
    ]
    engine.edit_subscription(chat(), one.id, Wish(matchers=matchers("service=x")), WANG, NOW)
    assert sorted(told(owed(store)), key=str) == [
        (Purpose.FAREWELL, "oc_ops", 1),
        (Purpose.FIRST, "oc_ops", 2),
    ]
    (entry,) = store.audit.newest(1)
    assert (entry.action, entry.subject, entry.actor.name) == ("subscription_edited", "s1", "王")
    assert (entry.before, entry.after) == (
        {"matchers": "service=pay"},
        {"matchers": "service=x"},
    )


def test_case_42_a_first_card_that_waits_is_not_sent_to_who_left(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.unsubscribe(chat(), 1, LIN, NOW)
    assert told(owed(store)) == [(Purpose.FIRST, "oc_admins", 1)]


def test_case_42_who_leaves_while_a_card_waits_is_told_when_they_come_back(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.unsubscribe(chat(), None, LIN, NOW)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.sweep(later(minutes=5))
    assert (Purpose.FIRST, "oc_ops", 1) in told(owed(store, 300))


def test_another_chats_subscription_cannot_be_touched(engine: Engine) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    with pytest.raises(InvalidTransitionError):
        engine.edit_subscription(chat("b"), 1, Wish(), LIN, NOW)
    with pytest.raises(InvalidTransitionError):
        engine.unsubscribe(chat("b"), 1, LIN, NOW)


def test_case_18_when_the_bot_is_put_out_the_fallback_takes_over_and_admins_know(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    owed(store)
    assert engine.suspend(chat(), "the bot is out", NOW) == 1
    assert sorted(told(owed(store)), key=str) == [
        (Purpose.ADVICE, "oc_admin", None),
        (Purpose.FIRST, "oc_admins", 1),
    ]
    engine.report(report(finding("f2", labels={"service": "x"})), NOW)
    assert told(owed(store)) == [(Purpose.FIRST, "oc_admins", 2)]
    assert engine.suspend(chat(), "the bot is out", NOW) == 0
    assert owed(store) == []
    assert engine.resume(chat(), later(seconds=1)) == 1
    assert (Purpose.FIRST, "oc_ops", 2) in told(owed(store, 60))
    assert [one.action for one in store.audit.newest(2)] == ["resumed", "suspended"]


def test_case_19_a_dissolved_group_never_comes_back(engine: Engine, store: Store) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.suspend(chat(), "the group was dissolved", NOW, ended=True)
    assert engine.resume(chat(), NOW) == 0
    (one,) = store.subscriptions.all()
    assert (one.suspended, one.ended) == ("the group was dissolved", True)


def test_out_of_hours_one_message_tells_it_when_they_begin(engine: Engine, store: Store) -> None:
    engine.subscribe(chat(), Wish(ways=Ways(hours=WORK)), LIN, NOW)
    engine.report(report(finding(), finding("f2", labels={"service": "x"})), NOW)
    urgent = finding("f3", labels={"service": "db"}, severity=Severity.CRITICAL)
    engine.report(report(urgent), later(minutes=1))
    assert told(owed(store, 120)) == [(Purpose.FIRST, "oc_ops", 3)]
    engine.sweep(later(minutes=59))
    assert owed(store, 3540) == []
    engine.sweep(later(hours=1))
    (morning,) = owed(store, 3600)
    assert (morning.purpose, morning.target) == (Purpose.AFTER_HOURS, chat())
    assert morning.content == {"alerts": [1, 2]}
    engine.sweep(later(hours=1, seconds=1))
    assert owed(store, 3660) == []


def test_hours_that_change_move_what_waits_for_them(engine: Engine, store: Store) -> None:
    wish = Wish(ways=Ways(hours=WORK))
    engine.subscribe(chat(), wish, LIN, NOW)
    engine.report(report(finding()), NOW)
    earlier = replace(WORK, begins=time(12, 30))
    engine.edit_subscription(chat(), 1, replace(wish, ways=Ways(hours=earlier)), LIN, NOW)
    engine.sweep(later(minutes=30))
    assert told(owed(store, 1800)) == [(Purpose.AFTER_HOURS, "oc_ops", None)]


def test_what_waits_for_the_hours_of_a_chat_that_left_is_dropped(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(ways=Ways(hours=WORK)), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.unsubscribe(chat(), None, LIN, NOW)
    engine.sweep(later(hours=1))
    assert told(owed(store, 3600)) == [(Purpose.FIRST, "oc_admins", 1)]


def test_every_action_is_in_the_audit_with_who_where_and_what_changed(
    engine: Engine, store: Store
) -> None:
    clicked = Actor(id="ou_lin", name="林", source=Source.CLICK, chat="oc_ops")
    engine.subscribe(chat(), Wish(ways=Ways(acting=Acting.LEADERS)), clicked, NOW)
    engine.report(report(finding()), NOW)
    engine.acknowledge(1, clicked, NOW)
    mute = engine.mute_alert(1, later(hours=1), WANG, NOW, "release")
    engine.unmute(mute.id, WANG, later(seconds=1))
    engine.refused(WANG, "resolve", "#1", NOW, 1)
    found = store.audit.since(NOW, 0, 10)
    assert [(one.action, one.subject, one.actor.name, one.actor.source) for one in found] == [
        ("subscribed", "s1", "林", Source.CLICK),
        ("acknowledged", "#1", "林", Source.CLICK),
        ("muted", "m1", "王", Source.COMMAND),
        ("unmuted", "m1", "王", Source.COMMAND),
        ("refused", "#1", "王", Source.COMMAND),
    ]
    assert found[0].after["acting"] == "leaders"
    assert (found[1].before["state"], found[1].after["state"]) == ("firing", "acknowledged")
    assert found[1].actor.chat == "oc_ops"
    assert found[2].after["reason"] == "release"
    assert [one.id for one in store.audit.newest(9, alert_id=1)] == [5, 4, 3, 2]
    assert [one.id for one in store.audit.newest(9, chat="oc_ops")] == [2, 1]


def test_a_refused_change_leaves_no_trace_of_having_happened(engine: Engine, store: Store) -> None:
    engine.report(report(finding()), NOW)
    engine.resolve(1, LIN, NOW)
    with pytest.raises(InvalidTransitionError):
        engine.acknowledge(1, WANG, NOW)
    assert [one.action for one in store.audit.newest(9)] == ["resolved"]


def test_the_audit_can_only_be_added_to_and_read() -> None:
    offered = {name for name in (*vars(Audit), *vars(AuditLog)) if not name.startswith("_")}
    assert offered == {"add", "newest", "since"}
