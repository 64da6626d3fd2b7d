"""Attempts to deliver, in the database; of each kind only the newest few."""

from datetime import datetime

from bot.core.attempt import KEPT_EACH, LONGEST_DETAIL, Attempt, Result
from bot.core.errors import Fault
from bot.core.notification import Purpose
from bot.core.subscription import Target, TargetKind
from bot.store.database import Database
from bot.store.models import AttemptRow


class Attempts:
    """`core.ports.AttemptLog` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, attempt: Attempt) -> None:
        """Keep one; older ones of the same alert, target and purpose make room."""
        alike = (
            (AttemptRow.alert == attempt.alert_id)
            & (AttemptRow.kind == attempt.target.kind.value)
            & (AttemptRow.address == attempt.target.address)
            & (AttemptRow.purpose == attempt.purpose.value)
        )
        AttemptRow.insert(
            notification=attempt.notification,
            alert=attempt.alert_id,
            kind=attempt.target.kind.value,
            address=attempt.target.address,
            purpose=attempt.purpose.value,
            at=attempt.at,
            ms=attempt.ms,
            result=attempt.result.value,
            code=attempt.code,
            fault=attempt.fault.value if attempt.fault is not None else "",
            detail=attempt.detail[:LONGEST_DETAIL],
        ).execute(self._database)
        query = AttemptRow.select(AttemptRow.id).where(alike).order_by(AttemptRow.id.desc())
        for (oldest,) in query.offset(KEPT_EACH).limit(1).tuples().execute(self._database):
            AttemptRow.delete().where(alike & (AttemptRow.id <= oldest)).execute(self._database)

    def of(self, alert_id: int, limit: int) -> tuple[Attempt, ...]:
        """The newest few of an alert, oldest first."""
        query = AttemptRow.select().where(AttemptRow.alert == alert_id)
        newest = query.order_by(AttemptRow.id.desc()).limit(limit).execute(self._database)
        return tuple(_attempt(row) for row in reversed(list(newest)))

    def prune(self, before: datetime) -> int:
        """Forget some made before that."""
        return self._database.forget(AttemptRow, AttemptRow.at < before, AttemptRow.at)


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        notification=row.notification,
        alert_id=row.alert,
        target=Target(kind=TargetKind(row.kind), address=row.address),
        purpose=Purpose(row.purpose),
        at=row.at,
        ms=row.ms,
        result=Result(row.result),
        code=row.code,
        fault=Fault(row.fault) if row.fault else None,
        detail=row.detail,
    )
