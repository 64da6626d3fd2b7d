"""Questions to agents and their answers, in the database."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.lookup import ASKED_AGAIN, LookKind, Lookup, Part, number_about
from bot.core.notification import Notification, Purpose
from bot.core.subscription import Language, Target, TargetKind
from bot.store.database import Database
from bot.store.lookup_rows import LookupRow, QuestionRow
from watchers.questions import (
    Answer,
    Question,
    answer_from_dict,
    answer_to_dict,
    question_from_dict,
    question_to_dict,
)


class Lookups:
    """`core.lookup_ports.LookupStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, lookup: Lookup, questions: Mapping[str, Question]) -> Lookup:
        """Store a new one with its questions, by agent; returns it with its numbers."""
        number = LookupRow.insert(
            kind=lookup.kind.value,
            subject=lookup.subject,
            asked=dict(lookup.asked),
            alert=lookup.alert_id,
            address=lookup.target.address,
            language=lookup.language.value,
            message=lookup.message,
            asked_at=lookup.asked_at,
            open_until=lookup.open_until,
        ).execute(self._database)
        for agent, question in questions.items():
            QuestionRow.insert(
                lookup=number, agent=agent, question=question_to_dict(question)
            ).execute(self._database)
        return replace(lookup, id=int(number), parts=self._parts(int(number)))

    def get(self, number: int) -> Lookup | None:
        """One of them."""
        query = LookupRow.select().where(LookupRow.id == number)
        return next((self._lookup(row) for row in query.execute(self._database)), None)

    def lately(
        self, subject: str, target: Target, since: datetime, limit: int
    ) -> tuple[Lookup, ...]:
        """Those about the same since an instant, newest first."""
        query = LookupRow.select().where(
            (LookupRow.subject == subject)
            & (LookupRow.address == target.address)
            & (LookupRow.asked_at >= since)
        )
        newest = query.order_by(LookupRow.id.desc()).limit(limit)
        return tuple(self._lookup(row) for row in newest.execute(self._database))

    def asks(self, agent: str, now: datetime) -> bool:
        """Whether there is a question to an agent; looks without the write lock."""
        return bool(self._open(agent, now, 1))

    def hand_out(self, agent: str, now: datetime, limit: int) -> tuple[Question, ...]:
        """Open questions to an agent; what is handed out is not again for a while."""
        row = QuestionRow
        found = self._open(agent, now, limit)
        if found:
            numbers = [one.id for one in found]
            row.update(taken_at=now).where(row.id.in_(numbers)).execute(self._database)
        return tuple(replace(question_from_dict(one.question), id=one.id) for one in found)

    def _open(self, agent: str, now: datetime, limit: int) -> list[QuestionRow]:
        row = QuestionRow
        untaken = row.taken_at.is_null() | (row.taken_at < now - ASKED_AGAIN)
        wanted = LookupRow.select(LookupRow.id).where(LookupRow.open_until > now)
        mine = (row.agent == agent) & row.answered_at.is_null()
        query = row.select().where(mine & untaken & row.lookup.in_(wanted))
        return list(query.order_by(row.id).limit(limit).execute(self._database))

    def answer(self, agent: str, answer: Answer, now: datetime) -> Lookup | None:
        """Keep an answer; the lookup it is for, None where nobody asked or it came before."""
        row = QuestionRow
        kept = (
            row.update(answer=answer_to_dict(answer), answered_at=now)
            .where((row.id == answer.id) & (row.agent == agent) & row.answered_at.is_null())
            .execute(self._database)
        )
        if not kept:
            return None
        number = row.select(row.lookup).where(row.id == answer.id)
        lookup = self.get(next(one.lookup for one in number.execute(self._database)))
        if lookup is not None and all(part.answer is not None for part in lookup.parts):
            self._close([lookup.id])
        return lookup

    def overdue(self, now: datetime) -> bool:
        """Whether a host has been waited for for too long."""
        query = LookupRow.select(LookupRow.id).where(LookupRow.open_until <= now).limit(1)
        return bool(list(query.execute(self._database)))

    def give_up(self, now: datetime, limit: int) -> tuple[Lookup, ...]:
        """Wait no longer for the hosts of these."""
        query = LookupRow.select().where(LookupRow.open_until <= now).limit(limit)
        found = tuple(self._lookup(row) for row in query.execute(self._database))
        self._close(one.id for one in found)
        return found

    def prune(self, before: datetime) -> int:
        """Forget some asked before that, after their questions."""
        old = LookupRow.asked_at < before
        gone = LookupRow.select(LookupRow.id).where(old)
        hanging = self._database.forget(QuestionRow, QuestionRow.lookup.in_(gone), QuestionRow.id)
        return hanging or self._database.forget(LookupRow, old, LookupRow.id)

    def _close(self, numbers: Iterable[int]) -> None:
        LookupRow.update(open_until=None).where(LookupRow.id.in_(list(numbers))).execute(
            self._database
        )

    def _lookup(self, row: LookupRow) -> Lookup:
        return Lookup(
            id=row.id,
            kind=LookKind(row.kind),
            subject=row.subject,
            asked=row.asked,
            alert_id=row.alert,
            target=Target(kind=TargetKind.FEISHU_CHAT, address=row.address),
            language=Language(row.language),
            message=row.message,
            asked_at=row.asked_at,
            open_until=row.open_until,
            parts=self._parts(row.id),
        )

    def _parts(self, number: int) -> tuple[Part, ...]:
        query = QuestionRow.select().where(QuestionRow.lookup == number).order_by(QuestionRow.id)
        return tuple(
            Part(
                id=row.id,
                agent=row.agent,
                question=question_from_dict(row.question),
                answer=answer_from_dict(row.answer) if row.answer is not None else None,
            )
            for row in query.execute(self._database)
        )


def note_card(database: Database, owed: Notification, message_id: str) -> bool:
    """The card of a lookup was sent; whether an answer came too late to be on it."""
    number = number_about(owed.about)
    if number is None or owed.purpose is not Purpose.ANSWER:
        return False
    LookupRow.update(message=message_id).where(LookupRow.id == number).execute(database)
    answered = QuestionRow.select(QuestionRow.id).where(
        (QuestionRow.lookup == number) & QuestionRow.answered_at.is_null(is_null=False)
    )
    return bool(list(answered.limit(1).execute(database)))
