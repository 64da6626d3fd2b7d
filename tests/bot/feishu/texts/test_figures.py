"""Figures are short and never lie."""

from datetime import timedelta

import pytest

from bot.feishu.texts.en import EN
from bot.feishu.texts.figures import number, percent, seconds
from bot.feishu.texts.zh import ZH


@pytest.mark.parametrize(
    ("figure", "shown"),
    [(0, "0"), (0.25, "0.2"), (7, "7"), (12.6, "13"), (128, "128"), (1000, "1k"), (1234, "1.2k"),
     (18_432, "18.4k"), (118_000, "118k"), (3_100_000, "3.1M")],
)  # fmt: skip
def test_numbers_are_short(figure: float, shown: str) -> None:
    assert number(figure) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1.0, "100"), (0.9998, "99.98"), (0.999_999, "99.99"), (0.375, "37.5"), (0.0, "0")],
)
def test_shares_keep_a_loss_visible(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("figure", "shown"),
    [(0.0, "0 ms"), (0.012, "12 ms"), (0.84, "0.84 s"), (2.1, "2.1 s"), (45.0, "45 s")],
)
def test_latencies_are_short(figure: float, shown: str) -> None:
    assert seconds(figure, "ms", "s") == shown


def test_spans_name_their_two_largest_units() -> None:
    span = timedelta(days=3, hours=4, minutes=5)
    assert (ZH.format.span(span), EN.format.span(span)) == ("3 天 4 小时", "3 days 4 hr")
    assert ZH.format.span(timedelta(minutes=90)) == "1 小时 30 分钟"
    assert EN.format.span(timedelta()) == "0 sec"
