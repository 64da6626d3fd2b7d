"""Patterns are used as written or refused clearly; lines are found, never across line ends."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import PatternError
from watchers.matching.patterns import compiled
from watchers.matching.scanner import Scanner


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=x)y", "look-around"),
        (r"(a)\1", "back-reference"),
        ("a++", "possessive"),
        (r"\Aa", "start of the line"),
        ("(a", "missing )"),
        ("[z-a]", "character class"),
        ("a*", "empty text"),
        ("x|", "empty text"),
        ("(?-m:^a)", "switching off"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_a_reason(pattern: str, said: str) -> None:
    with pytest.raises(PatternError) as refused:
        compiled(pattern)
    assert said in refused.value.reason
    assert refused.value.pattern == pattern


def test_case_50_a_pattern_that_would_explode_elsewhere_runs_in_linear_time() -> None:
    scanner = Scanner(["(a+)+$"])
    assert list(scanner.hits(b"a" * 200_000 + b"!\nok\n")) == []


def test_patterns_stay_within_their_line() -> None:
    text = b"ERROR\nfoo\nERROR foo\n"
    assert [text[b:e] for b, e in Scanner([r"ERROR\s+foo"]).hits(text)] == [b"ERROR foo"]
    assert [text[b:e] for b, e in Scanner(["^foo$"]).hits(text)] == [b"foo"]


_LINE = st.text(alphabet="aEb 错\t", max_size=6)
_PATTERN = st.sampled_from(
    ["E", "^a", "b$", r"\bE\b", "a.b", "[^a]E", r"\s+E", "(?i)e.?错", "aa|bb", "错+"]
)


@given(st.lists(_LINE, max_size=12), st.lists(_PATTERN, min_size=1, max_size=6, unique=True))
def test_hits_are_what_plain_re_finds_line_by_line(lines: list[str], patterns: list[str]) -> None:
    scanner = Scanner(patterns)
    text = "".join(line + "\n" for line in lines).encode()
    found = [text[begin:end].decode() for begin, end in scanner.hits(text)]
    each = [re.compile(pattern, re.ASCII) for pattern in patterns]
    assert found == [line for line in lines if any(p.search(line) for p in each)]
    for line in found:
        matched = tuple(i for i, p in enumerate(each) if p.search(line))
        assert scanner.matching(line.encode()) == matched
