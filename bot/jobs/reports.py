"""Reports that agents wrote to a topic of Kafka; each is committed there once it is stored here."""

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from watchers.clock import Clock
from watchers.errors import FindingFormatError, SignatureError
from watchers.finding import Report, SourceProgress, from_dict
from watchers.kafka.cluster import SCHEME, Cluster
from watchers.kafka.examining import reason
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify
from watchers.streams.entry import SupplyError

GROUP = "larkwatch."
"""Before the topic: of all servers of one database."""
AGENT = "kafka"
"""Under this name the reading tells how it stands."""
_AT_ONCE = 100
_WAIT_S = 0.2
_AGAIN_S = 5.0
_TELL_EVERY_S = 2.0
_STALE_S = 60.0
"""How an agent and its host stood so long ago is no news."""
_REMEMBERED_S = 600.0
_SESSION_MS = 10_000

_log = logging.getLogger(__name__)


class KafkaReports:
    """One reader of the topic; used by one thread.

    A report may come twice, after a crash here or there: its findings have ids, and count once. How
    the reading itself stands is reported as that of one more agent.
    """

    def __init__(
        self,
        cluster: Cluster,
        topic: str,
        secret: str,
        take: Callable[[Report], object],
        clock: Clock,
    ) -> None:
        """Nothing is connected before the first step.

        Args:
            cluster: Where the topic is.
            topic: Of reports.
            secret: That agents sign with.
            take: Stores a report, or raises `BusyError`.
            clock: The time.
        """
        self._cluster = cluster
        self._topic = topic
        self._secret = secret
        self._take = take
        self._clock = clock
        self._consumer: Consumer | None = None
        self._waiting: deque[Message] = deque()
        self._progress = SourceProgress(name=SCHEME + topic, state="ok")
        self._tell_at = 0.0
        self._passed_by, self._passed_at = "", 0.0

    def step(self) -> float:
        """Take what came; seconds until the next look.

        Raises:
            BusyError: If the store takes nothing; what came waits.
        """
        try:
            self._read()
        except (KafkaException, SupplyError) as error:
            said = f"{self._cluster.shown}: {reason(error)}"
            if self._progress.error != said:
                _log.warning("reports cannot be read", extra={"why": said})
            self._progress = replace(self._progress, state="error", error=said)
            self.close()
            self._tell()
            return _AGAIN_S
        self._tell()
        return 0.0

    def close(self) -> None:
        """Leave the group; what is not stored is read again."""
        self._waiting.clear()
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()

    def _read(self) -> None:
        if self._consumer is None:
            self._consumer = self._joined()
        consumer = self._consumer
        if not self._waiting:
            self._waiting.extend(consumer.consume(_AT_ONCE, _WAIT_S))
        reached: dict[int, int] = {}
        try:
            while self._waiting:
                message = self._waiting[0]
                if (failed := message.error()) is not None:
                    raise SupplyError(failed.str())
                self._one(message)
                self._waiting.popleft()
                reached[message.partition() or 0] = (message.offset() or 0) + 1
        finally:
            if reached:
                places = [TopicPartition(self._topic, *one) for one in reached.items()]
                consumer.commit(offsets=places, asynchronous=False)

    def _joined(self) -> Consumer:
        consumer = Consumer(
            {
                **self._cluster.settings(),
                "group.id": GROUP + self._topic,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": _SESSION_MS,
                "error_cb": self._hear,
            }
        )
        # What waits of partitions that go to another reader is read there.
        consumer.subscribe(
            [self._topic], on_revoke=lambda _consumer, _places: self._waiting.clear()
        )
        return consumer

    def _one(self, message: Message) -> None:
        """Store a report; what is none of ours is passed by, and said."""
        headers = dict(message.headers() or ())
        body = message.value() or b""
        try:
            sent = _text(headers, TIMESTAMP_HEADER)
            signature = _text(headers, SIGNATURE_HEADER)
            # It may have waited for long: only who wrote it counts, not when.
            verify(self._secret, sent, signature, body, float(sent) if sent.isdigit() else 0.0)
            report = from_dict(json.loads(body))
        except (SignatureError, FindingFormatError, ValueError) as error:
            where = f"partition {message.partition()}, offset {message.offset()}"
            _log.warning("a message is no report", extra={"where": where, "why": str(error)})
            self._passed_by = f"a message is passed by ({where}): {error}"
            self._passed_at = self._clock.monotonic()
            return
        now = self._clock.now()
        lag_s = max(0.0, now.timestamp() - float(sent))
        if lag_s > _STALE_S:
            report = replace(report, progress=(), host=None)
        self._take(report)
        self._progress = replace(
            self._progress,
            state="behind" if lag_s > _STALE_S else "ok",
            error="",
            files=1,
            lines=self._progress.lines + 1,
            lag_s=lag_s if len(self._waiting) > 1 else 0.0,
            last_line_at=now,
        )

    def _hear(self, error: object) -> None:
        self._progress = replace(self._progress, state="error", error=str(error))

    def _tell(self) -> None:
        now = self._clock.monotonic()
        if now >= self._tell_at:
            self._tell_at = now + _TELL_EVERY_S
            told = self._progress
            if not told.error and self._passed_by and now - self._passed_at < _REMEMBERED_S:
                told = replace(told, error=self._passed_by)
            self._take(Report(agent=AGENT, progress=(told,)))


def _text(headers: Mapping[str, str | bytes | None], name: str) -> str:
    found = headers.get(name)
    return found.decode("ascii", "replace") if isinstance(found, bytes) else str(found or "")
