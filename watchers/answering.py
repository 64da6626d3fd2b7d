"""Answers a server's questions beside the reading, one after the other, and reports the answers."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable

from watchers.errors import SinkError
from watchers.finding import Report
from watchers.lookback.looking import Looking
from watchers.questions import Question
from watchers.sinks.base import Sink

MOST_WAITING = 32
"""Of more the server is told nothing, and asks again."""

log = logging.getLogger(__name__)


class Answering:
    """A thread that looks into files; what asks never waits for it."""

    def __init__(self, agent: str, looking: Looking, sink: Callable[[], Sink]) -> None:
        """`sink` gives where answers are reported: what brings the questions is made later."""
        self._agent = agent
        self._looking = looking
        self._sink = sink
        self._waiting: queue.Queue[Question | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="looking", daemon=True)

    def start(self) -> None:
        """Start the thread; once only."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """End it; what waits is not answered any more."""
        try:
            self._waiting.put(None, timeout=timeout_s)
        except queue.Full:
            return
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def ask(self, questions: Iterable[Question]) -> None:
        """Take questions; from any thread."""
        for question in questions:
            try:
                self._waiting.put_nowait(question)
            except queue.Full:
                log.warning("too many questions wait", extra={"question": question.id})

    def _work(self) -> None:
        while (question := self._waiting.get()) is not None:
            answer = self._looking.answer(question)
            try:
                self._sink().accept(Report(agent=self._agent, answers=(answer,)))
            except SinkError as error:  # the server asks again
                log.info("an answer was not taken", extra={"reason": str(error)})
