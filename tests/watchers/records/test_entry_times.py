"""Records of a stream were written when their source says so."""

from dataclasses import replace
from datetime import UTC, datetime

from watchers.detectors.base import Origin
from watchers.detectors.frequency import FrequencyRule
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.limits import DistinctCap
from watchers.record import Block, Record
from watchers.records.entry_times import Times
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def block(offset: int, *times: tuple[int, float]) -> Block:
    return Block(key="k", path="p", file_id="f", offset=offset, end=100, data=b"", times=times)


def record(offset: int) -> Record:
    return Record(
        offset=offset, end=offset + 5, lines=(b"ERROR",), omitted=0, raised=b"", rules=(1,)
    )


def seconds(records: list[Record]) -> list[float | None]:
    return [one.at.timestamp() if one.at is not None else None for one in records]


def test_a_record_is_of_the_time_of_the_entry_that_it_begins_in() -> None:
    times = Times()
    assert seconds(times.given([record(0)])) == [None]
    times.add(block(10, (10, 1.0), (20, 2.0)))
    assert seconds(times.given(map(record, (5, 10, 15, 20, 90)))) == [None, 1.0, 1.0, 2.0, 2.0]
    times.add(block(20, (20, 9.0), (30, 3.0)))
    times.forget(25)
    assert seconds(times.given(map(record, (20, 30)))) == [2.0, 3.0]


def test_what_is_found_was_written_when_the_source_says() -> None:
    times = Times()
    times.add(block(0, (0, NOW.timestamp() - 3600)))
    many = FrequencyRule(
        name="many", kind="frequency", severity="high", pattern="E", num_events=1, timeframe="1m"
    )
    whose = Whereabouts(agent="a", watch="w")
    detection = Detection(whose, [DEFAULT_RULES[1], many], DistinctCap())
    (found,) = times.given([replace(record(0), rules=(0, 1))])
    origin = Origin(path="p", file_id="f", labels={}, watch="w")
    findings = detection.detect([found], origin, NOW, 0.0)
    assert {one.rule for one in findings} == {"error", "many"}
    for one in findings:
        assert one.written_at == one.first_written_at == found.at
        assert one.samples[0].written_at == found.at
        assert (one.first_at, one.seen_at) == (NOW, NOW)
