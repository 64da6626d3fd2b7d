import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.masking import MARK, masked, masked_alert
from tests.builders import alert, sample


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 138-1234-5678 now", "call ▒▒▒ now"),
        ("+86 138 1234 5678", "▒▒▒"),
        ("card 6222021234567890123 declined", "card ▒▒▒ declined"),
        ("id 11010519491231002X", "id ▒▒▒"),
        ("mail lin.xiao+a@pay.example.com bounced", "mail ▒▒▒ bounced"),
        ("from 10.0.12.7:8080", "from ▒▒▒"),
        ("from fe80:0:0:0:1:2:3:4", "from ▒▒▒"),
        ("GET https://pay.example/u?id=7 failed", "GET ▒▒▒ failed"),
        ("postgresql://u:p@db/x", "▒▒▒"),
        ("request 9f86d081884c7d65 lost", "request ▒▒▒ lost"),
        ("order 20261123-0042", "order ▒▒▒"),
        ("用户13812345678登录失败", "用户▒▒▒登录失败"),
    ],
)
def test_case_24_what_a_content_check_looks_for_is_masked(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text", ["HTTP 502", "retry 3/3 exhausted", "Pool.java:214", "feedback", "14:03:07", "支付超时"]
)
def test_words_and_short_figures_stay(text: str) -> None:
    assert masked(text) == text


@given(st.text(alphabet="ab1 .-@:/+\n"))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@given(st.text())
def test_no_long_number_is_left(text: str) -> None:
    left = masked(text)
    assert not re.search(r"[0-9]{4}", left)


def test_a_long_line_is_masked_in_linear_time() -> None:
    assert len(masked("a.b-" * 5_000 + "1 " * 5_000)) > 0


def test_an_alert_keeps_what_it_is() -> None:
    full = alert(
        title="13812345678 declined",
        labels={"service": "pay"},
        annotations={"message": "mail a@b.example"},
        samples=(sample("card 6222021234567890123"),),
    )
    less = masked_alert(full)
    assert (less.id, less.count, less.labels) == (full.id, full.count, full.labels)
    assert less.title == f"{MARK * 3} declined"
    assert "a@b" not in less.annotations["message"]
    assert "6222" not in less.samples[0].text
