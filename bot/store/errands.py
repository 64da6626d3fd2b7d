"""Errands of alerts, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.context import Event
from bot.core.errand import ErrandRun, ErrandState
from bot.store.errand_rows import ErrandRow
from bot.store.rows import known_person, person_to_json

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Database

_COUNTS = (ErrandState.ASKED, ErrandState.OWED, ErrandState.BEGUN, ErrandState.DONE)


class Errands:
    """`core.errand_ports.ErrandStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, alert_id: int) -> tuple[ErrandRun, ...]:
        """All of one alert, oldest first."""
        query = ErrandRow.select().where(ErrandRow.alert == alert_id).order_by(ErrandRow.id)
        return tuple(_run(row) for row in query.execute(self._database))

    def get(self, run_id: int) -> ErrandRun | None:
        """One of them."""
        query = ErrandRow.select().where(ErrandRow.id == run_id)
        return next((_run(row) for row in query.execute(self._database)), None)

    def add(self, run: ErrandRun) -> None:
        """Store one; another for the same round of the same alert changes nothing."""
        ErrandRow.insert(
            alert=run.alert_id, name=run.key, round_at=run.round_at, **_columns(run)
        ).on_conflict_ignore().execute(self._database)

    def save(self, run: ErrandRun, was: ErrandState) -> bool:
        """Store how it stands, unless it does not stand as it `was` any more; whether it did."""
        query = ErrandRow.update(**_columns(run)).where(
            (ErrandRow.id == run.id) & (ErrandRow.state == was.value)
        )
        return bool(query.execute(self._database))

    def cooling(self, key: str, since: datetime) -> bool:
        """Whether one of this name is to be done, or was, after that moment."""
        query = ErrandRow.select(ErrandRow.id).where(
            (ErrandRow.name == key)
            & (ErrandRow.at > since)
            & ErrandRow.state.in_([one.value for one in _COUNTS])
        )
        return bool(list(query.limit(1).execute(self._database)))

    def prune(self, before: datetime) -> int:
        """Forget some that changed last before that."""
        return self._database.forget(ErrandRow, ErrandRow.at < before, ErrandRow.at)


def _columns(run: ErrandRun) -> dict[str, object]:
    return {
        "state": run.state.value,
        "told": run.told.value if run.told is not None else "",
        "by": person_to_json(run.by),
        "at": run.at,
        "outcome": run.outcome,
    }


def _run(row: ErrandRow) -> ErrandRun:
    return ErrandRun(
        id=row.id,
        alert_id=row.alert,
        key=row.name,
        round_at=row.round_at,
        state=ErrandState(row.state),
        told=Event(row.told) if row.told else None,
        by=known_person(row.by),
        at=row.at,
        outcome=row.outcome,
    )
