"""Topics are read as one of a group: each message counts once, whoever reads it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.kafka import Broker
from tests.waiting import until
from watchers.clock import SystemClock
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Finding, Report, Severity
from watchers.kafka.shipped import Shipped, headers_of
from watchers.opening import hindrance_of
from watchers.pipeline import Pipeline
from watchers.watch import Watch

RULE = KeywordRule(name="lines", pattern="line", severity=Severity.HIGH)


class Member:
    """One reader of a group, with what it found and what it keeps."""

    def __init__(self, broker: Broker, topic: str, **said: object) -> None:
        self.watch = Watch.model_validate(
            {
                "name": "w",
                "from_start": True,
                "poll_interval_s": 0.05,
                "kafka": {"topics": [topic], "group": topic, "brokers": [broker.address], **said},
            }
        )
        self.findings: list[Finding] = []
        self.positions: dict[str, str] = {}
        self.pipeline: Pipeline | None = None
        self.thread: threading.Thread | None = None

    def accept(self, report: Report) -> None:
        self.findings += report.findings
        self.positions.update(report.positions)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.findings)

    def start(self) -> None:
        self.pipeline = Pipeline(
            self.watch, [RULE], agent="a", host="h", sink=self, positions=dict(self.positions),
            clock=SystemClock(), durable=lambda: self.positions,
        )  # fmt: skip
        self.thread = threading.Thread(target=self.pipeline.run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        if self.pipeline is not None and self.thread is not None:
            self.pipeline.stop()
            self.thread.join(30)
            assert not self.thread.is_alive()
        self.pipeline = None


@pytest.fixture
def members() -> Iterator[list[Member]]:
    made: list[Member] = []
    yield made
    for one in made:
        with suppress(AssertionError):
            one.stop()


def lines(first: int, count: int) -> list[str]:
    return [f"line {n}" for n in range(first, first + count)]


def test_what_was_read_is_committed_and_a_restart_goes_on_behind_it(
    kafka: Broker, members: list[Member]
) -> None:
    topic = kafka.topic()
    reader = Member(kafka, topic, labels={"team": "header:team"})
    members.append(reader)
    kafka.write(topic, lines(0, 20), headers=[("service", b"pay"), ("team", b"core")])
    reader.start()
    until(lambda: reader.count == 20)
    assert reader.findings[0].labels == {
        "service": "pay", "host": "h", "team": "core",
    }  # fmt: skip
    reader.stop()
    assert kafka.committed(topic, topic) == 20
    # What is stored here leads: a kill may come between storing and committing.
    kafka.commit(topic, topic, 5)
    kafka.write(topic, lines(20, 5))
    reader.start()
    until(lambda: reader.count >= 25)
    reader.stop()
    assert reader.count == 25
    assert kafka.committed(topic, topic) == 25


def shipped(end: int) -> list[tuple[str, bytes]]:
    return headers_of(
        Shipped(origin="web-1/f", end=end, path="/var/log/pay.log", labels={"service": "pay"})
    )


def test_lines_that_a_killed_agent_sent_again_count_once_also_after_a_restart_here(
    kafka: Broker, members: list[Member]
) -> None:
    topic = kafka.topic()
    reader = Member(kafka, topic)
    members.append(reader)
    for n in range(4):
        kafka.write(topic, [f"line {n}"], headers=shipped(10 * n))
    reader.start()
    until(lambda: reader.count == 4)
    reader.stop()
    for n in (2, 3, 4):  # 2 and 3 came before
        kafka.write(topic, [f"line {n}"], headers=shipped(10 * n))
    reader.start()
    until(lambda: reader.count >= 5)
    reader.stop()
    assert reader.count == 5
    assert {one.labels["service"] for one in reader.findings} == {"pay"}
    assert {one.samples[0].path for one in reader.findings} == {"/var/log/pay.log"}


def test_two_readers_share_the_partitions_and_each_message_counts_once_through_a_rebalance(
    kafka: Broker, members: list[Member]
) -> None:
    topic = kafka.topic(2)
    first, second = Member(kafka, topic), Member(kafka, topic)
    members += [first, second]
    wrote = Counter[int]()

    def write(count: int) -> None:
        for partition in (0, 1):
            kafka.write(topic, lines(wrote[partition], count), partition)
            wrote[partition] += count

    write(50)
    first.start()
    until(lambda: first.count == 100)
    second.start()
    while not second.count:  # written while partitions change hands
        write(5)
    write(10)
    until(lambda: first.count + second.count >= wrote.total())
    first.stop()
    write(10)
    until(lambda: first.count + second.count >= wrote.total())
    second.stop()
    assert first.count + second.count == wrote.total()


def test_what_stands_in_the_way_is_said_before_anything_is_joined(kafka: Broker) -> None:
    clock = SystemClock()
    assert hindrance_of(Member(kafka, kafka.topic()).watch, clock) == ""
    assert "has no topic not-there" in hindrance_of(Member(kafka, "not-there").watch, clock)
