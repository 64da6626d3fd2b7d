"""Timed work: late runs are one run, and counted."""

import pytest

from bot.core.notification import Receipt
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.overseeing import MISFIRES
from bot.jobs.scheduler import Scheduler
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, report
from tests.fakes import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def scheduler(engine: Engine, clock: MovableClock) -> Scheduler:
    return Scheduler(engine, clock, lambda: None)


def test_case_33_runs_that_were_missed_are_made_up_for_by_one_and_counted(
    scheduler: Scheduler, clock: MovableClock, store: Store
) -> None:
    scheduler.sweep()
    clock.move(seconds=1.4)
    scheduler.sweep()
    assert store.counters.get(MISFIRES) == 0
    clock.move(hours=8)  # the machine slept
    scheduler.sweep()
    assert store.counters.get(MISFIRES) == 8 * 3600 - 1
    clock.move(seconds=1)
    scheduler.sweep()
    assert store.counters.get(MISFIRES) == 8 * 3600 - 1


def test_case_33_what_fell_due_while_it_slept_is_done_in_the_first_run(
    scheduler: Scheduler, clock: MovableClock, engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    with store.transaction():
        first = store.outbox.claim(NOW, later(seconds=9), "me", ())
        assert first is not None
        store.outbox.sent(first, Receipt(message_id="om_1"), NOW)
    scheduler.sweep()
    clock.move(days=14)
    scheduler.sweep()
    assert store.outbox.renewals(clock.now(), 9) == ()
    assert sum(queue.waiting for queue in store.outbox.queues()) > 0
