"""Errands are kept once a round, and change only as they stood."""

from dataclasses import replace
from datetime import timedelta

from bot.core.context import Event
from bot.core.errand import ErrandRun, ErrandState
from bot.store.store import Store
from tests.builders import LIN, NOW, later

RUN = ErrandRun(alert_id=7, key="hook:up", round_at=NOW, state=ErrandState.ASKED, at=NOW)


def test_there_is_one_for_each_round_and_only_one_claims_it(store: Store) -> None:
    with store.transaction():
        store.errands.add(RUN)
        store.errands.add(replace(RUN, state=ErrandState.OWED))
        store.errands.add(replace(RUN, round_at=later(hours=1)))
    first, second = store.errands.of(7)
    assert (first, second.round_at) == (replace(RUN, id=first.id), later(hours=1))
    done = replace(
        first, state=ErrandState.DONE, told=Event.FIRING, by=LIN, at=later(minutes=1), outcome="up"
    )
    with store.transaction():
        assert store.errands.save(done, ErrandState.ASKED)
        assert not store.errands.save(first, ErrandState.ASKED)
    assert store.errands.get(first.id) == done
    assert store.errands.get(99) is None


def test_what_was_done_lately_cools_down_and_what_is_old_is_forgotten(store: Store) -> None:
    with store.transaction():
        store.errands.add(RUN)
        store.errands.add(replace(RUN, alert_id=8, key="sms", state=ErrandState.DECLINED))
    assert store.errands.cooling("hook:up", NOW - timedelta(seconds=1))
    assert not store.errands.cooling("hook:up", NOW)
    assert not store.errands.cooling("sms", NOW - timedelta(seconds=1))
    with store.transaction():
        assert store.errands.prune(NOW) == 0
        assert store.errands.prune(later(seconds=1)) == 2
    assert store.errands.of(7) == ()
