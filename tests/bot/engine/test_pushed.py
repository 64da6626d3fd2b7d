"""What others push lives the life of an alert: it counts once, lasts, and is over when they say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import Alert, AlertState
from bot.core.pushed import Push, sender_of
from bot.core.trace import Reason
from bot.core.why import Why
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.cards.alert import alert_card
from bot.ingest.pushed import Pushed, finding_of
from bot.ingest.sender import Sender, SenderKind
from bot.store.store import Store
from tests.bot.feishu.samples import reader
from tests.builders import LIN, NOW, later

PROM = Sender(name="prom", kind=SenderKind.ALERTMANAGER)
DOWN = Pushed(rule="Down", severity="warning", labels={"job": "pay", "instance": "a:9100"})


@pytest.fixture
def engine(store: Store) -> Engine:
    return Engine(store, Terms(), lambda: None)


def push(engine: Engine, pushed: Pushed, key: str = "", **span: float) -> bool:
    finding = finding_of(pushed, PROM, later(**span))
    keys = (key,) if key else ()
    return engine.pushed(Push(sender="prom", keys=keys, findings=(finding,)), later(**span))


def alert(store: Store, number: int = 1) -> Alert:
    found = store.alerts.get(number)
    assert found is not None
    return found


def test_a_pushed_alert_lasts_until_its_sender_says_it_is_over(
    engine: Engine, store: Store
) -> None:
    push(engine, DOWN)
    push(engine, DOWN, minutes=5)  # the group is told again: no news
    engine.sweep(later(hours=5))

    one = alert(store)
    assert (one.agent, sender_of(one.agent), one.count) == ("push:prom", "prom", 1)
    assert (one.labels["service"], one.labels["host"]) == ("pay", "a")
    assert one.state is AlertState.FIRING
    push(engine, DOWN, hours=7)
    assert alert(store).count == 2  # it is known to last
    push(engine, replace(DOWN, over=True), hours=8)

    assert alert(store).state is AlertState.RESOLVED
    assert store.alerts.transitions(1, 9)[-1].why is Why.RECOVERED
    push(engine, DOWN, hours=8, minutes=5)
    assert (alert(store).state, alert(store).reopened) == (AlertState.FIRING, 1)
    push(engine, DOWN, hours=8, minutes=6)
    assert alert(store).count == 3
    engine.resolve(1, LIN, later(hours=8, minutes=7))  # somebody believes that it is over
    push(engine, DOWN, hours=8, minutes=8)
    assert (alert(store).state, alert(store).count) == (AlertState.FIRING, 4)


def test_without_news_for_long_it_is_over_by_the_clock_alone(engine: Engine, store: Store) -> None:
    push(engine, DOWN)
    engine.sweep(later(hours=24, seconds=1))
    assert alert(store).state is AlertState.RESOLVED


def test_what_is_over_there_ends_only_the_alert_with_just_these_labels(
    engine: Engine, store: Store
) -> None:
    wider = replace(DOWN, labels={**DOWN.labels, "disk": "sda"})
    push(engine, wider)
    push(engine, DOWN)
    push(engine, replace(DOWN, over=True), minutes=1)
    assert [alert(store, n).state.open for n in (1, 2)] == [True, False]
    push(engine, replace(DOWN, over=True, at_least=True, labels={"disk": "sda"}), minutes=2)
    assert not alert(store, 1).state.open


def test_a_known_request_changes_nothing_and_all_of_its_keys_are_known_then(
    engine: Engine, store: Store
) -> None:
    assert push(engine, DOWN, "k")
    assert not push(engine, replace(DOWN, title="news"), "k", minutes=1)
    assert alert(store).count == 1
    assert engine.pushed(Push(sender="prom", keys=("a", "b")), NOW)
    assert not engine.pushed(Push(sender="prom", keys=("c", "b")), NOW)
    assert not engine.pushed(Push(sender="prom", keys=("c",)), NOW)


def test_of_the_same_request_in_many_workers_at_once_one_counts(
    engine: Engine, store: Store
) -> None:
    def one(_: int) -> bool:
        try:
            return engine.pushed(Push(sender="prom", keys=("same",)), NOW)
        finally:
            store.disconnect()

    with ThreadPoolExecutor(8) as workers:
        assert sorted(workers.map(one, range(8))) == [False] * 7 + [True]


def test_hostile_words_of_others_are_kept_and_shown(engine: Engine, store: Store) -> None:
    bad = "\x00\ud800<at id=all></at>" * 200
    labels = {bad: bad, "": "x", "service": bad}
    links = {bad: "https://a.example/", "b": "javascript:alert(1)"}
    hostile = Pushed(rule=bad, title=bad, message=bad, labels=labels, links=links)
    push(engine, hostile)
    push(engine, replace(hostile, over=True), minutes=1)

    assert not alert(store).state.open
    view = Views(store, (), NOW, "1").alert(1, NOW)
    assert view is not None
    drawn = str(alert_card(view, reader()))
    assert "javascript" not in drawn
    assert "https://a.example/" in drawn


def test_why_names_who_pushed_it(engine: Engine, store: Store) -> None:
    push(engine, DOWN)
    engine.acknowledge(1, LIN, later(minutes=1), timedelta(hours=1))
    trace = Views(store, (), NOW, "1").tracing.alert(1, NOW)
    assert trace is not None
    step = trace.steps[0]
    assert (step.reason, step.facts["sender"]) == (Reason.PUSHED, "prom")
    assert Reason.RULE_UNKNOWN not in [one.reason for one in trace.steps]
