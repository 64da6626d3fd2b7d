"""Patterns are used as written or refused clearly; lines are found, never across line ends."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchers.errors import PatternError
from watchers.matching.automaton import Re2Automaton, build
from watchers.matching.patterns import compiled, matcher
from watchers.matching.scanner import Scanner
from watchers.matching.syntax import UnknownSyntaxError, parsed
from watchers.matching.triggers import slices


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
    assert list(scanner.lines(b"a" * 200_000 + b"!\nok\n")) == []


def test_patterns_stay_within_their_line() -> None:
    text = b"ERROR\nfoo\nERROR foo\n"
    assert [text[b:e] for b, e, _ in Scanner([r"ERROR\s+foo"]).lines(text)] == [b"ERROR foo"]
    assert [text[b:e] for b, e, _ in Scanner(["^foo$"]).lines(text)] == [b"foo"]


_LINE = st.text(alphabet="aEb 错\t", max_size=6)
_PATTERN = st.sampled_from(
    ["E", "^a", "b$", r"\bE\b", "a.b", "[^a]E", r"\s+E", "(?i)e.?错", "aa|bb", "错+"]
)


@given(st.lists(_LINE, max_size=12), st.lists(_PATTERN, min_size=1, max_size=6, unique=True))
def test_hits_are_what_plain_re_finds_line_by_line(lines: list[str], patterns: list[str]) -> None:
    scanner = Scanner(patterns)
    text = "".join(line + "\n" for line in lines).encode()
    found = [text[begin:end].decode() for begin, end, _ in scanner.lines(text)]
    each = [re.compile(pattern, re.ASCII) for pattern in patterns]
    assert found == [line for line in lines if any(p.search(line) for p in each)]
    for line in found:
        matched = tuple(i for i, p in enumerate(each) if p.search(line))
        assert scanner.matching(line.encode()) == matched


_PLAIN = [
    *"aEk错=.^$",
    "foo",
    "ERROR",
    "err",
    r"\.",
    r"\d",
    r"\w",
    r"\s",
    r"\S",
    r"\W",
    r"\b",
    r"\B",
]
_CLASSES = ["[^a]", "[a-k]", "[错a]", "[^错]", "[[:alpha:]]", r"[\d.-]", "[]a]"]
_ATOMS = st.sampled_from([*_PLAIN, *_CLASSES])
_TIMES = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "*?", "{0,2}", "{2,}", "{70}"])
_GROUPS = st.sampled_from(["(", "(?:", "(?i:", "(?P<n>", "(?-i:"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = st.tuples(st.one_of(_ATOMS, inner), _TIMES).map("".join)
    row = st.lists(one, min_size=1, max_size=4).map("".join)
    either = st.lists(row, min_size=1, max_size=3).map("|".join)
    return st.tuples(_GROUPS, either).map(lambda parts: f"{parts[0]}{parts[1]})")


_GROWN = st.tuples(st.sampled_from(["", "(?i)"]), st.recursive(_ATOMS, _grown, max_leaves=8))
_WILD = st.lists(
    st.text(alphabet="abEkS错é \tx1-=\u212a\ufffd", max_size=6)
    | st.sampled_from(["ERROR foo", "error=foo.", "a错foo\r", "foo" * 30]),
    max_size=8,
)


def _usable(pattern: str) -> bool:
    try:
        compiled(pattern)
    except PatternError:
        return False
    return True


@given(
    st.lists(_GROWN.map("".join).filter(_usable), min_size=1, max_size=5),
    st.lists(_WILD, min_size=1, max_size=3),
)
def test_the_block_automaton_finds_exactly_what_each_line_matches(
    patterns: list[str], texts: list[list[str]]
) -> None:
    scanner = Scanner(patterns, large=0)
    each = [compiled(pattern) for pattern in patterns]
    for lines in texts:
        wanted = [
            (line.encode(), rules)
            for line in lines
            if (rules := tuple(i for i, p in enumerate(each) if p.search(line.encode())))
        ]
        text = "".join(line + "\n" for line in lines).encode()
        assert [(text[b:e], rules) for b, e, rules in scanner.lines(text)] == wanted


@given(
    st.lists(_GROWN.map("".join).filter(_usable), min_size=1, max_size=5),
    st.lists(_WILD, min_size=1, max_size=3),
)
@example([r"foo1{2,}", r"a+foo1{2,3}", r"1{9,}foo", r"^1*foo1+$"], [["afoo11", "foo1", "foo111"]])
@example([r"1{9,}foo", r"1{8,}foo", "x1{2,}foo"], [["1" * 8 + "foo", "1" * 9 + "foo", "x11foo"]])
def test_no_line_that_matches_lacks_its_slice(patterns: list[str], texts: list[list[str]]) -> None:
    for pattern in patterns:
        try:
            shape, regexp = parsed(pattern), compiled(pattern)
        except UnknownSyntaxError:
            continue
        found = {} if shape.odd else slices(shape.tree)
        if not found:
            continue
        automaton = build(list(enumerate(found)))
        for line in {line.encode() for lines in texts for line in lines}:
            ends = automaton.ends(line)
            matches = regexp.search(line) is not None
            assert ends or not matches
            exact = shape.exact and any(list(found.values())[number] for _, number in ends)
            assert matches or not exact


@pytest.mark.parametrize("large", [0, 1 << 30], ids=["Hyperscan", "RE2"])
def test_what_no_automaton_takes_is_confirmed_line_by_line(large: int) -> None:
    patterns = [r"(?<!no )ERROR", r"user=(\w+) .*\1 denied", "^(?!.*health).*5\\d\\d", "(?>a+)b"]
    scanner = Scanner(patterns, large=large)
    text = b"no ERROR\nan ERROR\nuser=lin x lin denied\nuser=lin bob denied\n"
    text += b"health 503\nget 503\naab\n"
    found = [(text[b:e].decode(), rules) for b, e, rules in scanner.lines(text)]
    assert found == [
        ("an ERROR", (0,)),
        ("user=lin x lin denied", (1,)),
        ("get 503", (2,)),
        ("aab", (3,)),
    ]
    assert scanner.matching(b"get 502 ERROR") == (0, 2)


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+(?=b)", r"(?!q)(x+x+)+y", r"^(([a-z])+.)+[A-Z]([a-z])+(?!q)$"],
)
def test_a_pattern_that_explodes_is_refused_with_a_line_that_shows_it(pattern: str) -> None:
    with pytest.raises(PatternError, match="explodes on lines such as"):
        matcher(pattern)


def test_a_pattern_that_matches_everywhere_does_not_fill_the_memory() -> None:
    text = b"xy" * 400_000 + b"\n" + b"ERROR\n"
    found = [(b, e, rules) for b, e, rules in Scanner(["ERROR", "x|y"]).lines(text)]
    assert found == [(0, 800_000, (1,)), (800_001, 800_006, (0,))]


def test_a_slice_that_is_in_every_line_is_given_up_for_the_whole_pattern() -> None:
    text = b"".join(b"status=%d bytes=%d\n" % (200 + i % 4 * 100, i) for i in range(8000))
    scanner = Scanner([r"status=.*bytes=\d*77$"])
    wanted = [line for line in text.split(b"\n") if line.endswith(b"77")]
    for _ in range(3):
        assert [text[b:e] for b, e, _ in scanner.lines(text)] == wanted


def test_without_hyperscan_re2_finds_the_same() -> None:
    expressions = [(0, rb"ERROR\x20[\x30-\x39]"), (1, b"(?i:err)"), (2, rb"^x")]
    text = b"ERROR 5\nxERR\n\nx\nno\n"
    lines = [text.count(b"\n", 0, end) for end, _ in Re2Automaton(expressions).ends(text)]
    assert lines == [0, 0, 1, 1, 3]
    found = {(text.count(b"\n", 0, end), at) for end, at in build(expressions).ends(text)}
    assert found == {(0, 0), (0, 1), (1, 1), (1, 2), (3, 2)}
