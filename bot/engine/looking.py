"""Asks hosts for log lines, keeps what they say, and owes the cards and files that show it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.core.lookup import LookKind, Lookup
from bot.core.notification import ANSWER_FIRST, Notification, Purpose
from bot.core.ports import Store
from watchers.finding import Finding
from watchers.questions import Answer, Ending, Question

AT_ONCE = 8
"""Questions that one report is answered with."""


class Looking:
    """The engine's hand for looking into logs, and a sweep; inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def found(self, findings: Iterable[Finding], agent: str, now: datetime) -> None:
        """Keep what findings show, to be searched."""
        kept = [finding for finding in findings if not finding.recovers]
        if kept:
            self._store.recorded.keep(kept, agent, now)

    def ask(self, lookup: Lookup, questions: Mapping[str, Question]) -> Lookup:
        """Ask agents; their answers change the card."""
        return self._store.lookups.add(lookup, questions)

    def questions(self, agent: str, now: datetime) -> tuple[Question, ...]:
        """What an agent is to answer."""
        return self._store.lookups.hand_out(agent, now, AT_ONCE)

    def answered(self, agent: str, answers: Iterable[Answer], now: datetime) -> None:
        """Keep what an agent says."""
        for answer in answers:
            lookup = self._store.lookups.answer(agent, answer, now)
            if lookup is not None:
                self._tell(lookup, now)

    def due(self, now: datetime) -> bool:
        """Whether a host has been waited for for too long."""
        return self._store.lookups.overdue(now)

    def sweep(self, now: datetime) -> None:
        """Say that it did not answer."""
        for lookup in self._store.lookups.give_up(now, AT_ONCE):
            self._tell(lookup, now)

    def _tell(self, lookup: Lookup, now: datetime) -> None:
        if lookup.kind is LookKind.RECORD:
            whole = any(
                part.answer is not None and part.answer.ending in (Ending.DONE, Ending.BOUND)
                for part in lookup.parts
            )
            self._owe(lookup, Purpose.FILE if whole else Purpose.LOOKED_UP, now)
        elif lookup.message:
            # The answer to a click comes first; an edit that overtakes it is lost.
            self._owe(lookup, Purpose.LOOKED_UP, max(now, lookup.asked_at + ANSWER_FIRST))

    def _owe(self, lookup: Lookup, purpose: Purpose, due: datetime) -> None:
        self._store.outbox.owe(
            Notification(
                target=lookup.target,
                purpose=purpose,
                alert_id=None,
                language=lookup.language,
                content={"lookup": lookup.id},
                due_at=due,
                created_at=due,
                about=lookup.about,
            )
        )
