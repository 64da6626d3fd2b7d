"""Actions on many alerts hit exactly those that were shown, a few at a time."""

import pytest

from bot.core.alert import AlertState
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.mass import FRESH_FOR, MassAct
from bot.engine.engine import Engine
from bot.engine.massing import AT_ONCE
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, finding, later, matchers, report
from watchers.finding import Severity


def fire(engine: Engine, *services: str) -> None:
    engine.report(report(*(finding(one, labels={"service": one}) for one in services)), NOW)


def states(store: Store) -> dict[int, AlertState]:
    found = (store.alerts.get(number) for number in range(1, 200))
    return {alert.id: alert.state for alert in found if alert is not None}


def test_case_44_an_action_on_many_hits_exactly_those_that_were_shown(
    engine: Engine, store: Store
) -> None:
    fire(engine, "pay", "cart", "web")
    engine.acknowledge(2, WANG, NOW)
    shown = engine.propose_many(MassAct.ACKNOWLEDGE, (), None, LIN, "oc_ops", NOW)
    assert shown.alerts == (1, 3)
    fire(engine, "late")
    engine.resolve(3, WANG, later(seconds=1))
    done = engine.do_many(shown.id, LIN, "oc_ops", later(seconds=2))
    assert (done.done, done.failed, done.left) == (1, 1, ())
    assert states(store) == {
        1: AlertState.ACKNOWLEDGED,
        2: AlertState.ACKNOWLEDGED,
        3: AlertState.RESOLVED,
        4: AlertState.FIRING,
    }


def test_case_44_a_preview_is_good_for_once_for_a_while_and_in_its_chat(engine: Engine) -> None:
    fire(engine, "pay")
    shown = engine.propose_many(MassAct.RESOLVE, (), None, LIN, "oc_ops", NOW)
    for number, chat, at in (
        (shown.id, "oc_other", NOW),
        (99, "oc_ops", NOW),
        (shown.id, "oc_ops", NOW + FRESH_FOR),
    ):
        with pytest.raises(InvalidTransitionError) as refused:
            engine.do_many(number, LIN, chat, at)
        assert refused.value.reason is Refusal.STALE_PREVIEW
    engine.do_many(shown.id, LIN, "oc_ops", NOW)
    with pytest.raises(InvalidTransitionError):
        engine.do_many(shown.id, LIN, "oc_ops", NOW)


def test_case_44_only_what_the_conditions_take_is_meant(engine: Engine) -> None:
    fire(engine, "pay", "cart")
    engine.report(
        report(finding("c", labels={"service": "pay", "x": "1"}, severity=Severity.CRITICAL)), NOW
    )
    pay = matchers("service=pay")
    assert engine.propose_many(MassAct.RESOLVE, pay, None, LIN, "c", NOW).alerts == (1, 3)
    worst = engine.propose_many(MassAct.RESOLVE, pay, Severity.CRITICAL, LIN, "c", NOW)
    assert worst.alerts == (3,)
    nothing = engine.propose_many(MassAct.RESOLVE, matchers("service=x"), None, LIN, "c", NOW)
    assert (nothing.alerts, nothing.id) == ((), 0)


def test_case_44_many_are_done_in_batches(engine: Engine, store: Store) -> None:
    number = 2 * AT_ONCE + 5
    fire(engine, *(f"s{n}" for n in range(number)))
    shown = engine.propose_many(MassAct.RESOLVE, (), None, LIN, "oc_ops", NOW)
    assert engine.do_many(shown.id, WANG, "oc_ops", NOW).done == AT_ONCE
    with pytest.raises(InvalidTransitionError):
        engine.do_many(shown.id, LIN, "oc_ops", NOW)
    engine.sweep(later(seconds=1))
    assert list(states(store).values()).count(AlertState.RESOLVED) == 2 * AT_ONCE
    engine.sweep(later(seconds=2))
    assert set(states(store).values()) == {AlertState.RESOLVED}
    last = store.alerts.get(number)
    assert last is not None
    assert last.resolved_by is not None
    assert last.resolved_by.id == WANG.id
    engine.prune(later(days=31))
    assert store.mass_actions.get(shown.id) is None
