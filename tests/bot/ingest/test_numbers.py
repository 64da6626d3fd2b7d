"""Numbers that others post: what is one, and why a line is none."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.flow import Flow
from bot.ingest.numbers import MOST_LINES, Posted, open_numbers
from bot.ingest.signed import ReportRejectedError
from tests.builders import NOW, later
from tests.fakes import MovableClock
from watchers.measured import Measured
from watchers.signing import sign

SECRET = "ingest secret"
GOOD = {"name": "depth", "labels": {"host": "a"}, "timestamp": NOW.isoformat(), "value": 1.5}


def opened(body: bytes) -> Posted:
    second = int(NOW.timestamp())
    headers = {"x-larkwatch-timestamp": str(second), "x-signature": sign(SECRET, second, body)}
    return open_numbers(headers, body, SECRET, NOW)


def posted(**fields: object) -> Posted:
    return opened(json.dumps({**GOOD, **fields}).encode())


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        (NOW.isoformat(), NOW),
        (NOW.isoformat().replace("+00:00", "Z"), NOW),
        ("2026-11-23T12:00:00+08:00", NOW),
        (NOW.timestamp(), NOW),
        (NOW.timestamp() + 0.25, later(seconds=0.25)),
        (int(NOW.timestamp() * 1000), NOW),
        (later(seconds=59).isoformat(), later(seconds=59)),
        (later(hours=-23).isoformat(), later(hours=-23)),
    ],
)
def test_a_time_is_written_in_one_of_three_ways(timestamp: object, at: datetime) -> None:
    (found,) = posted(timestamp=timestamp).numbers
    assert found == Measured(name="depth", labels={"host": "a"}, at=at, value=1.5)
    assert found.at.tzinfo is UTC


def test_labels_may_be_left_out_and_be_numbers() -> None:
    line = json.dumps({name: GOOD[name] for name in ("name", "timestamp", "value")})
    assert opened(line.encode()).numbers[0].labels == {}
    assert posted(labels={"shard": 3, "hot": True, "zone": ""}).numbers[0].labels == {
        "shard": "3",
        "hot": "true",
    }


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": ""}, "name: wanted text"),
        ({"name": 7}, "name: wanted text"),
        ({"name": "x" * 201}, "name: wanted text"),
        ({"name": "queue depth"}, "name: no blanks"),
        ({"name": "rule:error"}, "its own series"),
        ({"name": "host:cpu"}, "its own series"),
        ({"labels": ["a"]}, "labels: wanted an object"),
        ({"labels": {str(n): "x" for n in range(21)}}, "labels: wanted an object"),
        ({"labels": {"a": None}}, 'labels: "a" must be a text or a number'),
        ({"labels": {"a": "x" * 301}}, "not so long"),
        ({"value": None}, "value: wanted a number, found null"),
        ({"value": True}, "value: wanted a number, found true"),
        ({"value": "12"}, 'value: wanted a number, found "12"'),
        ({"value": float("nan")}, "value: wanted a finite number up to 1e+150, found NaN"),
        ({"value": float("inf")}, "found Infinity"),
        ({"value": 1e200}, "found 1e+200"),
        ({"value": 10**400}, "value: wanted a finite number"),
        ({"timestamp": None}, "timestamp: wanted ISO 8601 with a zone"),
        ({"timestamp": "2026-11-23T04:00:00"}, "timestamp: wanted ISO 8601 with a zone"),
        ({"timestamp": "now"}, 'found "now"'),
        ({"timestamp": 1e300}, "found 1e+300"),
        ({"timestamp": float("nan")}, "found NaN"),
        ({"timestamp": later(minutes=5).isoformat()}, "timestamp: 0:05:00 ahead of this clock"),
        ({"timestamp": later(days=-2).isoformat()}, "timestamp: older than 24 hours"),
    ],
)
def test_a_line_that_is_no_number_of_a_series_says_why(fields: dict[str, object], why: str) -> None:
    found = posted(**fields)
    assert found.numbers == ()
    assert (found.wrong, found.refused[0].line) == (1, 1)
    assert why in found.refused[0].why


def test_bad_lines_keep_no_good_ones_out_and_the_first_few_are_told() -> None:
    good = json.dumps(GOOD).encode()
    found = opened(b"\n".join([good, b"", b"{", *[b"7"] * 30, good, b""]))
    assert len(found.numbers) == 2
    assert found.wrong == 31
    assert len(found.refused) == 20
    assert [(one.line, one.why) for one in found.refused[:2]] == [
        (3, "no JSON"),
        (4, "wanted a JSON object"),
    ]


def test_too_many_lines_are_refused_as_a_whole() -> None:
    with pytest.raises(ReportRejectedError, match="too_large"):
        opened(b"7\n" * (MOST_LINES + 1))


@given(body=st.binary(max_size=300))
def test_no_body_is_more_than_refused(body: bytes) -> None:
    found = opened(body)
    assert found.wrong == 0 or found.refused


class TestFlow:
    def test_a_minutes_worth_comes_in_at_once_and_then_an_even_flow(self) -> None:
        clock = MovableClock()
        flow = Flow(60, clock)
        assert flow.admit(60) == 0.0
        assert flow.admit(10) == 10.0
        clock.move(seconds=9)
        assert flow.admit(10) == 1.0
        clock.move(seconds=1)
        assert flow.admit(10) == 0.0

    def test_a_request_that_is_larger_than_that_comes_in_after_a_rest(self) -> None:
        clock = MovableClock()
        flow = Flow(60, clock)
        assert flow.admit(180) == 0.0
        assert flow.admit(1) == 121.0
        clock.move(seconds=121)
        assert flow.admit(1) == 0.0

    @given(asks=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 60)), min_size=1, max_size=60))
    def test_no_span_lets_more_through_than_its_share_and_a_minutes_worth(
        self, asks: list[tuple[float, int]]
    ) -> None:
        clock = MovableClock()
        flow = Flow(60, clock)
        began, let_in = clock.monotonic(), 0
        for pause, count in asks:
            clock.move(seconds=pause)
            let_in += count if flow.admit(count) == 0.0 else 0
            passed = timedelta(seconds=clock.monotonic() - began).total_seconds()
            assert let_in <= passed + 60 + 1e-6
