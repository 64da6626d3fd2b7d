"""Reads topics as one of a group; what is committed there is durable here before."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaException,
    Message,
    TopicPartition,
)

from watchers.kafka.examining import hindrance, reason
from watchers.kafka.shipped import shipped_of
from watchers.sources.kafka.marks import Marks, offsets_in
from watchers.sources.kafka.settings import KafkaSettings
from watchers.streams.entry import Entry, Opening, Stream, SupplyError

_AT_ONCE = 1000
_WAIT_S = 0.05
_COMMIT_EVERY_S = 5.0
_SETTLED_WITHIN_S = 10.0
_GONE_WITHIN_S = 2.0
_LOOK_AGAIN_S = 0.02
_SESSION_MS = 10_000
_LONGEST_PAUSE_MS = 30 * 60_000
"""The sink may take nothing for so long before others get the partitions."""
_LONGEST_TEXT = 64 * 1024
_NO_CLUSTER = "is of no cluster: give it one, or say [kafka] brokers"


def build(settings: KafkaSettings, opening: Opening) -> "Messages":
    """Join the group.

    Raises:
        SupplyError: If the settings cannot be used.
    """
    if not settings.brokers:
        raise SupplyError(_NO_CLUSTER)
    return Messages(settings, opening)


def keep_s(_settings: KafkaSettings) -> float:
    """Offsets lead behind what was read: nothing is read twice."""
    return 0.0


def examine(settings: KafkaSettings) -> str:
    """What stands in the way, "" when nothing does; joins no group."""
    return hindrance(settings, settings.topics) if settings.brokers else _NO_CLUSTER


class Messages:
    """One member of a group; `watchers.streams.entry.Supply`, used by one thread.

    Reading goes on from the mark or from what the group committed, whichever is further: the mark
    is further when this process was killed before it committed, the group when another member had
    the partition since. A partition is given away only after what was read of it is durable.

    Attributes:
        more: Whether there is more at once.
        lag_s: How old the newest message read is, while there are more.
        note: What is wrong on the way to the brokers, "" when nothing is.
        descriptors: None; it is asked again and again.
    """

    descriptors: frozenset[int] = frozenset()

    def __init__(self, settings: KafkaSettings, opening: Opening) -> None:
        self.more = False
        self.lag_s = 0.0
        self.note = ""
        self._settings = settings
        self._timeout_s = settings.timeout.total_seconds()
        self._opening = opening
        self._marks = Marks.read(opening.mark)
        self._known_before: dict[str, int] = {}
        """Up to these offsets messages are only noted: they were dealt with before."""
        self._began: dict[str, int] = {}
        self._broken = ""
        self._closing = self._fresh = False
        self._committed = ""
        self._look_round_at = 0.0
        try:
            self._consumer = Consumer(
                {
                    **settings.settings(),
                    "group.id": settings.group,
                    "enable.auto.commit": False,
                    "enable.auto.offset.store": False,
                    "auto.offset.reset": "earliest" if opening.from_start else "latest",
                    "session.timeout.ms": _SESSION_MS,
                    "max.poll.interval.ms": _LONGEST_PAUSE_MS,
                    "error_cb": self._hear,
                }
            )
            self._consumer.subscribe(
                list(settings.topics), on_assign=self._assigned, on_revoke=self._revoked,
                on_lost=self._lost,
            )  # fmt: skip
        except KafkaException as error:
            raise SupplyError(f"{settings.shown} cannot be read: {reason(error)}") from error

    def draw(self) -> Iterator[Entry]:
        """What came since, in the order of each partition."""
        self._look_round_if_due()
        try:
            messages = self._consumer.consume(_AT_ONCE, _WAIT_S)
        except KafkaException as error:
            raise SupplyError(f"messages cannot be read: {reason(error)}") from error
        if self._broken:
            raise SupplyError(self._broken)
        self._marks.begin()
        self.more = bool(messages)
        if self._fresh:
            self._fresh = False
            yield Entry(mark=self._marks.text())
        for message in messages:
            if (failed := message.error()) is not None:
                raise SupplyError(f"messages cannot be read: {failed.str()}")
            self.note = ""
            yield from self._entries(message)
        self.lag_s = self._lag_s(messages)

    def close(self) -> None:
        """Commit what is durable, and leave the group."""
        self._closing = True
        self._wait_durable(_GONE_WITHIN_S)
        self._commit(asynchronous=False)
        self._consumer.close()

    def _entries(self, message: Message) -> Iterator[Entry]:
        partition, offset = _name(message), message.offset() or 0
        headers = _headers(message)
        line = shipped_of(headers)
        again = line is not None and self._marks.again(line.origin, line.end)
        if offset < self._began.get(partition, 0):  # its topic was made anew: these are others
            self._began[partition] = self._known_before[partition] = offset
        if offset < self._known_before.get(partition, 0):
            return
        mark = self._marks.mark(partition, offset)
        text = message.value()
        if again or text is None:
            yield Entry(mark=mark)
            return
        if line is not None:
            labels = {**line.labels, **self._labels(message, headers)}
            stream = Stream(path=line.path, labels=tuple(labels.items()))
        else:
            service = headers.get("service") or str(message.topic())
            labels = {"service": service, **self._labels(message, headers)}
            if headers.get("host"):
                labels.setdefault("host", headers["host"])
            stream = Stream(path=f"kafka:{partition}", labels=tuple(labels.items()))
        kind, at_ms = message.timestamp()
        dated = kind != TIMESTAMP_NOT_AVAILABLE
        yield Entry(
            mark=mark,
            stream=stream,
            id=f"{partition}:{offset}",
            text=text.rstrip(b"\n")[:_LONGEST_TEXT],
            at_s=at_ms / 1000 if dated else self._opening.clock.now().timestamp(),
            dated=dated and line is None,  # when a line was sent says little of when it was written
        )

    def _labels(self, message: Message, headers: Mapping[str, str]) -> dict[str, str]:
        """Those that the settings name."""
        found = {}
        for label, said in self._settings.labels.items():
            match said:
                case "topic":
                    value = str(message.topic())
                case "key":
                    value = _text(message.key())
                case _:
                    value = headers.get(said.partition(":")[2], "")
            if value:
                found[label] = value
        return found

    def _lag_s(self, messages: Sequence[Message]) -> float:
        """The age of what was read last, unless it is the end."""
        if not messages:
            return 0.0
        kind, at_ms = messages[-1].timestamp()
        if len(messages) < _AT_ONCE or kind == TIMESTAMP_NOT_AVAILABLE:
            return 0.0
        return max(0.0, self._opening.clock.now().timestamp() - at_ms / 1000)

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Begin where the mark or the group stands."""
        try:
            committed = consumer.committed(partitions, timeout=self._timeout_s)
            for one in committed:
                first, end = _ends(consumer.get_watermark_offsets(one, timeout=self._timeout_s))
                one.offset = self._begin_at(_name(one), one.offset, first, end)
        except KafkaException as error:
            # Not from an old mark: others may be further. The source is opened anew.
            self._broken = f"the group's offsets cannot be asked for: {reason(error)}"
            consumer.unassign()
            return
        consumer.assign(committed)

    def _begin_at(self, name: str, theirs: int, first: int, end: int) -> int:
        """Where to begin in a partition that has these offsets and was committed up to there."""
        ours = self._marks.at.get(name, -1)
        if ours >= max(theirs, 0):
            self._known_before[name] = ours
            begin = min(ours, self._marks.since.get(name, ours))
        else:
            begin = theirs if theirs >= 0 else (first if self._opening.from_start else end)
            self._known_before.pop(name, None)
            self._marks.set(name, begin)
            self._fresh = True
        self._began[name] = begin
        return begin

    def _revoked(self, consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        """Another member gets them: first what was read is found in, stored and committed."""
        if not self._closing:
            self._opening.settle()
            self._wait_durable(_SETTLED_WITHIN_S)
            self._commit(asynchronous=False)
        consumer.unassign()

    def _lost(self, consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        """Another member has them already."""
        consumer.unassign()

    def _wait_durable(self, within_s: float) -> None:
        """Wait until everything that was read is durable, but not for long."""
        read = dict(self._marks.at)
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            kept = Marks.read(self._opening.kept()).at
            if all(kept.get(name, 0) >= offset for name, offset in read.items()):
                return
            time.sleep(_LOOK_AGAIN_S)

    def _look_round_if_due(self) -> None:
        """Commit, and look whether what was wrong is over."""
        now = self._opening.clock.monotonic()
        if now < self._look_round_at:
            return
        self._look_round_at = now + _COMMIT_EVERY_S
        if self.note:
            with suppress(KafkaException):
                self._consumer.list_topics(timeout=_WAIT_S * 10)
                self.note = ""
        self._commit(asynchronous=True)

    def _commit(self, *, asynchronous: bool) -> None:
        """Tell the group what is durable here, of the partitions that are ours."""
        kept = self._opening.kept()
        if not kept or (asynchronous and kept == self._committed):
            return
        try:
            mine = {_name(one) for one in self._consumer.assignment()}
            offsets = [
                TopicPartition(topic, number, offset)
                for topic, number, offset in offsets_in(kept)
                if f"{topic}/{number}" in mine
            ]
            if not offsets:
                return
            if asynchronous:
                self._consumer.commit(offsets=offsets, asynchronous=True)
            else:
                self._consumer.commit(offsets=offsets, asynchronous=False)
            self._committed = kept
        except KafkaException as error:
            self.note = f"offsets cannot be committed: {reason(error)}"

    def _hear(self, error: object) -> None:
        said = getattr(error, "str", None)
        self.note = str(said()) if callable(said) else str(error)


def _name(one: Message | TopicPartition) -> str:
    if isinstance(one, TopicPartition):
        return f"{one.topic}/{one.partition}"
    return f"{one.topic()}/{one.partition()}"


def _ends(found: tuple[int, int] | None) -> tuple[int, int]:
    return found if found is not None else (0, 0)


def _headers(message: Message) -> dict[str, str]:
    """By name; the last of several."""
    return {key: _text(value) for key, value in dict(message.headers() or ()).items()}


def _text(value: bytes | str | None) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
