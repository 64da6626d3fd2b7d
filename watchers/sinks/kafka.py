"""Writes reports, signed, to a topic of Kafka; positions stay here, as when they are posted."""

import logging
import threading
from collections.abc import Mapping

from watchers.checkpoint import FileCheckpoint
from watchers.clock import Clock
from watchers.errors import SinkError
from watchers.finding import Report
from watchers.kafka.cluster import KafkaSection
from watchers.kafka.producing import Producing
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from watchers.sinks.owing import Owing

_PATIENCE_S = 15.0
_HEAR_S = 0.5
_LINGER_S = 0.005
"""Each report is a batch, and people wait for it."""

log = logging.getLogger(__name__)


class KafkaSink:
    """Writes each report and, once all replicas have it, saves its positions; thread-safe.

    Reports of one agent are in one partition, in order. Servers answer nothing this way: rules made
    in chats and questions about lines do not come here.
    """

    def __init__(
        self,
        cluster: KafkaSection,
        topic: str,
        agent: str,
        secret: str,
        checkpoint: FileCheckpoint,
        clock: Clock,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """Nothing is connected before the first report.

        Args:
            cluster: Where to.
            topic: Of reports; nothing else.
            agent: Key of the messages.
            secret: Shared with the server.
            checkpoint: Where positions are kept.
            clock: Dates the signatures.
            patience_s: A report that is not confirmed by then is handed over again.

        Raises:
            SinkError: If the cluster's settings cannot be used.
        """
        self._producing = Producing(cluster, patience_s=patience_s, linger_s=_LINGER_S)
        self._owing = Owing(checkpoint, self._write)
        self._where = f"{topic} at {cluster.shown}"
        self._topic = topic
        self._agent = agent
        self._secret = secret
        self._clock = clock
        self._closing = threading.Event()

    @property
    def positions(self) -> Mapping[str, str]:
        """Where the reading goes on: behind what is saved, and behind what is on the way."""
        return self._owing.positions

    @property
    def kept(self) -> Mapping[str, str]:
        """Positions of which Kafka has everything before them."""
        return self._owing.kept

    def accept(self, report: Report) -> None:
        """Write a report, then save its positions.

        Raises:
            SinkError: If it was not confirmed in time, or the state cannot be written.
        """
        self._owing.accept(report)

    def close(self) -> None:
        """Let go of the connection."""
        self._closing.set()
        self._producing.close()

    def _write(self, text: str) -> None:
        body = text.encode("utf-8", "replace")
        timestamp = int(self._clock.now().timestamp())
        headers = [
            (TIMESTAMP_HEADER, str(timestamp).encode()),
            (SIGNATURE_HEADER, sign(self._secret, timestamp, body).encode()),
        ]
        if not self._producing.send(self._topic, self._agent, body, headers, lambda: None):
            raise SinkError(f"too much waits for {self._where}")
        try:
            self._wait()
        except SinkError as error:
            said = self._producing.said
            raise SinkError(f"{self._where}: {error}{'; ' if said else ''}{said}") from error

    def _wait(self) -> None:
        while self._producing.waiting:
            self._producing.poll(_HEAR_S)
            if self._closing.is_set():
                raise SinkError("the sink is closed")
