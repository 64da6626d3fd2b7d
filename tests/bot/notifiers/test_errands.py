"""Tables of actions: once for each change of an alert, retried, in the timeline, approved."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.context import Event
from bot.core.errand import ErrandKind, ErrandState
from bot.core.errors import Fault, InvalidTransitionError, Refusal
from bot.core.notification import DeliveryState, Purpose, Receipt
from bot.core.subscription import TargetKind
from bot.core.why import Why
from bot.notifiers.record import Record
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.builders import LIN, WANG, matchers
from tests.fakes import ScriptedNotifier, fault
from watchers.finding import Severity

OPS = errand(ErrandKind.WECOM, "ops")


def telling(counter: Counter, *answers: object) -> ScriptedNotifier:
    """A notifier that says what it was asked to tell, as a real one does."""
    said = [Receipt(outcome=one.value) if isinstance(one, Event) else one for one in answers]
    notifier = ScriptedNotifier(*said)  # type: ignore[arg-type]
    counter.notifiers[TargetKind.WECOM] = notifier
    return notifier


def test_a_change_of_an_alert_is_told_once_and_lines_are_not(store: Store) -> None:
    counter = Counter(store, table(OPS))
    ops = telling(counter, Event.FIRING, Event.ACKNOWLEDGED, Event.RESOLVED, Event.FIRING)
    for number in range(20):
        counter.fire(f"f{number}")
        counter.run(seconds=1)
    assert len(ops.jobs) == 1
    counter.engine.acknowledge(1, LIN, counter.clock.now())
    counter.run(seconds=1)
    counter.engine.comment(1, "looking", LIN, counter.clock.now())
    counter.run(seconds=1)
    counter.engine.resolve(1, LIN, counter.clock.now())
    counter.run(seconds=1)
    assert len(ops.jobs) == 3
    counter.clock.move(minutes=2)
    counter.fire("again")
    counter.run(seconds=1)
    assert len(ops.jobs) == 4
    assert counter.happened() == [(Why.ERRAND_DONE, "wecom:ops")] * 2
    trace = counter.views.tracing.alert(1, counter.clock.now())
    assert trace is not None
    assert [one.state for one in trace.became if one.purpose is Purpose.ERRAND] == (
        [DeliveryState.SENT] * 4
    )


def test_what_nobody_answers_is_tried_again_and_told_once(store: Store) -> None:
    counter = Counter(store, table(OPS))
    ops = telling(counter, fault(Fault.PASSING, code=500), Event.FIRING)
    counter.fire()
    for _ in range(9):
        counter.run(seconds=30)
    assert len(ops.jobs) == 2
    assert len({job.uuid for job in ops.jobs}) == 1
    assert counter.runs() == {"wecom:ops": ErrandState.DONE}


def test_what_cannot_be_told_is_said_and_not_tried_for_ever(store: Store) -> None:
    counter = Counter(store, table(OPS))
    ops = telling(counter, *[fault(Fault.MISCONFIGURED, code=93000, detail="bad key")] * 9)
    counter.fire()
    for _ in range(9):
        counter.run(seconds=30)
    counter.engine.comment(1, "hm", LIN, counter.clock.now())
    counter.run(seconds=30)
    assert len(ops.jobs) == 1
    assert counter.happened() == [(Why.ERRAND_FAILED, "wecom:ops 93000 bad key")]
    purposes = [job.notification.purpose for job in counter.chats.jobs]
    assert Purpose.CONCERN in purposes


def test_a_worse_severity_has_its_own_table_and_a_mute_holds_it_back(store: Store) -> None:
    both = {Severity.HIGH: (OPS,), Severity.CRITICAL: (OPS, errand(ErrandKind.WECOM, "boss"))}
    counter = Counter(store, both)
    ops = telling(counter, Event.FIRING, Event.FIRING)
    now = counter.clock.now()
    ends = now + timedelta(minutes=9)
    mute = counter.engine.mute(matchers("service=pay"), ends, WANG, now)
    counter.fire(severity=Severity.LOW)
    counter.fire("f2")
    counter.run(seconds=1)
    assert counter.runs() == {}
    counter.engine.unmute(mute.id, WANG, counter.clock.now())
    counter.run(seconds=1)
    assert counter.runs() == {"wecom:ops": ErrandState.DONE}
    counter.fire("f3", Severity.CRITICAL)
    counter.run(seconds=1)
    assert [job.notification.target.address for job in ops.jobs] == ["ops", "boss"]


def test_what_acts_waits_for_somebody_and_is_not_done_twice(store: Store) -> None:
    restart = errand(ErrandKind.COMMAND, "restart", approval=True)
    counter = Counter(store, table(restart))
    runner = ScriptedNotifier(Receipt(outcome="exit 0 well"))
    counter.notifiers[TargetKind.COMMAND] = runner
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"command:restart": ErrandState.ASKED}
    assert runner.jobs == []
    number = counter.one().id
    counter.engine.decide_errand(number, LIN, counter.clock.now(), approved=True)
    with pytest.raises(InvalidTransitionError):
        counter.engine.decide_errand(number, WANG, counter.clock.now(), approved=False)
    counter.run(seconds=1)
    counter.run(seconds=1)
    assert len(runner.jobs) == 1
    assert counter.happened() == [
        (Why.ERRAND_APPROVED, "command:restart"),
        (Why.ERRAND_DONE, "command:restart exit 0 well"),
    ]
    assert counter.one().outcome == "exit 0 well"


def test_what_is_over_or_declined_is_not_done(store: Store) -> None:
    restart = errand(ErrandKind.COMMAND, "restart", approval=True)
    counter = Counter(store, table(restart))
    counter.fire()
    counter.engine.resolve(1, LIN, counter.clock.now())
    with pytest.raises(InvalidTransitionError) as caught:
        counter.engine.decide_errand(counter.one().id, LIN, counter.clock.now(), approved=True)
    assert caught.value.reason is Refusal.NOTHING_OPEN
    second = counter.fire("f2", service="cart")
    number = counter.one(second.id).id
    counter.engine.decide_errand(number, LIN, counter.clock.now(), approved=False)
    assert counter.happened(second.id) == [(Why.ERRAND_DECLINED, "command:restart")]


def test_what_was_just_done_cools_down_for_all_alerts(store: Store) -> None:
    up = errand(ErrandKind.HOOK, "up", cooldown=timedelta(minutes=10))
    counter = Counter(store, table(up))
    hook = ScriptedNotifier(Receipt(outcome="HTTP 200"), Receipt(outcome="HTTP 200"))
    counter.notifiers[TargetKind.HOOK] = hook
    counter.fire()
    counter.run(seconds=1)
    second = counter.fire("f2", service="cart")
    counter.run(minutes=5)
    assert counter.runs(second.id) == {"hook:up": ErrandState.COOLING}
    counter.run(minutes=6)
    third = counter.fire("f3", service="shop")
    counter.run(seconds=1)
    assert counter.runs(third.id) == {"hook:up": ErrandState.DONE}
    assert len(hook.jobs) == 2


def test_the_record_and_the_push_are_errands_too(store: Store, tmp_path: Path) -> None:
    counter = Counter(store, table(errand(ErrandKind.RECORD, ""), errand(ErrandKind.SMS, "")))
    push = ScriptedNotifier(Receipt())
    counter.notifiers[TargetKind.FEISHU_URGENT] = push
    counter.notifiers[TargetKind.RECORD] = Record(tmp_path / "record.jsonl")
    counter.fire()
    counter.run(seconds=1)
    assert push.jobs == []  # the card that is pushed stands first
    counter.run(seconds=9)
    counter.engine.resolve(1, LIN, counter.clock.now())
    counter.run(seconds=1)
    lines = [json.loads(one) for one in (tmp_path / "record.jsonl").read_text().splitlines()]
    assert [one["event"] for one in lines] == ["alert.firing", "alert.resolved"]
    (job,) = push.jobs
    assert job.notification.content["people"] == [{"id": "oc_admin", "name": ""}]
    assert job.notification.target.address == "urgent_sms"
