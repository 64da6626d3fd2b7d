"""Raw lines to one topic of Kafka, redacted; `watchers.shipping.LineSender`."""

from collections.abc import Callable, Sequence

from watchers.kafka.cluster import KafkaSection
from watchers.kafka.producing import MOST_BYTES, Producing
from watchers.kafka.shipped import Shipped, headers_of


class KafkaLines:
    """Sends a line as one message; those of a file to one partition, in order."""

    def __init__(
        self, cluster: KafkaSection, topic: str, clean: Callable[[Sequence[str]], Sequence[str]]
    ) -> None:
        """Nothing is connected before the first line.

        Raises:
            SinkError: If the cluster's settings cannot be used.
        """
        self.clean = clean
        self._topic = topic
        self._producing = Producing(cluster, linger_s=cluster.flush_interval.total_seconds())

    @property
    def waiting(self) -> int:
        """How many lines are not confirmed yet."""
        return self._producing.waiting

    @property
    def said(self) -> str:
        """What went wrong on the way last, "" when nothing did."""
        return self._producing.said

    def send(self, line: Shipped, key: str, text: bytes, done: Callable[[], None]) -> bool:
        """Take a line; False when too many wait.

        Raises:
            SinkError: If it can never be sent.
        """
        return self._producing.send(self._topic, key, text[:MOST_BYTES], headers_of(line), done)

    def poll(self, seconds: float = 0.0) -> None:
        """Hear what is confirmed.

        Raises:
            SinkError: If a line is refused for good.
        """
        self._producing.poll(seconds)

    def flush(self, seconds: float) -> bool:
        """Send what waits at once; whether all is confirmed by then.

        Raises:
            SinkError: As `poll`.
        """
        return self._producing.flush(seconds)

    def close(self) -> None:
        """Drop what is not confirmed."""
        self._producing.close()
