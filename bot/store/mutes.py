"""Mutes and their history in the database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.core.aftermath import from_content, to_content
from bot.core.mute import Effect, Mute, MuteEvent
from bot.core.ports import MuteChange, MuteCourse, MutePhase
from bot.store.database import FORGOTTEN_AT_ONCE
from bot.store.models import MuteChangeRow, MuteRow
from bot.store.rows import (
    known_person,
    matchers_from_json,
    matchers_to_json,
    person_to_json,
    until_from_json,
    until_to_json,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from peewee import Expression

    from bot.core.alert import Person
    from bot.store.database import Database

_OVER = MutePhase.OVER.value


class Mutes:
    """`core.ports.MuteStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mute: Mute, now: datetime) -> Mute:
        """Store a new mute, due at once; returns it with its id."""
        number = MuteRow.insert(
            **_columns(mute),
            matchers=matchers_to_json(mute.matchers),
            chat=mute.chat,
            name=mute.name,
            phase=MutePhase.PLANNED.value,
            due_at=now,
        ).execute(self._database)
        stored = replace(mute, id=int(number))
        self._note(stored, MuteEvent.SET, mute.by, now)
        return stored

    def change(self, mute: Mute, event: MuteEvent, by: Person, now: datetime) -> None:
        """Store a changed mute, due at once, and a row of its history."""
        MuteRow.update(
            **_columns(mute),
            matchers=matchers_to_json(mute.matchers),
            event=(event if mute.ends_at <= now else MuteEvent.EXPIRED).value,
            due_at=now,
        ).where(MuteRow.id == mute.id).execute(self._database)
        self._note(mute, event, by, now)

    def get(self, mute_id: int) -> Mute | None:
        """One mute."""
        query = MuteRow.select().where(MuteRow.id == mute_id)
        return next((_mute(row) for row in query.execute(self._database)), None)

    def active(self, now: datetime) -> tuple[Mute, ...]:
        """Mutes that hide now, first to end first."""
        hiding = (MuteRow.starts_at <= now) & (MuteRow.ends_at > now)
        return self._some(hiding & (MuteRow.phase != _OVER))

    def standing(self) -> tuple[Mute, ...]:
        """Mutes that hide or will, first to end first."""
        return self._some(MuteRow.phase != _OVER)

    def over_span(self, since: datetime, until: datetime) -> tuple[Mute, ...]:
        """Mutes that hid at any time between two instants, past ones too, first to end first."""
        return self._some((MuteRow.starts_at <= until) & (MuteRow.ends_at > since))

    def history(self, limit: int) -> tuple[MuteChange, ...]:
        """The newest changes of all mutes, newest first."""
        query = MuteChangeRow.select().order_by(MuteChangeRow.id.desc()).limit(limit)
        changes = list(query.execute(self._database))
        named = MuteRow.select().where(MuteRow.id.in_([one.mute for one in changes]))
        mutes = {row.id: _mute(row) for row in named.execute(self._database)}
        return tuple(_change(one, mutes[one.mute]) for one in changes if one.mute in mutes)

    def suppress(self, records: Mapping[int, int]) -> None:
        """Count records that mutes hid, by mute."""
        for number, count in records.items():
            MuteRow.update(suppressed=MuteRow.suppressed + count).where(
                MuteRow.id == number
            ).execute(self._database)

    def look_at(self, mute_ids: Collection[int], now: datetime) -> None:
        """Let the engine look at these at once."""
        MuteRow.update(due_at=now).where(MuteRow.id.in_(list(mute_ids))).execute(self._database)

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        query = MuteRow.select(MuteRow.id).where(MuteRow.due_at <= now).limit(1)
        return any(True for _ in query.execute(self._database))

    def due(self, now: datetime, limit: int) -> tuple[MuteCourse, ...]:
        """Mutes that the engine has to look at, longest due first."""
        query = MuteRow.select().where(MuteRow.due_at <= now)
        query = query.order_by(MuteRow.due_at, MuteRow.id).limit(limit)
        return tuple(_course(row) for row in query.execute(self._database))

    def proceed(self, course: MuteCourse) -> None:
        """Store how far the work on a mute is."""
        MuteRow.update(
            **_columns(course.mute),
            suppressed=course.mute.suppressed,
            phase=course.phase.value,
            worked_to=course.after,
            reminded=course.reminded,
            event=course.event.value,
            aftermath=[to_content(one) for one in course.left],
            due_at=course.due_at,
        ).where(MuteRow.id == course.mute.id).execute(self._database)

    def prune(self, before: datetime) -> int:
        """Forget some mutes that were over before that, after their history; how many rows."""
        old = (MuteRow.phase == _OVER) & (MuteRow.ends_at < before)
        numbers = MuteRow.select(MuteRow.id).where(old)
        forget = self._database.forget
        hanging = forget(MuteChangeRow, MuteChangeRow.mute.in_(numbers), MuteChangeRow.id)
        if hanging == FORGOTTEN_AT_ONCE:
            return hanging
        return hanging + forget(MuteRow, old, MuteRow.ends_at)

    def _some(self, wanted: Expression) -> tuple[Mute, ...]:
        query = MuteRow.select().where(wanted).order_by(MuteRow.ends_at, MuteRow.id)
        return tuple(_mute(row) for row in query.execute(self._database))

    def _note(self, mute: Mute, event: MuteEvent, by: Person, now: datetime) -> None:
        MuteChangeRow.insert(
            mute=mute.id,
            version=mute.version,
            event=event.value,
            by=person_to_json(by),
            at=now,
            ends_at=mute.ends_at,
            until=until_to_json(mute.until),
            effect=mute.effect.value,
            reason=mute.reason,
        ).execute(self._database)


def _columns(mute: Mute) -> dict[str, Any]:
    return {
        "version": mute.version,
        "starts_at": mute.starts_at,
        "ends_at": mute.ends_at,
        "until": until_to_json(mute.until),
        "effect": mute.effect.value,
        "by": person_to_json(mute.by),
        "reason": mute.reason,
    }


def _mute(row: MuteRow) -> Mute:
    return Mute(
        id=row.id,
        version=row.version,
        matchers=matchers_from_json(row.matchers),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        until=until_from_json(row.until),
        effect=Effect(row.effect),
        by=known_person(row.by),
        reason=row.reason,
        chat=row.chat,
        name=row.name,
        suppressed=row.suppressed,
    )


def _course(row: MuteRow) -> MuteCourse:
    return MuteCourse(
        mute=_mute(row),
        phase=MutePhase(row.phase),
        after=row.worked_to,
        reminded=row.reminded,
        event=MuteEvent(row.event),
        left=tuple(from_content(one) for one in row.aftermath),
        due_at=row.due_at,
    )


def _change(row: MuteChangeRow, mute: Mute) -> MuteChange:
    then = replace(
        mute,
        version=row.version,
        ends_at=row.ends_at,
        until=until_from_json(row.until),
        effect=Effect(row.effect),
        reason=row.reason,
    )
    return MuteChange(mute=then, event=MuteEvent(row.event), by=known_person(row.by), at=row.at)
