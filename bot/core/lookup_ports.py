"""What looking into logs needs to keep, as roles; called inside `Store.transaction`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.alert import Transition
from bot.core.lookup import Lookup, Recorded, Wish
from bot.core.subscription import Target
from watchers.finding import Finding
from watchers.questions import Answer, Question


class RecordedStore(Protocol):
    """Records that rules found, the newest of them."""

    def keep(self, findings: Iterable[Finding], agent: str, now: datetime) -> None:
        """Keep what findings show."""
        ...

    def search(
        self,
        words: str,
        service: str | None,
        since: datetime,
        limit: int,
        wishes: Sequence[Wish] = (),
        takes: Callable[[Recorded], bool] | None = None,
    ) -> tuple[Recorded, ...]:
        """Those that hold the words in any case, newest first.

        With `wishes` only those whose labels or fields are so, the newest many of them; of these
        only what `takes` says yes to.
        """
        ...

    def prune(self, before: datetime) -> int:
        """Forget some that are older, or more than are kept."""
        ...


class LookupStore(Protocol):
    """Questions to agents, and their answers."""

    def add(self, lookup: Lookup, questions: Mapping[str, Question]) -> Lookup:
        """Store a new one with its questions, by agent; returns it with its numbers."""
        ...

    def get(self, number: int) -> Lookup | None:
        """One of them."""
        ...

    def lately(
        self, subject: str, target: Target, since: datetime, limit: int
    ) -> tuple[Lookup, ...]:
        """Those about the same since an instant, newest first."""
        ...

    def asks(self, agent: str, now: datetime) -> bool:
        """Whether there is a question to an agent; looks without the write lock."""
        ...

    def hand_out(self, agent: str, now: datetime, limit: int) -> tuple[Question, ...]:
        """Open questions to an agent; what is handed out is not again for a while."""
        ...

    def answer(self, agent: str, answer: Answer, now: datetime) -> Lookup | None:
        """Keep an answer; the lookup it is for, None where nobody asked or it came before."""
        ...

    def overdue(self, now: datetime) -> bool:
        """Whether a host has been waited for for too long."""
        ...

    def give_up(self, now: datetime, limit: int) -> tuple[Lookup, ...]:
        """Wait no longer for the hosts of these."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some asked before that."""
        ...


class TimelineStore(Protocol):
    """All transitions of alerts."""

    def count(self, alert_id: int) -> int:
        """How many an alert has."""
        ...

    def page(self, alert_id: int, offset: int, limit: int) -> tuple[Transition, ...]:
        """Some of them, oldest first."""
        ...
