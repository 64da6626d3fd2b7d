"""Writes messages to Kafka, and knows which of them the brokers have confirmed."""

from collections.abc import Callable, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from watchers.errors import SinkError
from watchers.kafka.cluster import KafkaSection
from watchers.kafka.examining import reason
from watchers.streams.entry import SupplyError

MOST_BYTES = 900_000
"""Brokers take messages of 1 MiB unless told otherwise."""
_QUEUED_KB = 64 * 1024
_NEVER = 0

Headers = Sequence[tuple[str, bytes]]


class Producing:
    """One producer: idempotent, all replicas confirm, in order per key; used by one thread.

    Attributes:
        waiting: Messages that are not confirmed yet.
        said: What went wrong last on the way there, "" when nothing did since the last
            confirmation.
    """

    def __init__(
        self, cluster: KafkaSection, *, patience_s: float = _NEVER, linger_s: float
    ) -> None:
        """Nothing is connected before the first message.

        Args:
            cluster: Where to.
            patience_s: A message that is not confirmed by then fails; 0 tries for ever.
            linger_s: A message waits so long for others to go with.

        Raises:
            SinkError: If the cluster's settings cannot be used.
        """
        self.waiting = 0
        self.said = ""
        self._failed = ""
        try:
            self._producer = Producer(
                {
                    **cluster.settings(),
                    "enable.idempotence": True,
                    "acks": "all",
                    "compression.type": cluster.compression,
                    "batch.num.messages": cluster.batch_size,
                    "linger.ms": round(linger_s * 1000),
                    "message.timeout.ms": round(patience_s * 1000),
                    "queue.buffering.max.messages": cluster.buffered,
                    "queue.buffering.max.kbytes": _QUEUED_KB,
                    "partitioner": "murmur2_random",  # as Java's clients
                    "error_cb": self._note,
                }
            )
        except (KafkaException, SupplyError) as error:
            raise SinkError(f"Kafka at {cluster.shown} cannot be used: {reason(error)}") from error

    def send(
        self, topic: str, key: str, value: bytes, headers: Headers, done: Callable[[], None]
    ) -> bool:
        """Take a message; False when too many wait. `done` is called out of `poll`.

        Raises:
            SinkError: If it can never be sent.
        """

        def delivered(error: KafkaError | None, _message: Message) -> None:
            self.waiting -= 1
            if error is not None:
                self._failed = error.str()
                return
            self.said = ""
            done()

        try:
            self._producer.produce(
                topic, value=value, key=key, headers=list(headers), on_delivery=delivered
            )
        except BufferError:
            return False
        except KafkaException as error:
            raise SinkError(f"a message cannot be sent to Kafka: {reason(error)}") from error
        self.waiting += 1
        return True

    def poll(self, seconds: float = 0.0) -> None:
        """Hear what was confirmed, waiting so long for the first.

        Raises:
            SinkError: If a message was refused for good, or waited for too long.
        """
        self._producer.poll(seconds)
        if self._failed:
            failed, self._failed = self._failed, ""
            raise SinkError(f"Kafka does not take a message: {failed}")

    def flush(self, seconds: float) -> bool:
        """Send at once, and hear whether all is confirmed by then.

        Raises:
            SinkError: As `poll`.
        """
        self._producer.flush(seconds)
        self.poll()
        return not self.waiting

    def close(self) -> None:
        """Drop what is not confirmed."""
        self._producer.purge()
        self._producer.flush(1.0)

    def _note(self, error: Any) -> None:
        self.said = str(error.str())
