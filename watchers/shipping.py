"""One watch's raw lines on their way elsewhere; positions follow what is confirmed there."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from watchers.clock import Clock
from watchers.errors import SinkError
from watchers.finding import Report, SourceProgress
from watchers.kafka.shipped import Shipped
from watchers.labels import labels_of
from watchers.opening import source_of
from watchers.record import Block
from watchers.records.clocks import Clocks
from watchers.sinks.base import Sink
from watchers.sources.file.settings import WatchSettings
from watchers.sources.file.wake import Wake
from watchers.sources.file.whole import WholeLines
from watchers.standing import Standing

if TYPE_CHECKING:
    from datetime import datetime

_POSITIONS_EVERY_S = 1.0
_HEAR_S = 0.2
_TROUBLED_S = 10.0
_LAST_S = 2.0
_MOST_PATHS = 1000
_AT_ONCE = 512
"""Lines redacted together."""

log = logging.getLogger(__name__)


class LineSender(Protocol):
    """Takes lines away; used by one thread."""

    @property
    def waiting(self) -> int:
        """How many are not confirmed yet."""
        ...

    @property
    def said(self) -> str:
        """What went wrong on the way last, "" when nothing did."""
        ...

    def clean(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines without what must not leave the host, as many as they were."""
        ...

    def send(self, line: Shipped, key: str, text: bytes, done: Callable[[], None]) -> bool:
        """Take a line; False when too many wait. `done` is called out of `poll`."""
        ...

    def poll(self, seconds: float = 0.0) -> None:
        """Hear what is confirmed."""
        ...

    def flush(self, seconds: float) -> bool:
        """Send what waits at once; whether all is confirmed by then."""
        ...

    def close(self) -> None:
        """Drop what is not confirmed."""
        ...


@dataclass(slots=True)
class _Sent:
    """A block whose lines are on their way."""

    end: int
    left: int

    def confirm(self) -> None:
        self.left -= 1


