"""A notifier whose messages are the end of a trace."""

from datetime import datetime

from bot.core.notification import Receipt
from bot.core.ports import Job, Notifier
from watchers.spans import Tracer


class Traced:
    """Stands before a notifier; what no trace led to begins none."""

    def __init__(self, notifier: Notifier, tracer: Tracer) -> None:
        self._notifier = notifier
        self._tracer = tracer

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Deliver it, and say how long it waited in the outbox and how long the sending took."""
        owed = job.notification
        if not owed.traceparent:
            return self._notifier.deliver(job, now)
        facts = {"purpose": owed.purpose.value, "to": owed.target.kind.value}
        with (
            self._tracer.span(
                "outbox", parent=owed.traceparent, since=owed.created_at, facts=facts
            ),
            self._tracer.span("send", facts={"attempt": owed.attempts + 1}),
        ):
            return self._notifier.deliver(job, now)
