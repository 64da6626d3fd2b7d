"""What becomes of errands: approved, declined, done or failed; each stands in the timeline."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Alert, Person
from bot.core.changes import ApproveErrand, Change, DeclineErrand, FailErrand, RunErrand
from bot.core.context import Event
from bot.core.errand import ErrandRun, ErrandState
from bot.core.errors import DeliveryError, InvalidTransitionError, Refusal
from bot.core.notification import Notification, Receipt
from bot.core.ports import Store
from bot.engine.changing import Changing
from bot.engine.errands import Errands
from bot.engine.telling import Telling

_OUTCOME_CHARS = 2000
_EVENTS = {one.value: one for one in Event}


class ErrandOutcomes:
    """The engine's hand for ends of errands; every method runs inside its transaction."""

    def __init__(
        self, store: Store, telling: Telling, changing: Changing, errands: Errands
    ) -> None:
        self._store = store
        self._telling = telling
        self._changing = changing
        self._errands = errands

    def decide(self, run_id: int, by: Person, now: datetime, *, approved: bool) -> ErrandRun:
        """Let it be done, or not."""
        run = self._store.errands.get(run_id)
        if run is None or run.state is not ErrandState.ASKED:
            raise InvalidTransitionError(
                Refusal.NOTHING_CHANGES, run.by.name if run else "", run.at if run else None
            )
        alert = self._changing.get(run.alert_id)
        if not alert.state.open or alert.opened_at != run.round_at:
            raise InvalidTransitionError(Refusal.NOTHING_OPEN)
        state = ErrandState.OWED if approved else ErrandState.DECLINED
        decided = replace(run, state=state, by=by, at=now)
        self._store.errands.save(decided, run.state)
        change = ApproveErrand if approved else DeclineErrand
        after = self._change(alert, change(by=by, note=run.key), now)
        if approved:
            self._errands.owe(decided, after, now)
        return decided

    def ran(self, owed: Notification, receipt: Receipt, now: datetime) -> None:
        """It came to its end; a message is told again when the alert changes."""
        found = self._found(owed)
        if found is None:
            return
        run, alert = found
        event = _EVENTS.get(receipt.outcome)
        state = ErrandState.FAILED if receipt.failed else ErrandState.DONE
        outcome = receipt.outcome[:_OUTCOME_CHARS] if event is None else ""
        ended = replace(run, state=state, told=event or run.told, at=now, outcome=outcome)
        self._store.errands.save(ended, run.state)
        if event is not None and run.told is not None:
            return  # its first message stands in the timeline, later ones in /why
        note = f"{run.key} {outcome}".strip()
        self._change(alert, FailErrand(note=note) if receipt.failed else RunErrand(note=note), now)

    def failed(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        """It could not be done, nor told."""
        found = self._found(owed)
        if found is None:
            return
        run, alert = found
        why = f"{error.code} {error.detail}"[:_OUTCOME_CHARS]
        failed = replace(run, state=ErrandState.FAILED, at=now, outcome=why)
        self._store.errands.save(failed, run.state)
        self._change(alert, FailErrand(note=f"{run.key} {why}"), now)

    def _found(self, owed: Notification) -> tuple[ErrandRun, Alert] | None:
        run = self._store.errands.get(int(owed.content.get("run", 0)))
        alert = self._store.alerts.get(run.alert_id) if run is not None else None
        return (run, alert) if run is not None and alert is not None else None

    def _change(self, alert: Alert, change: Change, now: datetime) -> Alert:
        return self._changing.change(alert, change, self._telling.audience(now), now)
