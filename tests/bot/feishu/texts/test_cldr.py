"""Spans, dates, lists and counts read as people of each language write them."""

from datetime import date, timedelta

import pytest

from bot.feishu.texts.cldr import many
from bot.feishu.texts.en import EN
from bot.feishu.texts.zh import ZH


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 sec"),
        (1800, "30 分钟", "30 min"),
        (5400, "1 小时 30 分钟", "1 hr 30 min"),
        (86400, "1 天", "1 day"),
        (3 * 86400 + 4 * 3600 + 59, "3 天 4 小时", "3 days 4 hr"),
    ],
)
def test_spans_name_their_two_largest_units(seconds: int, zh: str, en: str) -> None:
    length = timedelta(seconds=seconds)
    assert (ZH.format.span(length), EN.format.span(length)) == (zh, en)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (-5, "刚刚", "just now"),
        (20, "刚刚", "just now"),
        (60, "1 分钟前", "1 minute ago"),
        (7200, "2 小时前", "2 hours ago"),
        (3 * 86400, "3 天前", "3 days ago"),
    ],
)
def test_what_was_is_told_by_how_long_ago(seconds: int, zh: str, en: str) -> None:
    length = timedelta(seconds=seconds)
    assert (ZH.format.ago(length), EN.format.ago(length)) == (zh, en)


def test_days_are_named_with_the_year_where_it_is_another_one() -> None:
    day = date(2026, 11, 3)
    assert (ZH.format.this_year(day), EN.format.this_year(day)) == ("11月3日", "Nov 3")
    assert (ZH.format.other_year(day), EN.format.other_year(day)) == (
        "2026年11月3日",
        "Nov 3, 2026",
    )


def test_lists_are_joined_as_sentences_do() -> None:
    items = ["林晓", "王芳", "Bob"]
    assert (ZH.format.listing(items), EN.format.listing(items)) == (
        "林晓、王芳和Bob",
        "林晓, 王芳, and Bob",
    )
    assert (ZH.format.listing([]), EN.format.listing(["Bob"])) == ("", "Bob")


def test_nouns_go_with_their_counts() -> None:
    said = [many(count, "alert") for count in (0, 1, 2, 12_000)]
    assert said == ["0 alerts", "1 alert", "2 alerts", "12,000 alerts"]
