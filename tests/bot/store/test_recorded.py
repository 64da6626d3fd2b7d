"""Recorded lines are found by their words and by their fields, however many came since."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from bot.core.lookup import Wish
from bot.store import recorded
from bot.store.database import Database
from bot.store.lookup_rows import RecordedFieldRow
from bot.store.store import Store
from tests.builders import NOW, finding, later, sample

NAMES = count()
LONG_AGO = NOW - timedelta(days=1)


def keep(store: Store, text: str, **fields: str | float) -> None:
    number = next(NAMES)
    one = finding(f"r{number}", samples=(replace(sample(text), fields=fields),))
    with store.transaction():
        store.recorded.keep([one], "h1", later(seconds=number))


def texts(store: Store, *wishes: Wish, words: str = "", limit: int = 9) -> list[str]:
    with store.transaction():
        found = store.recorded.search(words, None, LONG_AGO, limit, wishes)
    return [one.sample.text for one in found]


def more(field: str, op: str, number: float) -> Wish:
    return Wish(field=field, op=op, number=number)


def test_a_line_is_found_by_what_its_fields_are(store: Store) -> None:
    keep(store, "a", status=502, user="bob")
    keep(store, "b", status="404", user="ann")
    keep(store, "c", took_ms=float("inf"), user="bob")
    assert texts(store, Wish(field="user", op="=", value="bob")) == ["c", "a"]
    assert texts(store, Wish(field="status")) == ["b", "a"]
    assert texts(store, more("status", "=", 404.0)) == ["b"]
    assert (
        texts(store, more("status", ">=", 502)) == texts(store, more("status", ">", 404)) == ["a"]
    )
    assert (
        texts(store, more("status", "<", 502)) == texts(store, more("status", "<=", 404)) == ["b"]
    )
    both = (more("status", ">", 0), Wish(field="user", op="=", value="bob"))
    assert texts(store, *both) == ["a"]
    assert texts(store, *both, words="b") == texts(store, more("took_ms", ">", 0)) == []
    assert texts(store, Wish(field="user"), limit=2) == ["c", "b"]


def test_names_that_differ_far_behind_only_hinder_no_report(store: Store) -> None:
    keep(store, "long", **{"x" * 200: 1, "x" * 201: 2, "nul\0": 3, "nul": 4})
    assert texts(store, Wish(field="nul")) == ["long"]


def test_a_line_of_before_it_was_listed_by_fields_is_found_by_their_names(
    store: Store, database: Database
) -> None:
    keep(store, "old", status=502)
    keep(store, "other")
    with store.transaction():
        RecordedFieldRow.delete().execute(database)
    assert texts(store, more("status", ">", 1)) == ["old"]
    keep(store, "new", status=503)
    assert texts(store, more("status", ">", 1)) == ["new", "old"]


def test_what_is_forgotten_is_not_listed_any_more(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        keep(store, f"line {number}", n=number)
    monkeypatch.setattr(recorded, "MOST_ROWS", 2)
    with store.transaction():
        while store.recorded.prune(LONG_AGO):
            pass
        listed = RecordedFieldRow.select().where(RecordedFieldRow.field == "n").count(database)
    assert listed == 2
    assert texts(store) == texts(store, Wish(field="n")) == ["line 3", "line 2"]
    with store.transaction():
        while store.recorded.prune(later(days=9)):
            pass
        assert RecordedFieldRow.select().count(database) == 0
