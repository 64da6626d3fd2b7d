"""Series of fields: what makes them the same, and how long what is known of them is kept."""

from datetime import timedelta

from bot.core.fields import FieldSeries, NumberStep, ValueStep
from watchers.finding import Severity


def test_a_series_is_the_same_by_what_it_is_of() -> None:
    one = FieldSeries(field="user", rules=("a", "b"), labels={"service": "pay", "host": "x"})
    same = FieldSeries(
        id=7, field="user", rules=("b", "a"), labels={"host": "x", "service": "pay"}, numeric=True
    )
    assert one.name == same.name
    assert len(one.name) == 32
    others = (
        FieldSeries(field="path", rules=one.rules, labels=one.labels),
        FieldSeries(field="user", rules=("a",), labels=one.labels),
        FieldSeries(field="user", rules=one.rules, labels={}),
        FieldSeries(field="user", rules=one.rules, labels=one.labels, severity=Severity.HIGH),
    )
    assert len({one.name, *(other.name for other in others)}) == 5


def test_what_is_coarser_is_kept_longer() -> None:
    assert [step.kept for step in ValueStep] == [timedelta(hours=26), timedelta(days=14)]
    kept = [step.kept for step in NumberStep]
    assert kept == sorted(kept)
    assert kept[0] == timedelta(hours=6)