class Shipment:
    """Reads one watch anew, apart from what is found in it, in the thread that calls `run`.

    While nothing is confirmed, lines wait where they are written: so many are on their way at
    most, and then reading pauses. After a crash what was not confirmed is sent again.

    Attributes:
        positions: What the sink took last, by key.
    """

    def __init__(
        self,
        settings: WatchSettings,
        open_sender: Callable[[], LineSender],
        *,
        agent: str,
        host: str,
        sink: Sink,
        positions: Mapping[str, str],
        clock: Clock,
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            settings: What is read; its name is that of the positions.
            open_sender: Where lines go.
            agent: Name under which positions are handed over.
            host: This machine.
            sink: Keeps the positions.
            positions: Everything stored earlier.
            clock: The time.
        """
        self.positions = dict(positions)
        self._settings = settings
        self._open_sender = open_sender
        self._agent = agent
        self._host = host
        self._sink = sink
        self._clock = clock
        self._decoder = settings.decoder()
        self._whole_lines = WholeLines(self._decoder, clock)
        self._wake = Wake(inotify=settings.wake == "inotify")
        self._source = source_of(settings, positions, clock)
        self._standing = Standing(settings.name, self._source, clock)
        self._sent: dict[str, deque[_Sent]] = {}
        self._labels: dict[str, dict[str, str]] = {}
        self._moved: dict[str, str] = {}
        self._moved_at = self._confirmed_at = clock.monotonic()
        self._waited = 0
        self._clocks = Clocks()
        self._last_line_at: datetime | None = None
        self._stop = threading.Event()

    @property
    def progress(self) -> SourceProgress:
        """How far the lines are, renewed about once a second; for any thread."""
        return self._standing.progress

    def stop(self) -> None:
        """Make `run` return soon; from any thread, also before it was called."""
        self._stop.set()
        self._wake.interrupt()

    def run(self) -> None:
        """Ship until `stop`.

        Raises:
            SinkError: If a line cannot be sent for good; go on anew from the positions.
        """
        looks = 0
        sender = self._open_sender()
        try:
            while not self._stop.is_set():
                self._pass(sender)
                if not self._source.caught_up:
                    continue
                if looks != self._source.looks:
                    looks = self._source.looks
                    self._source.told = self._wake.watch(self._source.folders)
                self._wake.wait(_HEAR_S if sender.waiting else self._settings.poll_interval_s)
            sender.flush(_LAST_S)
            self._hear(sender)
            self._save(last=True)
        finally:
            self._source.close()
            self._wake.close()
            sender.close()

    def _pass(self, sender: LineSender) -> None:
        look_now, touched = self._wake.take()
        read = self._source.read(look_now=look_now, touched=touched)
        for item in self._whole_lines.of(read):
            if isinstance(item, Block):
                self._ship(item, sender)
            elif not self._confirmed(item.key, sender):
                return  # where its file ends is not known to have arrived
            self._save()
            if self._stop.is_set():
                return
        self._hear(sender)
        self._moved.update(self._source.take_settled())
        self._save()

    def _ship(self, block: Block, sender: LineSender) -> None:
        self._last_line_at = self._clock.now()
        lines, sent = block.data.split(b"\n")[:-1], _Sent(block.end, 0)
        self._sent.setdefault(block.key, deque()).append(sent)
        sent.left = len(lines)
        at = block.offset
        for start in range(0, len(lines), _AT_ONCE):
            some = lines[start : start + _AT_ONCE]
            clean = sender.clean([self._decoder.text(one) for one in some])
            for raw, text in zip(some, clean, strict=True):
                at += len(raw) + 1
                line = Shipped(
                    origin=f"{self._agent}/{block.file_id}",
                    end=at,
                    path=block.path,
                    labels=self._labels_of(block),
                )
                key, body = f"{self._host}:{block.path}", text.encode("utf-8", "replace")
                while not sender.send(line, key, body, sent.confirm):
                    self._hear(sender, _HEAR_S)
                    if self._stop.is_set():
                        return
        self._hear(sender)

    def _hear(self, sender: LineSender, seconds: float = 0.0) -> None:
        """Note what arrived, and what is wrong with the rest."""
        sender.poll(seconds)
        now = self._clock.monotonic()
        if sender.waiting < self._waited or not sender.waiting:
            self._confirmed_at = now
        self._waited = sender.waiting
        for key, course in list(self._sent.items()):
            end = None
            while course and not course[0].left:
                end = course.popleft().end
            if not course:
                del self._sent[key]
            position = self._source.position(key, end) if end is not None else None
            if position is not None:
                self._moved[key] = position
        trouble = ""
        if now - self._confirmed_at >= _TROUBLED_S:
            trouble = f"{sender.waiting} lines wait to be confirmed; {sender.said or 'no answer'}"
        self._standing.measure(trouble, self._clocks, self._last_line_at)

    def _confirmed(self, key: str, sender: LineSender) -> bool:
        """Wait until all of a file arrived, False when that is not to be before the end."""
        while key in self._sent:
            sender.flush(_HEAR_S)
            self._hear(sender)
            if self._stop.is_set() and key in self._sent:
                return False
        return True

    def _save(self, *, last: bool = False) -> None:
        """Have the positions kept; when they cannot be, a crash sends more lines again."""
        now = self._clock.monotonic()
        if not self._moved or (now - self._moved_at < _POSITIONS_EVERY_S and not last):
            return
        self._moved_at = now
        try:
            self._sink.accept(Report(agent=self._agent, positions=dict(self._moved)))
        except SinkError as error:
            log.debug("positions not taken", extra={"reason": str(error)})
            return
        self.positions.update(self._moved)
        self._moved.clear()

    def _labels_of(self, block: Block) -> dict[str, str]:
        found = self._labels.get(block.path)
        if found is None:
            if len(self._labels) >= _MOST_PATHS:
                self._labels.clear()
            found = labels_of(self._settings, block.path, self._host, block.labels)
            self._labels[block.path] = found
        return found
