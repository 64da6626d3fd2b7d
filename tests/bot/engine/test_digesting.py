"""The daily digest: whom it comes to, when, and what it says."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.core.daily import day_until
from bot.core.hours import Hours
from bot.core.matcher import Matcher
from bot.core.notification import Notification, Purpose
from bot.core.subscription import Language, Target, Ways, Wish
from bot.engine.daily import DailyView
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import DigestTerms, MuteTerms, Terms
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, report, sample
from watchers.finding import Severity

NINE = later(hours=21)
"""9:00 in Shanghai on the day after; `NOW` is noon there."""
TERMS = Terms(digest=DigestTerms(daily_at=time(9)), mutes=MuteTerms(daily_at=time(9)))


@pytest.fixture
def engine(store: Store) -> Engine:
    engine = Engine(store, TERMS, lambda: None)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    return engine


@pytest.fixture
def views(store: Store) -> Views:
    return Views(store, (), NOW, "0", TERMS)


def waiting(store: Store, now: datetime, *purposes: Purpose) -> list[Notification]:
    """What is owed by now for these purposes."""
    found = []
    with store.transaction():
        while (one := store.outbox.claim(now, now + timedelta(minutes=1), "me", ())) is not None:
            store.outbox.give_up(one, "", now)
            found.append(one)
    return [one for one in found if one.purpose in (purposes or (Purpose.DAILY,))]


def swept(engine: Engine, store: Store, now: datetime) -> list[Target]:
    """To whom a digest is owed by a sweep."""
    engine.sweep(now)
    return [one.target for one in waiting(store, now)]


def test_every_chat_that_subscribed_gets_it_once_at_the_configured_hour(
    engine: Engine, store: Store
) -> None:
    assert swept(engine, store, NOW) == []
    assert swept(engine, store, NINE - timedelta(seconds=1)) == []
    assert swept(engine, store, NINE) == [chat()]
    assert swept(engine, store, NINE + timedelta(seconds=1)) == []
    assert swept(engine, store, NINE + timedelta(days=1)) == [chat()]


def test_it_is_not_doubled_by_a_process_that_starts_anew(engine: Engine, store: Store) -> None:
    engine.sweep(NOW)
    assert swept(engine, store, NINE) == [chat()]
    for _ in range(2):
        assert swept(Engine(store, TERMS, lambda: None), store, later(hours=21, minutes=5)) == []


@pytest.mark.parametrize(("late", "comes"), [(5, True), (7, False)])
def test_who_was_away_at_the_hour_tells_late_but_not_much_later(
    engine: Engine, store: Store, late: int, *, comes: bool
) -> None:
    engine.sweep(NOW)
    engine.sweep(NINE + timedelta(hours=late))
    owed = waiting(store, NINE + timedelta(hours=late))
    assert bool(owed) is comes
    assert all(one.content["until"] == NINE.isoformat() for one in owed)
    assert swept(engine, store, NINE + timedelta(days=1)) == [chat()]


def test_a_chat_chooses_its_hour_and_zone_and_may_turn_it_off(engine: Engine, store: Store) -> None:
    engine.sweep(NOW)
    plan = engine.plan_digest(chat(), time(18), "Europe/Berlin", LIN, NOW)
    assert plan.due_at == later(hours=13)
    assert swept(engine, store, later(hours=13)) == [chat()]
    assert swept(engine, store, NINE) == []
    engine.plan_digest(chat(), None, "Europe/Berlin", WANG, NINE)
    assert swept(engine, store, later(days=3)) == []
    entries = store.audit.newest(2)
    assert [(one.action, one.after["at"]) for one in entries] == [
        ("digest", "off"),
        ("digest", "18:00 Europe/Berlin"),
    ]
    assert entries[0].before == {"at": "18:00 Europe/Berlin"}


def test_a_chat_without_a_subscription_can_have_it_until_it_is_lost(
    engine: Engine, store: Store
) -> None:
    engine.plan_digest(chat("quiet"), time(13), "Asia/Shanghai", LIN, NOW)
    assert swept(engine, store, later(hours=1)) == [chat("quiet")]
    engine.suspend(chat("quiet"), "the bot is out", later(hours=2))
    assert store.digests.get(chat("quiet")) is None


def test_a_chat_that_is_out_of_reach_gets_none_and_keeps_its_choice(
    engine: Engine, store: Store
) -> None:
    engine.plan_digest(chat(), time(13), "Asia/Shanghai", LIN, NOW)
    engine.suspend(chat(), "the bot is out", NOW)
    assert swept(engine, store, later(hours=1)) == []
    engine.resume(chat(), later(hours=2))
    assert swept(engine, store, later(days=1, hours=1)) == [chat()]


def test_the_hour_is_that_of_the_hours_of_the_chat(engine: Engine, store: Store) -> None:
    ways = Ways(hours=Hours(begins=time(8), ends=time(20), zone="Asia/Tokyo"))
    engine.subscribe(chat("tokyo"), Wish(ways=ways, language=Language.EN), LIN, NOW)
    engine.sweep(NOW)
    engine.sweep(later(hours=20))
    (owed,) = waiting(store, later(hours=20))
    assert (owed.target, owed.language, owed.content["zone"]) == (
        chat("tokyo"),
        Language.EN,
        "Asia/Tokyo",
    )


def test_chats_that_chose_nothing_follow_the_configuration_and_come_and_go(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat("team"), Wish(), LIN, NOW)
    engine.plan_digest(chat("team"), time(9), "Asia/Shanghai", LIN, NOW)
    engine.sweep(NOW)
    later_terms = replace(TERMS, digest=DigestTerms(daily_at=time(10)))
    changed = Engine(store, later_terms, lambda: None)
    changed.sweep(later(minutes=1))
    assert swept(changed, store, NINE) == [chat("team")]
    assert swept(changed, store, NINE + timedelta(hours=1)) == [chat()]
    changed.unsubscribe(chat(), None, LIN, NINE + timedelta(hours=2))
    changed.sweep(NINE + timedelta(hours=3))
    assert [one.target for one in store.digests.all()] == [chat("team")]
    never = Engine(store, replace(TERMS, digest=DigestTerms()), lambda: None)
    never.subscribe(chat(), Wish(), LIN, NINE)
    assert swept(never, store, NINE + timedelta(days=1)) == [chat("team")]


def test_the_list_of_mutes_comes_with_it_and_not_besides(engine: Engine, store: Store) -> None:
    engine.subscribe(chat("off"), Wish(), LIN, NOW)
    engine.plan_digest(chat("off"), None, "Asia/Shanghai", LIN, NOW)
    engine.mute(matchers("service=pay"), later(days=3), LIN, NOW)
    engine.sweep(NOW)
    engine.sweep(NINE)
    owed = waiting(store, NINE, Purpose.DAILY, Purpose.MUTES_TODAY)
    assert {(one.target, one.purpose) for one in owed} == {
        (chat(), Purpose.DAILY),
        (chat("off"), Purpose.MUTES_TODAY),
    }


def day(views: Views, now: datetime = NINE, where: Target = chat()) -> DailyView:  # noqa: B008
    return views.daily.day(where, day_until(NINE, "Asia/Shanghai"), now)


def found(name: str, records: int = 1, **fields: Any) -> Any:
    return report(
        finding(
            name, count=records, samples=(sample(f"ERROR pay: card {name} declined"),), **fields
        )
    )


def test_a_day_has_the_right_figures(engine: Engine, views: Views) -> None:
    order = {"service": "order"}
    engine.report(found("1", 10, labels=order), later(hours=-4))  # 8:00, of the day before
    engine.report(found("2", 3), later(hours=1))
    engine.acknowledge(2, LIN, later(hours=1, minutes=10))
    engine.resolve(2, LIN, later(hours=1, minutes=40))
    engine.report(found("3", 40, labels=order, severity=Severity.CRITICAL), later(hours=2))
    engine.report(found("4", 1, labels={"service": "low"}, severity=Severity.LOW), later(hours=2))
    engine.report(found("5", 5, seen_at=NINE), NINE + timedelta(minutes=1))
    here = day(views)
    assert here.opened == {Severity.HIGH: 1}
    assert here.opened_before == 1
    assert here.acknowledged is not None
    assert here.resolved is not None
    assert (here.acknowledged.count, here.acknowledged.mean) == (1, timedelta(minutes=10))
    assert (here.resolved.count, here.resolved.median) == (1, timedelta(minutes=40))
    assert (here.total, here.before) == (43, 10)
    assert [(one.name, one.count) for one in here.noisiest] == [("ERROR pay: card * declined", 43)]
    assert {(one.at, one.severity): one.count for one in here.hours} == {
        (later(hours=1), Severity.HIGH): 3,
        (later(hours=2), Severity.CRITICAL): 40,
    }
    assert here.open == {Severity.CRITICAL: 1, Severity.HIGH: 1}
    assert [one.severity for one in here.worst] == [Severity.CRITICAL, Severity.HIGH]
    assert not here.quiet


def test_what_grew_much_is_said_once_there_is_a_day_to_compare_with(
    engine: Engine, views: Views, store: Store
) -> None:
    store._database.execute_sql(
        f"UPDATE migrations SET applied_at = {int(later(days=-9).timestamp() * 1e6)}"  # noqa: S608
    )
    for service, before, now in (("pay", 5, 50), ("order", 40, 70), ("few", 1, 9)):
        labels = {"service": service}
        engine.report(found(f"{service}1", before, labels=labels), later(hours=-4))
        engine.report(found(f"{service}2", now, labels=labels), later(hours=1))
    here = day(views)
    assert here.compares
    assert [(one.name, one.count, one.before) for one in here.grown] == [("pay", 50, 5)]


@pytest.mark.parametrize("wanted", [(), matchers("service=pay")])
def test_what_is_open_is_of_the_chat_and_says_what_of_it_is_muted(
    engine: Engine, views: Views, wanted: tuple[Matcher, ...]
) -> None:
    there = chat("there")
    engine.subscribe(there, Wish(matchers=wanted), LIN, NOW)
    for number in range(4):
        labels = {"service": "pay", "n": str(number)}
        engine.report(found(str(number), labels=labels), later(hours=1, minutes=number))
    engine.report(found("o", labels={"service": "order"}), later(hours=2))
    engine.mute(matchers("n=0"), later(days=3), LIN, later(hours=2))
    engine.mute(matchers("service=gone"), later(days=3), LIN, later(hours=2), chat="oc_there")
    here = day(views, where=there)
    assert sum(here.open.values()) == (4 if wanted else 5)
    assert here.muted == 1
    assert len(here.worst) == 3
    assert sorted(one.hits for one in here.mutes) == [0, 1]


def test_a_day_without_anything_is_quiet(views: Views, engine: Engine) -> None:
    assert day(views).quiet
    assert views.daily.plan(chat()).clock == time(9)
    assert views.daily.plan(chat("stranger")).clock is None
