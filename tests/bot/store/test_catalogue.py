"""Kinds of messages, in either kind of database."""

from dataclasses import replace

import pytest

from bot.core.catalogue import Listed, Which
from bot.core.verdict import Judgement, Verdict
from bot.store.catalogue import Catalogue
from bot.store.store import Store
from tests.builders import LIN, NOW, later
from watchers.finding import Severity


def kind(template: str = "t1", service: str = "pay", hours: float = 0, count: int = 1) -> Listed:
    return Listed(
        subject=f"{template}/{service}",
        template=template,
        service=service,
        text=f"pool {template} of <*> is full\0",
        rule="error",
        severity=Severity.HIGH,
        count=count,
        first_at=later(hours=hours),
        last_at=later(hours=hours),
    )


def count(store: Store, *kinds: Listed) -> None:
    with store.transaction():
        store.catalogue.count(kinds)


def say(store: Store, subject: str, verdict: Verdict) -> None:
    with store.transaction():
        store.verdicts.keep(
            Judgement(subject=subject, verdict=verdict, template="pool", by=LIN, at=NOW)
        )


def names(store: Store, which: Which, service: str = "", offset: int = 0) -> list[str]:
    return [one.subject for one in store.catalogue.page(which, service, offset, 2).rows]


def test_what_is_found_again_is_counted_and_its_first_time_stays(store: Store) -> None:
    count(store, kind(count=2))
    count(store, kind(hours=1, count=3), kind("t2", hours=1))
    (found,) = store.catalogue.find("t1", "")
    assert (found.count, found.first_at, found.last_at) == (5, NOW, later(hours=1))
    assert "\0" not in found.text
    assert store.catalogue.find("t1", "cart") == ()


def test_the_list_is_read_by_pages_and_by_what_was_said(store: Store) -> None:
    count(store, kind(hours=3), kind("t2", hours=2), kind("t3", "cart", hours=1))
    count(store, kind("t3", "cart", hours=4))
    assert names(store, Which.ALL) == ["t3/cart", "t1/pay"]
    assert names(store, Which.ALL, offset=2) == ["t2/pay"]
    assert names(store, Which.NEW) == ["t1/pay", "t2/pay"]
    assert names(store, Which.ALL, "cart") == ["t3/cart"]
    say(store, "t1/pay", Verdict.NOISE)
    say(store, "t2/pay", Verdict.MATTERS)
    assert names(store, Which.NOISE) == ["t1/pay"]
    assert names(store, Which.MATTERS) == ["t2/pay"]
    assert names(store, Which.OPEN) == ["t3/cart"]
    page = store.catalogue.page(Which.ALL, "", 0, 1)
    assert (page.total, len(page.rows)) == (3, 1)
    (judged,) = store.catalogue.find("t1", "pay")
    assert judged.judgement is not None
    assert (judged.judgement.verdict, judged.judgement.by) == (Verdict.NOISE, LIN)
    with store.transaction():
        store.verdicts.forget("t1/pay")
    assert names(store, Which.NOISE) == []


def test_new_kinds_of_a_day_are_the_most_frequent_first_without_noise(store: Store) -> None:
    count(store, kind(), kind("t2", hours=1), kind("t3", hours=2, count=9), kind("t4", hours=3))
    say(store, "t2/pay", Verdict.NOISE)
    say(store, "t4/pay", Verdict.MATTERS)
    found = store.catalogue.begun(later(minutes=30), later(hours=4), 9)
    assert [one.template for one in found] == ["t3", "t4"]


def test_kinds_that_became_one_are_counted_as_that_one(store: Store) -> None:
    count(store, kind(count=2), kind("t2", hours=1, count=3), kind("t9", hours=2))
    with store.transaction():
        store.catalogue.join("t9/pay", ["t1/pay", "t2/pay", "t9/pay"])
        store.catalogue.join("t9/pay", ["t1/pay"])
    (found,) = store.catalogue.page(Which.ALL, "", 0, 9).rows
    assert (found.template, found.count, found.first_at) == ("t9", 6, NOW)


def test_their_number_is_bounded_and_what_was_not_seen_for_long_is_forgotten(
    store: Store,
) -> None:
    bounded = Catalogue(store._database, most=1)
    with store.transaction():
        bounded.count([kind(), kind("t2")])
        bounded.count([replace(kind(hours=1), count=4), kind("t3")])
    assert [(one.template, one.count) for one in bounded.page(Which.ALL, "", 0, 9).rows] == [
        ("t1", 5)
    ]
    with store.transaction():
        assert store.catalogue.prune(later(hours=2)) == 1
    assert names(store, Which.ALL) == []


@pytest.mark.parametrize("which", Which)
def test_an_empty_list_is_no_error(store: Store, which: Which) -> None:
    assert store.catalogue.page(which, "", 0, 5).total == 0
    assert store.catalogue.began() is not None
