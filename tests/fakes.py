"""Stand-ins for ports where the real one is impractical."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from tests.builders import NOW

Answer = Receipt | None | Exception
Script = Callable[[Job, datetime], Answer]


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """The wall clock; aware, UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds for intervals."""
        return self._monotonic

    def move(self, **span: float) -> datetime:
        """Let time pass, e.g. ``move(seconds=2)``; returns the new instant."""
        passed = timedelta(**span)
        self._now += passed
        self._monotonic += passed.total_seconds()
        return self._now


class ScriptedNotifier:
    """Keeps the jobs it gets and answers each as told; when nothing is told, it delivers."""

    def __init__(self, *answers: Answer | Script) -> None:
        self._answers: Iterator[Answer | Script] = iter(answers)
        self.jobs: list[Job] = []

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Answer the next job."""
        self.jobs.append(job)
        answer = next(self._answers, Receipt(message_id=f"om_{len(self.jobs)}", version=1))
        if callable(answer):
            answer = answer(job, now)
        if isinstance(answer, Exception):
            raise answer
        return answer


def fault(kind: Fault, **fields: object) -> DeliveryError:
    """A failure as a notifier raises it."""
    return DeliveryError(kind, **fields)  # type: ignore[arg-type]
