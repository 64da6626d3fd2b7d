"""Mutes in the database."""

from dataclasses import replace
from datetime import datetime

from peewee import Expression

from bot.core.alert import Person
from bot.core.mute import Mute
from bot.store.database import Database
from bot.store.models import MuteRow
from bot.store.rows import known_person, matchers_from_json, matchers_to_json, person_to_json


class Mutes:
    """`core.ports.MuteStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mute: Mute) -> Mute:
        """Store a new mute; returns it with its id."""
        number = MuteRow.insert(
            matchers=matchers_to_json(mute.matchers),
            starts_at=mute.starts_at,
            ends_at=mute.ends_at,
            by=person_to_json(mute.by),
            reason=mute.reason,
        ).execute(self._database)
        return replace(mute, id=int(number))

    def get(self, mute_id: int) -> Mute | None:
        """One mute."""
        query = MuteRow.select().where(MuteRow.id == mute_id)
        return next((_mute(row) for row in query.execute(self._database)), None)

    def active(self, now: datetime) -> tuple[Mute, ...]:
        """Mutes that hide now, first to end first."""
        query = (
            MuteRow.select()
            .where((MuteRow.starts_at <= now) & (MuteRow.ends_at > now))
            .order_by(MuteRow.ends_at, MuteRow.id)
        )
        return tuple(_mute(row) for row in query.execute(self._database))

    def end(self, mute_id: int, by: Person, now: datetime) -> None:
        """Let it end now, and remember who wanted that."""
        MuteRow.update(ends_at=now, ended_by=person_to_json(by)).where(
            MuteRow.id == mute_id
        ).execute(self._database)

    def any_ended(self, now: datetime) -> bool:
        """Whether `settle_ended` would return any."""
        query = MuteRow.select(MuteRow.id).where(_ended(now)).limit(1)
        return any(True for _ in query.execute(self._database))

    def settle_ended(self, now: datetime) -> tuple[Mute, ...]:
        """Mutes that ended and were not returned by an earlier call."""
        ended = _ended(now)
        mutes = tuple(_mute(row) for row in MuteRow.select().where(ended).execute(self._database))
        if mutes:
            MuteRow.update(settled=True).where(ended).execute(self._database)
        return mutes


def _ended(now: datetime) -> Expression:
    return (MuteRow.ends_at <= now) & (MuteRow.settled == False)  # noqa: E712 - SQL


def _mute(row: MuteRow) -> Mute:
    return Mute(
        id=row.id,
        matchers=matchers_from_json(row.matchers),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        by=known_person(row.by),
        reason=row.reason,
    )
