"""Raw lines go to Kafka, each once, whoever of the three is stopped in between."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka import Broker
from tests.waiting import until
from watchers.clock import SystemClock
from watchers.finding import Report
from watchers.kafka.shipped import shipped_of
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.shipping import Shipment
from watchers.sinks.kafka_lines import KafkaLines
from watchers.watch import Watch


class Keeper:
    """Keeps positions, unless it is told not to."""

    def __init__(self) -> None:
        self.positions: dict[str, str] = {}
        self.keeps = True

    def accept(self, report: Report) -> None:
        if self.keeps:
            self.positions.update(report.positions)


class Shipping:
    """One agent's shipment, again and again."""

    def __init__(self, broker: Broker, log: Path, topic: str, **said: object) -> None:
        self.keeper = Keeper()
        self.watch = Watch.model_validate(
            {"name": "pay → there", "files": [str(log)], "from_start": True, "service": "pay"}
        )
        self.cluster = broker.cluster(**said)
        self.topic = topic
        self.shipment: Shipment | None = None
        self.thread: threading.Thread | None = None

    def start(self) -> Shipment:
        clean = Redactor(RedactionSettings()).lines

        def sender() -> KafkaLines:
            return KafkaLines(self.cluster, self.topic, clean)

        self.shipment = Shipment(
            self.watch, sender, agent="web-1", host="web-1", sink=self.keeper,
            positions=self.keeper.positions, clock=SystemClock(),
        )  # fmt: skip
        self.thread = threading.Thread(target=self.shipment.run, daemon=True)
        self.thread.start()
        return self.shipment

    def stop(self) -> None:
        if self.shipment is not None and self.thread is not None:
            self.shipment.stop()
            self.thread.join(30)
            assert not self.thread.is_alive()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "pay.log"


@pytest.fixture
def shipping(kafka: Broker, log: Path) -> Iterator[Shipping]:
    made = Shipping(kafka, log, kafka.topic())
    yield made
    kafka.go_on()
    made.stop()


def append(log: Path, first: int, count: int) -> None:
    with log.open("a") as file:
        file.writelines(f"line {n}\n" for n in range(first, first + count))


def lines(count: int) -> list[str]:
    return [f"line {n}" for n in range(count)]


def texts(broker: Broker, topic: str, count: int) -> list[str]:
    return [(one.value() or b"").decode() for one in broker.read(topic, count)]


def test_each_line_is_one_message_redacted_and_says_where_it_stood(
    kafka: Broker, shipping: Shipping, log: Path
) -> None:
    log.write_text("card declined\nlogin password=hunter2secret\n")
    shipping.start()
    first, second = kafka.read(shipping.topic, 2)
    assert second.value() == b"login password=[password]"
    assert first.key() == f"web-1:{log}".encode()
    place = shipped_of({key: str(value, "utf-8") for key, value in dict(first.headers()).items()})
    assert place is not None
    assert (place.end, place.path) == (len("card declined\n"), str(log))
    assert place.labels == {"service": "pay", "host": "web-1"}
    assert place.origin.startswith("web-1/")


def test_while_the_broker_is_away_reading_pauses_and_nothing_is_lost_nor_sent_twice(
    kafka: Broker, shipping: Shipping, log: Path
) -> None:
    shipping.cluster = kafka.cluster(buffered=1000)
    append(log, 0, 10)
    shipment = shipping.start()
    assert texts(kafka, shipping.topic, 10) == lines(10)
    until(lambda: shipping.keeper.positions)
    kept = dict(shipping.keeper.positions)

    kafka.pause()
    append(log, 10, 5000)
    until(lambda: shipment._waited >= 1000)
    assert shipping.keeper.positions == kept
    kafka.go_on()

    assert texts(kafka, shipping.topic, 5010) == lines(5010)


def test_after_a_kill_only_what_was_not_known_to_be_there_is_sent_again(
    kafka: Broker, shipping: Shipping, log: Path
) -> None:
    append(log, 0, 100)
    shipping.start()
    assert texts(kafka, shipping.topic, 100) == lines(100)
    until(lambda: shipping.keeper.positions)
    until(lambda: not shipping.shipment or not shipping.shipment._sent)
    shipping.keeper.keeps = False  # a kill: these were confirmed, and nobody knows
    append(log, 100, 50)
    assert texts(kafka, shipping.topic, 150) == lines(150)
    shipping.stop()
    shipping.keeper.keeps = True

    shipping.start()
    append(log, 150, 10)

    found = texts(kafka, shipping.topic, 210)
    assert found == [*lines(150), *lines(160)[100:]]
