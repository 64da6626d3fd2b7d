"""Kinds of messages: listed as they are found, judged from the list, new ones in the digest."""

from typing import Any

import pytest

from bot.core.catalogue import Which
from bot.core.daily import Day
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.subscription import Wish
from bot.core.verdict import Verdict
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, report
from watchers.finding import Finding, Severity, TemplateCount

PAY = {"service": "pay"}


def of(name: str, *templates: str, hours: float = 0, **fields: Any) -> Finding:
    at = later(hours=hours)
    kinds = tuple(TemplateCount(id=one, text=f"{one} is full", count=1) for one in templates)
    usual = {"labels": PAY, "first_at": at, "seen_at": at, "count": len(kinds)}
    return finding(name, templates=kinds, **{**usual, **fields})


def test_noise_said_from_the_list_is_told_no_more_under_any_rule(
    engine: Engine, store: Store
) -> None:
    engine.report(report(of("a", "t1", severity=Severity.LOW)), NOW)
    kind = engine.judge_kind("t1", "", Verdict.NOISE, LIN, later(seconds=1))
    assert kind.judgement is not None
    assert kind.judgement.verdict is Verdict.NOISE
    engine.report(report(of("b", "t1", hours=1, rule="other")), later(hours=1))
    assert store.alerts.get(2) is None
    engine.report(report(of("c", "t1", "t2", hours=2, rule="other")), later(hours=2))
    assert store.alerts.get(2) is not None  # something else is among it
    (kind,) = store.catalogue.find("t1", "pay")
    assert kind.count == 3


def test_what_matters_is_high_at_least_until_that_is_forgotten(
    engine: Engine, store: Store
) -> None:
    engine.report(report(of("a", "t1", severity=Severity.LOW)), NOW)
    engine.judge_kind("t1", "pay", Verdict.MATTERS, LIN, NOW)
    engine.report(report(of("b", "t1", "t2", rule="x", severity=Severity.LOW)), later(seconds=9))
    found = store.alerts.get(2)
    assert found is not None
    assert found.severity is Severity.HIGH
    assert engine.judge_kind("t1", "pay", None, LIN, later(seconds=10)).judgement is None
    engine.report(report(of("c", "t1", rule="y", severity=Severity.LOW)), later(seconds=20))
    found = store.alerts.get(3)
    assert found is not None
    assert found.severity is Severity.LOW


def test_an_unknown_kind_and_a_repeated_verdict_are_refused(engine: Engine, store: Store) -> None:
    engine.report(report(of("a", "t1"), of("b", "t1", labels={"service": "cart"})), NOW)
    for name, service, reason in (
        ("t1", "", Refusal.UNKNOWN_TEMPLATE),
        ("t7", "pay", Refusal.UNKNOWN_TEMPLATE),
        ("t1", "pay", Refusal.NOTHING_CHANGES),
    ):
        with pytest.raises(InvalidTransitionError) as raised:
            engine.judge_kind(name, service, None, LIN, NOW)
        assert raised.value.reason is reason


def test_kinds_that_became_one_are_one_in_the_list(engine: Engine, views: Views) -> None:
    old, new = PAY | {"template": "t1"}, PAY | {"template": "t2"}
    engine.report(report(of("a", "t1", labels=old)), NOW)
    merged = of("b", "t2", hours=1, labels=new, formerly=(old,))
    engine.report(report(merged), later(hours=1))
    (found,) = views.catalogue(Which.ALL, "", 0, 9).rows
    assert (found.template, found.count, found.first_at) == ("t2", 2, NOW)


def test_the_digest_tells_new_kinds_of_lines_with_how_often(engine: Engine, views: Views) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(of("a", "t1")), later(hours=1))
    engine.report(report(of("b", "t1", hours=25), of("c", "t2", hours=25)), later(hours=25))
    day = Day(before=NOW, since=later(hours=24), until=later(hours=48))
    found = views.daily.day(chat(), day, later(hours=48))
    assert [(one.template, one.count) for one in found.fresh] == [("t2", 1)]
    assert found.fresh_total == 1
    early = Day(before=later(hours=-48), since=later(hours=-24), until=later(hours=2))
    assert views.daily.day(chat(), early, later(hours=2)).fresh == ()  # everything was new


def test_one_row_of_a_table_called_noise_silences_the_other_rows(
    engine: Engine, store: Store
) -> None:
    def row(name: str, template: str, text: str, hours: float) -> Finding:
        labels, said = PAY | {"template": template}, {"template": text}
        return of(name, hours=hours, labels=labels, annotations=said, count=1)

    engine.report(report(row("a", "t1", "debug enable......<*>", 0)), NOW)
    engine.judge(1, Verdict.NOISE, LIN, NOW)
    engine.report(report(row("b", "t2", "machine check.....<*>", 1)), later(hours=1))
    assert store.alerts.get(2) is None
    engine.report(report(row("c", "t3", "machine check: i-fetch", 2)), later(hours=2))
    assert store.alerts.get(2) is not None
