"""Records: a trace stays with its line, however the text comes in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.blocks.alone import AloneLines
from watchers.blocks.looks import Looks
from watchers.matching.scanner import Scanner
from watchers.parsers.interleaved import InterleavedCutter
from watchers.parsers.multiline import Joined, Shape, Traces
from watchers.parsers.records import RecordCutter
from watchers.record import Record

JAVA = (
    "2026-11-23 10:00:00 ERROR pay failed\n"
    "java.sql.SQLException: ERROR in query\n"
    "\tat a.b.C.d(C.java:1)\n"
    "\tSuppressed: x.y.ZException: closed\n"
    "Caused by: java.net.SocketTimeoutException: TIMEOUT\n"
    "\t... 12 more\n"
)
PYTHON = (
    "2026-11-23 10:00:01 ERROR job failed\n"
    "Traceback (most recent call last):\n"
    '  File "a.py", line 1, in f\n'
    "    g()\n"
    "KeyError: 'ERROR'\n"
    "\n"
    "During handling of the above exception, another exception occurred:\n"
    "\n"
    "Traceback (most recent call last):\n"
    '  File "a.py", line 3, in f\n'
    "ValueError: bad\n"
)
GO = (
    "panic: ERROR runtime error\n"
    "\n"
    "goroutine 1 [running]:\n"
    "main.f(0x1)\n"
    "\t/src/a.go:3 +0x1d\n"
    "main.main()\n"
    "\t/src/a.go:9 +0x1d\n"
    "exit status 2\n"
)
NODE = (
    "ERROR TypeError: x is not a function\n"
    "    at f (/srv/a.js:1:2)\n"
    "    at node:internal/main:1 {\n"
    "  code: 'ERROR'\n"
    "}\n"
)
QUIET = "2026-11-23 10:00:02 INFO fine\n"
PLAIN = "2026-11-23 10:00:02 ERROR plain\n"


RUBY = (
    "E, [2026-11-23T10:00:00 #1] ERROR -- : divided by 0 (ZeroDivisionError)\n"
    "/srv/app/pay.rb:3:in `/'\n"
    "/srv/app/pay.rb:3:in `<main>'\n"
)
DOTNET = (
    "2026-11-23 10:00:00.123 +08:00 [ERROR] Request failed\n"
    "System.InvalidOperationException: no\n"
    " ---> System.Data.DataException: inner\n"
    "   at Shop.Pay.Charge() in /src/Pay.cs:line 12\n"
    "   --- End of inner exception stack trace ---\n"
    "   at Shop.Program.Main()\n"
)
PHP = (
    "[23-Nov-2026 10:00:00 UTC] PHP Fatal ERROR:  Uncaught Exception: no in /srv/a.php:3\n"
    "Stack trace:\n"
    "#0 /srv/a.php(7): f()\n"
    "#1 {main}\n"
    "  thrown in /srv/a.php on line 3\n"
)
RUST = (
    "thread 'ERROR' panicked at src/main.rs:2:5:\n"
    "index out of bounds\n"
    "stack backtrace:\n"
    "   0: rust_begin_unwind\n"
    "             at /rustc/std/src/panicking.rs:645:5\n"
    "note: run with `RUST_BACKTRACE=full` environment variable\n"
)
TRACES = [JAVA, PYTHON, GO, NODE, RUBY, DOTNET, PHP, RUST]
NAMES = ["java", "python", "go", "node", "ruby", "dotnet", "php", "rust"]


def cut(*texts: str, shape: Shape | None = None, most_lines: int = 40) -> list[Record]:
    scanner = Scanner(["ERROR|^Traceback"])
    return fed(RecordCutter(scanner.lines, scanner.matching, shape, most_lines), *texts)


def cut_by_key(*texts: str, key: str, shape: Shape | None = None) -> list[Record]:
    scanner = Scanner(["ERROR|^Traceback"])
    return fed(InterleavedCutter(scanner.lines, scanner.matching, shape or Traces(), key), *texts)


def fed(cutter: RecordCutter | InterleavedCutter, *texts: str) -> list[Record]:
    records: list[Record] = []
    base = 0
    for text in texts:
        raw = text.encode()
        records += cutter.feed(raw, 0, lambda at, base=base: base + at)
        base += len(raw)
    return [*records, *cutter.close()]


@pytest.mark.parametrize("trace", TRACES, ids=NAMES)
def test_a_trace_is_one_record_with_its_line(trace: str) -> None:
    records = cut(QUIET + trace + QUIET + trace + PLAIN)
    assert [(r.offset, r.end) for r in records] == [
        (len(QUIET), len(QUIET + trace)),
        (len(QUIET + trace + QUIET), len((QUIET + trace) * 2)),
        (len((QUIET + trace) * 2), len((QUIET + trace) * 2 + PLAIN)),
    ]
    assert b"\n".join(records[0].lines).decode() == trace.rstrip("\n")


@given(st.lists(st.sampled_from([*TRACES, QUIET, PLAIN]), max_size=5), st.data())
def test_case_23_records_are_the_same_however_the_lines_come_in(
    parts: list[str], data: st.DataObject
) -> None:
    whole = "".join(parts)
    lines = whole.splitlines(keepends=True)
    if not lines:
        return
    places = data.draw(st.sets(st.integers(0, len(lines)), max_size=4))
    bounds = [0, *sorted(places), len(lines)]
    pieces = ["".join(lines[a:b]) for a, b in itertools.pairwise(bounds)]
    assert cut(*[piece for piece in pieces if piece]) == cut(whole)


def test_an_uncaught_trace_after_an_unrelated_line_stands_alone() -> None:
    trace = PYTHON.partition("\n")[2]
    assert [r.offset for r in cut(QUIET + trace)] == [len(QUIET)]


def test_lines_with_a_hit_of_their_own_are_records_of_their_own() -> None:
    assert len(cut(PLAIN * 3)) == 3
    assert len(cut("ERROR a\n  2026-11-23 10:00:00 ERROR indented\n")) == 2


def test_case_24_a_huge_trace_is_capped_and_says_how_much_is_left_out() -> None:
    frames = "\tat a.b.C.d(C.java:1)\n" * 1000
    half = len(frames) // 2
    (record,) = cut(PLAIN + frames[:half], frames[half:])
    assert len(record.lines) == 40
    assert record.omitted == 1001 - 40
    (short,) = cut(PLAIN + frames, most_lines=3)
    assert (len(short.lines), short.omitted) == (3, 998)


def texts(records: list[Record]) -> list[str]:
    return [b"|".join(one.lines).decode() for one in records]


def test_case_23_a_line_that_matches_start_begins_a_record() -> None:
    text = "# a\nwhat\nERROR x\n\n# b\nfine\n# ERROR c\nmore\n"
    assert texts(cut(text, shape=Joined(start="^#"))) == ["# a|what|ERROR x|", "# ERROR c|more"]
    turned = Joined(start="^[^#]", negate=True)
    assert texts(cut("# a\nERROR x\n# b\n", shape=turned)) == ["# a|ERROR x"]


def test_case_23_a_line_that_matches_continue_belongs_to_the_one_before() -> None:
    text = "one\n> ERROR x\n> y\ntwo\nERROR z\n"
    assert texts(cut(text, shape=Joined(continues="^>"))) == ["one|> ERROR x|> y", "ERROR z"]
    turned = Joined(continues="^[a-z]", negate=True)
    assert texts(cut("one\nERROR x\ntwo\n", shape=turned)) == ["one|ERROR x"]


def test_case_23_a_record_ends_behind_a_line_that_matches_end() -> None:
    text = "one\nERROR x\n;\ntwo\n;\nERROR three\n;\n"
    assert texts(cut(text, shape=Joined(end="^;"))) == ["one|ERROR x|;", "ERROR three|;"]


def test_case_25_records_of_two_writers_are_told_apart_by_their_key() -> None:
    text = (
        "[1] ERROR a\n"
        "[2] fine\n"
        "[1]   at a1\n"
        "[2] ERROR b\n"
        "[1]   at a2\n"
        "[2]   at b1\n"
        "    at b2\n"
        "[1] fine\n"
        "[3] ERROR c\n"
    )
    found = cut_by_key(text, key=r"^\[(\d+)\] ")
    assert texts(found) == [
        "[1] ERROR a|[1]   at a1|[1]   at a2",
        "[2] ERROR b|[2]   at b1|    at b2",
        "[3] ERROR c",
    ]


@given(st.data())
def test_case_25_records_that_overlap_come_out_whole_and_in_order(data: st.DataObject) -> None:
    writers = data.draw(st.lists(st.sampled_from([JAVA, NODE, QUIET, PLAIN]), max_size=4))
    left = [[f"{n}: {line}" for line in text.splitlines(True)] for n, text in enumerate(writers)]
    lines: list[str] = []
    while any(left):
        at = data.draw(st.sampled_from([n for n, one in enumerate(left) if one]))
        lines.append(left[at].pop(0))
    places = data.draw(st.sets(st.integers(0, len(lines)), max_size=4))
    bounds = [0, *sorted(places), len(lines)]
    pieces = ["".join(lines[a:b]) for a, b in itertools.pairwise(bounds)]
    found = cut_by_key(*filter(None, pieces), key=r"^(\d+): ")
    assert [one.offset for one in found] == sorted(one.offset for one in found)
    expected = {
        "|".join(f"{n}: {line}" for line in text.splitlines())
        for n, text in enumerate(writers)
        if text is not QUIET
    }
    assert set(texts(found)) == expected


def test_case_25_a_position_never_passes_a_record_that_is_open() -> None:
    scanner = Scanner(["ERROR"])
    cutter = InterleavedCutter(scanner.lines, scanner.matching, Traces(), r"^\d")
    first = b"1 ERROR a\n2 ERROR b\n2 fine\n"
    assert list(cutter.feed(first, 0, lambda at: at)) == []
    assert cutter.open_at == 0
    second = b"1 fine\n"
    base = len(first)
    found = list(cutter.feed(second, 0, lambda at: base + at))
    assert [one.offset for one in found] == [0, 10]
    assert cutter.open_at is None
    cutter.exchange(scanner.lines, scanner.matching, {})
    assert list(cutter.close()) == []


def test_a_writer_that_never_ends_does_not_hold_the_others_for_ever() -> None:
    text = "0 ERROR a\n" + "".join(f"{n} ERROR b\n" for n in range(1, 200))
    scanner = Scanner(["ERROR"])
    cutter = InterleavedCutter(scanner.lines, scanner.matching, Traces(), r"^\d+")
    assert len(list(cutter.feed(text.encode(), 0, lambda at: at))) == 200 - 64


@pytest.mark.parametrize("key", ["", "^\\d "])
def test_a_line_by_itself_is_told_from_a_trace_that_may_go_on(key: str) -> None:
    scanner = Scanner(["ERROR", "Traceback"])
    more = "\tat a.B.c(B.java:1)"
    for lines, in_trace in [
        (["ERROR x"], False),
        (["INFO x"], False),
        (["ERROR x", more], True),
        (["Traceback (most recent call last):"], True),
    ]:
        cutter: RecordCutter | InterleavedCutter = RecordCutter(scanner.lines, scanner.matching)
        if key:
            cutter = InterleavedCutter(scanner.lines, scanner.matching, Traces(), key)
        text = "".join(f"{'7 ' if key else ''}{line}\n" for line in lines)
        assert list(cutter.feed(text.encode(), 0, lambda at: at)) == []
        assert cutter.in_trace is in_trace


_LINES = (
    "2026-11-23 10:00:00 ERROR x",
    "2026-11-23 10:00:00 ERROR x: java.lang.IllegalStateException",
    "2026-11-23 10:00:00 INFO fine",
    "ERROR plain",
    "something else",
    "10.0.0.1 - - ERROR",
    '{"level":"error","message":"ERROR"}',
    "java.lang.IllegalStateException: ERROR",
    "\tat a.B.c(B.java:1)",
    "Traceback (most recent call last):",
    '  File "a.py", line 1',
    "ValueError: ERROR",
    "panic: ERROR",
    "goroutine 1 [running]:",
    "thread 'main' panicked at src/main.rs:1: ERROR",
    "",
)


@given(st.lists(st.lists(st.sampled_from(_LINES), max_size=8), max_size=4))
def test_lines_taken_at_a_glance_are_the_records_they_would_be(blocks: list[list[str]]) -> None:
    scanner = Scanner(["ERROR", "Traceback"])
    with_a_glance, without = (RecordCutter(scanner.lines, scanner.matching) for _ in range(2))
    seen: list[int] = []
    expected: list[int] = []
    base, looks = 0, Looks()
    for block in blocks:
        text = "".join(f"{line}\n" for line in block).encode()

        def place(at: int, base: int = base) -> int:
            return base + at

        alone = AloneLines(text, lambda rules: rules, looks)
        seen += [one.offset for one in with_a_glance.feed(text, 0, place, alone)]
        for one in alone.lines(place):
            seen += [one.record(n).offset for n in range(one.count)]
        expected += [record.offset for record in without.feed(text, 0, place)]
        assert with_a_glance.open_at == without.open_at
        base += len(text)
    seen += [one.offset for one in with_a_glance.close()]
    expected += [one.offset for one in without.close()]
    assert sorted(seen) == expected
