"""Records: a trace stays with its line, however the text comes in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.matching.scanner import Scanner
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


def cut(*texts: str) -> list[Record]:
    scanner = Scanner(["ERROR|^Traceback"])
    cutter = RecordCutter(scanner.hits, scanner.matching)
    records: list[Record] = []
    base = 0
    for text in texts:
        raw = text.encode()
        records += cutter.feed(raw, 0, lambda at, base=base: base + at)
        base += len(raw)
    return [*records, *cutter.close()]


@pytest.mark.parametrize("trace", [JAVA, PYTHON, GO, NODE], ids=["java", "python", "go", "node"])
def test_a_trace_is_one_record_with_its_line(trace: str) -> None:
    records = cut(QUIET + trace + QUIET + trace + PLAIN)
    assert [(r.offset, r.end) for r in records] == [
        (len(QUIET), len(QUIET + trace)),
        (len(QUIET + trace + QUIET), len((QUIET + trace) * 2)),
        (len((QUIET + trace) * 2), len((QUIET + trace) * 2 + PLAIN)),
    ]
    assert b"\n".join(records[0].lines).decode() == trace.rstrip("\n")


@given(st.lists(st.sampled_from([JAVA, PYTHON, GO, NODE, QUIET, PLAIN]), max_size=5), st.data())
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
