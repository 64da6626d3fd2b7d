"""Series of numbers: spans they are taken together in, and what a point says."""

from datetime import timedelta

import pytest

from bot.core.numbers import NumberPoint, Roll, labels_text, roll_for
from tests.builders import NOW, later


def test_a_span_begins_at_a_round_time() -> None:
    at = later(hours=1, minutes=2, seconds=37, microseconds=5)
    assert Roll.TEN_SECONDS.begin(at) == later(hours=1, minutes=2, seconds=30)
    assert Roll.MINUTE.begin(at) == later(hours=1, minutes=2)
    assert Roll.HOUR.begin(at) == later(hours=1)
    assert Roll.HOUR.begin(NOW) == NOW


@pytest.mark.parametrize(
    ("span", "roll"),
    [
        (timedelta(minutes=30), Roll.TEN_SECONDS),
        (timedelta(hours=24), Roll.MINUTE),
        (timedelta(days=7), Roll.HOUR),
    ],
)
def test_what_is_asked_for_is_kept_for_as_long(span: timedelta, roll: Roll) -> None:
    assert roll_for(span) is roll
    assert span <= roll.kept


def test_a_point_knows_its_mean_and_quantiles_within_what_it_saw() -> None:
    bare = NumberPoint(at=NOW, count=4, total=10.0, low=1.0, high=4.0)
    assert (bare.mean, bare.quantile(0.9)) == (2.5, 2.5)
    one = NumberPoint(at=NOW, count=1, total=7.0, low=7.0, high=7.0, bins=((1, 98, 1),))
    assert one.quantile(0.5) == 7.0


def test_the_same_labels_are_the_same_text() -> None:
    assert labels_text({"b": "支付", "a": "1"}) == labels_text({"a": "1", "b": "支付"})
