"""A pasted line becomes a rule that finds it and its like, and nothing plainly different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.proposal import propose, severity_of
from bot.core.rule import LONGEST_PATTERN, Verdict, verdict
from watchers.finding import Severity
from watchers.matching.patterns import compiled

LINES = {
    "ERROR pay: card 8841 declined after 3021 ms": (
        "ERROR pay: card 17 declined after 2.5 ms",
        "ERROR pay: cart 8841 declined after 3021 ms",
    ),
    "2026-11-23 09:12:01,123 ERROR order 99 failed (ip 10.0.0.7:8443)": (
        "2025-01-02 23:00:59,001 ERROR order 1 failed (ip 192.168.1.200:1)",
        "2026-11-23 09:12:01,123 ERROR order 99 shipped (ip 10.0.0.7:8443)",
    ),
    '{"ts":"2026-11-23T09:12:01Z","level":"error","msg":"card declined","user":"al","ms":3}': (
        '{"ts":"2027-01-01T00:00:00Z","level":"error","msg":"card declined","user":"bo","ms":9}',
        '{"ts":"2026-11-23T09:12:01Z","level":"error","msg":"card stolen","user":"al","ms":3}',
    ),
    "level=error msg=declined card=8841 user='' trace=4bf92f3577b34da6 took=30ms": (
        "level=error msg=declined card=2 user='' trace=00f067aa0ba902b7 took=1ms",
        "level=info msg=declined card=8841 user='' trace=4bf92f3577b34da6 took=30ms",
    ),
    "Nov 23 09:12:01 web-03 sshd[2211]: Failed password from 203.0.113.9 port 51122 ssh2": (
        "Nov  1 00:00:00 web-04 sshd[1]: Failed password from 10.0.0.1 port 1 ssh2",
        "Nov 23 09:12:01 web-03 sshd[2211]: Accepted password from 203.0.113.9 port 51122 ssh2",
    ),
    '10.0.0.1 - - [23/Nov/2026:09:12:01 +0800] "GET /api/pay HTTP/1.1" 502 157': (
        '10.9.9.9 - - [01/Dec/2026:00:00:00 +0800] "GET /api/pay HTTP/1.1" 502 9',
        '10.0.0.1 - - [23/Nov/2026:09:12:01 +0800] "GET /api/cart HTTP/1.1" 502 157',
    ),
    "支付失败\t订单 88123 用户 u_12 超时 3秒": (
        "支付失败 订单 5 用户 u_9 超时 12秒",
        "支付成功 订单 88123 用户 u_12 超时 3秒",
    ),
    "OutOfMemoryError at 0x7f3a for bob@example.com in 4bf92f35-77b3-4da6-a3ce-929d0e0e4736": (
        "OutOfMemoryError at 0x1 for a@b.cn in 00000000-77b3-4da6-a3ce-929d0e0e4736",
        "StackOverflow at 0x7f3a for bob@example.com in 4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
    ),
    r"a\1 (?=x) [foo] {bar}++ $^ end* 3bad=1 3": (
        r"a\2 (?=x) [foo] {bar}++ $^ end* 3bad=7 4",
        r"a\1 (?=x) [foo] {baz}++ $^ end* 3bad=1 3",
    ),
    "queue depth depth 12 depth 13 error 5 _9= 7": (
        "queue depth depth 1 depth 2 error 3 _9= 9",
        "queue length depth 12 depth 13 error 5 _9= 7",
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_it_finds_the_line_and_its_like_and_nothing_else(line: str) -> None:
    alike, different = LINES[line]
    made = propose(f"\n  {line}\n    at com.example.Trace\n")
    assert made is not None
    judge = [verdict(made.pattern, "", "", one) for one in (line, alike, different)]
    assert judge == [Verdict.MATCHES, Verdict.MATCHES, Verdict.NO_MATCH]
    assert len(set(made.fields)) == len(made.fields)


def test_fields_are_called_by_their_keys_or_the_word_before_them() -> None:
    made = propose(
        "ERROR pay: card 8841 declined after 3021 ms user=al ip 10.0.0.7 level=error status=502"
    )
    assert made is not None
    assert made.fields == ("card", "duration", "user", "ip", "status")
    assert made.template == (
        "ERROR pay: card <number> declined after <duration> ms user=<user> ip <ip> level=error"
        " status=<number>"
    )
    assert made.name == "pay-card-declined"


@pytest.mark.parametrize("line", ["", "  \n ", "8841 3021", "a 1", "-- 12:00:01 --"])
def test_of_no_words_no_rule_is_made(line: str) -> None:
    assert propose(line) is None


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("FATAL: no space left", Severity.CRITICAL),
        ("服务崩溃", Severity.CRITICAL),
        ("java.lang.IllegalStateException: no", Severity.HIGH),
        ("connection refused", Severity.HIGH),
        ("WARN slow query", Severity.MEDIUM),
        ("request timed out", Severity.MEDIUM),
        ("NOTICE rotated", Severity.LOW),
        ("INFO started", Severity.INFO),
        ("something else", Severity.MEDIUM),
        ("terror and informal", Severity.MEDIUM),
    ],
)
def test_severity_comes_from_the_words(line: str, severity: Severity) -> None:
    assert severity_of(line) is severity


def test_a_name_of_nothing_but_long_or_dull_words_is_a_plain_one() -> None:
    made = propose("error: " + "x" * 60)
    assert made is not None
    assert made.name == "watched"
    short = propose("declined " + "y" * 60)
    assert short is not None
    assert short.name == "declined"


def test_a_line_without_end_makes_a_pattern_with_one() -> None:
    for line in ("[" * 1900 + "abc", "word " * 500, "w" * 990 + " 12345", "abc " + "12 " * 400):
        made = propose(line)
        if made is not None:
            assert len(made.pattern) <= LONGEST_PATTERN
            assert verdict(made.pattern, "", "", line) is Verdict.MATCHES


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from(list("aeErR 019.:-_=\"'{}[]()\\/+*?^$|#@,;\t")),
            st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
        ),
        max_size=120,
    )
)
def test_whatever_is_pasted_is_found_by_what_is_proposed(line: str) -> None:
    made = propose(line)
    if made is not None:
        compiled(made.pattern)
        assert verdict(made.pattern, "", "", made.line) is Verdict.MATCHES
        assert verdict(made.pattern, "", "", "QQQQ") is Verdict.NO_MATCH
