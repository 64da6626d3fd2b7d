"""Live news for the page: every change is published to all who listen, in batches."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.sandbox.wire import dumps

_MOST_BATCHES = 100
_HEARTBEAT_S = 15.0
_BATCH_S = 0.05  # a page is told at once, and then no more often than that
_FEW_PAGES = 20  # many pages are told less often, so that telling them leaves time for the rest

Draw = Callable[[], object]
"""Gives the news as JSON; called once for all pages, and not at all when there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Subscriber:
    news: "queue.Queue[bytes | None]" = field(default_factory=lambda: queue.Queue(_MOST_BATCHES))


class Bus:
    """Server-sent events to any number of pages; thread-safe.

    News are drawn and encoded once, by a thread of the bus, whatever the number of pages.
    """

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._subscribers: set[_Subscriber] = set()
        self._pending: list[tuple[str, Draw]] = []
        self._latest: dict[str, Draw] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="sandbox-news", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def publish(self, kind: str, draw: Draw) -> None:
        """Send to every listener, in order."""
        if self._subscribers:
            with self._lock:
                self._pending.append((kind, draw))
                self._lock.notify()

    def publish_latest(self, kind: str, draw: Draw) -> None:
        """Send to every listener how things stand in the end; what was before is left out."""
        if self._subscribers:
            with self._lock:
                self._latest[kind] = draw
                self._lock.notify()

    def stream(self) -> Iterator[bytes]:
        """What one page reads until it leaves or the sandbox stops."""
        subscriber = _Subscriber()
        with self._lock:
            if self._closing.is_set():
                return
            self._subscribers.add(subscriber)
        try:
            yield b"retry: 1000\n\n"
            while True:
                try:
                    batch = subscriber.news.get(timeout=_HEARTBEAT_S)
                except queue.Empty:
                    batch = b": still here\n\n"
                if batch is None:
                    return
                yield batch
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    def close(self) -> None:
        """End every stream."""
        self._closing.set()
        with self._lock:
            self._lock.notify()
            for subscriber in self._subscribers:
                _cut_off(subscriber)
        if self._thread.is_alive():
            self._thread.join()

    def _tell(self) -> None:
        while not self._closing.is_set():
            with self._lock:
                if not self._pending and not self._latest and not self._closing.is_set():
                    self._lock.wait()
                drawn = [*self._pending, *self._latest.items()]
                self._pending, self._latest = [], {}
            batch = "".join(f"event: {kind}\ndata: {dumps(draw())}\n\n" for kind, draw in drawn)
            if batch:
                self._hand_out(batch.encode())
            self._closing.wait(_BATCH_S * (1 + len(self._subscribers) / _FEW_PAGES))

    def _hand_out(self, batch: bytes) -> None:
        with self._lock:
            for subscriber in list(self._subscribers):
                try:
                    subscriber.news.put_nowait(batch)
                except queue.Full:  # it reads too slowly; it will come again and ask for all
                    self._subscribers.discard(subscriber)
                    _cut_off(subscriber)


def _cut_off(subscriber: _Subscriber) -> None:
    if subscriber.news.full():
        subscriber.news.get_nowait()
    subscriber.news.put_nowait(None)
