"""Escalations on their way, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.core.alert import AlertState
from bot.core.escalation import Escalation, EscalationPlan, EscalationStep, Means
from bot.core.notification import DeliveryState, Purpose
from bot.store.models import AlertRow, CardRow, EscalationRow, GroupRow, MemberRow, OutboxRow
from bot.store.rows import matchers_from_json, matchers_to_json
from bot.store.written import Slot, Written
from watchers.finding import Severity

if TYPE_CHECKING:
    from peewee import Expression, ModelSelect

    from bot.store.database import Database

_OF = Written(EscalationRow.select().where(EscalationRow.alert == Slot("alert")), EscalationRow)


class Escalations:
    """`core.ports.EscalationStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, alert_id: int) -> Escalation | None:
        """The run of one alert."""
        return next((_run(row) for row in _OF.rows(self._database, alert=alert_id)), None)

    def save(self, run: Escalation) -> None:
        """Store a run, in the place of the one before."""
        EscalationRow.insert(
            alert=run.alert_id,
            plan=_plan_to_json(run.plan),
            number=run.number,
            next_step_at=run.next_step_at,
            started_at=run.started_at,
        ).on_conflict(
            conflict_target=[EscalationRow.alert],
            preserve=[
                EscalationRow.plan,
                EscalationRow.number,
                EscalationRow.next_step_at,
                EscalationRow.started_at,
            ],
        ).execute(self._database)

    def remove(self, alert_id: int) -> None:
        """Forget an alert's run."""
        EscalationRow.delete().where(EscalationRow.alert == alert_id).execute(self._database)

    def any_due(self, now: datetime) -> bool:
        """Whether `due` would return any."""
        query = EscalationRow.select(EscalationRow.alert).where(EscalationRow.next_step_at <= now)
        return bool(list(query.limit(1).execute(self._database)))

    def due(self, now: datetime, limit: int) -> tuple[Escalation, ...]:
        """Runs whose next step is due, longest due first."""
        query = (
            EscalationRow.select()
            .where(EscalationRow.next_step_at <= now)
            .order_by(EscalationRow.next_step_at, EscalationRow.alert)
            .limit(limit)
        )
        return tuple(_run(row) for row in query.execute(self._database))

    def unheard(self, opened_before: datetime, due_before: datetime, limit: int) -> tuple[int, ...]:
        """Alerts that nobody was told of, and nobody is about to be, oldest first."""
        carded = CardRow.select(CardRow.alert)
        coming = EscalationRow.select(EscalationRow.alert).where(
            EscalationRow.next_step_at >= due_before
        )
        query = (
            AlertRow.select(AlertRow.id)
            .where(
                (AlertRow.state == AlertState.FIRING.value)
                & (AlertRow.severity == Severity.CRITICAL.value)
                & AlertRow.tell_at.is_null()
                & (AlertRow.opened_at < opened_before)
                & AlertRow.id.not_in(carded)
                & AlertRow.id.not_in(coming)
                & AlertRow.id.not_in(_on_their_way())
                & AlertRow.id.not_in(_sharing(MemberRow.alert.in_(_on_their_way())))
                & AlertRow.id.not_in(_sharing(GroupRow.due_at.is_null(False)))
            )
            .order_by(AlertRow.id)
            .limit(limit)
        )
        return tuple(int(row.id) for row in query.execute(self._database))


def _on_their_way() -> ModelSelect[OutboxRow]:
    """Alerts whose first card is owed: when it stands is for delivery to say."""
    return OutboxRow.select(OutboxRow.alert).where(
        (OutboxRow.state == DeliveryState.WAITING.value)
        & (OutboxRow.purpose == Purpose.FIRST.value)
        & OutboxRow.alert.is_null(False)
    )


def _sharing(groups: Expression) -> ModelSelect[MemberRow]:
    """Alerts of these groups, which a card tells of that is owed or about to be."""
    found = (
        MemberRow.select(MemberRow.group_id)
        .join(GroupRow, on=(GroupRow.id == MemberRow.group_id))
        .where(groups)
    )
    return MemberRow.select(MemberRow.alert).where(MemberRow.group_id.in_(found))


def _plan_to_json(plan: EscalationPlan) -> Any:
    return {
        "name": plan.name,
        "matchers": matchers_to_json(plan.matchers),
        "least_severity": plan.least_severity.value,
        "repeat": plan.repeat,
        "steps": [
            {
                "after_s": step.after.total_seconds(),
                "means": step.means.value,
                "rota": step.rota,
                "to": list(step.to),
            }
            for step in plan.steps
        ],
    }


def _run(row: EscalationRow) -> Escalation:
    plan = row.plan
    return Escalation(
        alert_id=row.alert,
        plan=EscalationPlan(
            name=plan["name"],
            matchers=matchers_from_json(plan["matchers"]),
            least_severity=Severity(plan["least_severity"]),
            repeat=plan["repeat"],
            steps=tuple(
                EscalationStep(
                    after=timedelta(seconds=step["after_s"]),
                    means=Means(step["means"]),
                    rota=step["rota"],
                    to=tuple(step["to"]),
                )
                for step in plan["steps"]
            ),
        ),
        number=row.number,
        next_step_at=row.next_step_at,
        started_at=row.started_at,
    )
