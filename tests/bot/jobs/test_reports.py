"""What agents write to Kafka is stored here, each once, whoever is stopped in between."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import BusyError
from bot.jobs.reports import AGENT, GROUP, KafkaReports
from tests.kafka import Broker
from tests.waiting import until
from watchers.checkpoint import FileCheckpoint
from watchers.clock import SystemClock
from watchers.errors import SinkError
from watchers.finding import Finding, Report, Severity
from watchers.sinks.kafka import KafkaSink

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Store:
    """Counts a finding once, as the inbox does; not always at home."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.told: list[Report] = []
        self.busy = False

    def take(self, report: Report) -> None:
        if report.agent == AGENT:
            self.told.append(report)
            return
        if self.busy:
            raise BusyError("the database is busy")
        self.found += [one.id for one in report.findings]


class Ways:
    """An agent on one side and a server on the other, each of them again and again."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker, self.topic, self.folder = broker, broker.topic(), folder
        self.store = Store()
        self.reading = self.reader()
        self.checkpoint = FileCheckpoint(folder)
        self.sink = self.writer()

    def reader(self) -> KafkaReports:
        cluster = self.broker.cluster()
        return KafkaReports(cluster, self.topic, "secret", self.store.take, SystemClock())

    def writer(self, patience_s: float = 15.0) -> KafkaSink:
        cluster, clock = self.broker.cluster(), SystemClock()
        return KafkaSink(cluster, self.topic, "web-1", "secret", self.checkpoint, clock, patience_s)

    def send(self, name: str, position: str) -> None:
        finding = Finding(
            id=name, rule="error", severity=Severity.HIGH, labels={"service": "pay"},
            title=name, first_at=NOW, seen_at=NOW,
        )  # fmt: skip
        self.sink.accept(Report(agent="web-1", findings=(finding,), positions={"k": position}))

    def read_until(self, *names: str) -> None:
        def came() -> bool:
            self.reading.step()
            return len(self.store.found) >= len(names)

        until(came)
        assert self.store.found == list(names)


@pytest.fixture
def ways(kafka: Broker, tmp_path: Path) -> Iterator[Ways]:
    made = Ways(kafka, tmp_path)
    yield made
    kafka.go_on()
    made.sink.close()
    made.checkpoint.close()
    made.reading.close()


def test_a_report_is_stored_before_it_is_committed_and_what_is_not_ours_is_passed_by(
    kafka: Broker, ways: Ways
) -> None:
    ways.send("a", "1")
    assert ways.sink.kept == {"k": "1"}
    ways.store.busy = True

    def refused() -> bool:
        try:
            ways.reading.step()
        except BusyError:
            return True
        return False

    until(refused)
    ways.reading.close()  # a stop in between: what was not stored is read again
    ways.store.busy, ways.reading = False, ways.reader()
    kafka.write(ways.topic, ['{"version": 1}'])  # anybody may write there; not signed
    ways.send("b", "2")
    ways.read_until("a", "b")
    assert kafka.committed(ways.topic, GROUP + ways.topic) == 3

    def said() -> bool:
        ways.reading.step()
        return "passed by" in ways.store.told[-1].progress[0].error

    until(said)
    assert ways.store.told[0].progress[0].name == f"kafka:{ways.topic}"


def test_while_the_broker_is_away_no_position_moves_and_after_a_kill_the_same_is_sent(
    kafka: Broker, ways: Ways
) -> None:
    ways.send("a", "1")
    ways.sink.close()
    kafka.pause()
    ways.sink = ways.writer(patience_s=1.0)
    with pytest.raises(SinkError, match=ways.topic):
        ways.send("b", "2")
    assert ways.sink.kept == {"k": "1"}
    assert ways.sink.positions == {"k": "2"}  # the reading goes on behind what is on the way
    ways.sink.close()
    kafka.go_on()

    ways.sink = ways.writer()
    ways.send("c", "3")

    assert ways.sink.kept == {"k": "3"}
    # The broker may have got the second one before it fell silent: its id makes it count once.
    sent = [one.value() or b"" for one in kafka.read(ways.topic, 3)]
    sent = list(dict.fromkeys(sent))
    assert [
        b'"id": "%s"' % name in body for name, body in zip((b"a", b"b", b"c"), sent, strict=True)
    ]
