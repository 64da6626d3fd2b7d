"""Live news for the page: every change is published to all who listen."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.wire import dumps

_QUEUE_SIZE = 1000
_HEARTBEAT_S = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class _Subscriber:
    news: "queue.Queue[str | None]" = field(default_factory=lambda: queue.Queue(_QUEUE_SIZE))


class Bus:
    """Server-sent events to any number of pages; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: set[_Subscriber] = set()
        self._closed = False

    @property
    def listening(self) -> bool:
        """Whether any page is open; without one nothing need be drawn."""
        return bool(self._subscribers)

    def publish(self, kind: str, payload: object) -> None:
        """Send to every listener; one that reads too slowly is cut off and will reconnect."""
        if not self.listening:
            return
        text = f"event: {kind}\ndata: {dumps(payload)}\n\n"
        with self._lock:
            for subscriber in list(self._subscribers):
                try:
                    subscriber.news.put_nowait(text)
                except queue.Full:
                    self._subscribers.discard(subscriber)
                    subscriber.news.get_nowait()
                    subscriber.news.put_nowait(None)

    def stream(self) -> Iterator[str]:
        """What one page reads until it leaves or the sandbox stops."""
        subscriber = _Subscriber()
        with self._lock:
            if self._closed:
                return
            self._subscribers.add(subscriber)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    text = subscriber.news.get(timeout=_HEARTBEAT_S)
                except queue.Empty:
                    text = ": still here\n\n"
                if text is None:
                    return
                yield text
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    def close(self) -> None:
        """End every stream."""
        with self._lock:
            self._closed = True
            for subscriber in self._subscribers:
                if subscriber.news.full():
                    subscriber.news.get_nowait()
                subscriber.news.put_nowait(None)
