"""Why somebody is to be told beside the chats, or what is to be done: looked at again when sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.context import Event, event_of
from bot.core.errand import ErrandRun, ErrandState, news
from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import escalates
from bot.core.notification import Notification, Purpose
from bot.engine.reading import Views
from bot.engine.views import AlertView

TOO_LATE = timedelta(minutes=10)
"""What is done so long after it was wanted may do harm: things are not as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What is told of which alert.

    Attributes:
        run: The errand that asks for it, None for a step of an escalation.
    """

    event: Event
    view: AlertView
    run: ErrandRun | None = None

    @property
    def alert(self) -> Alert:
        """The alert as it stands."""
        return self.view.alert


def occasion(owed: Notification, views: Views, now: datetime) -> Occasion | None:
    """What a message tells; None if there is nothing to tell any more."""
    view = views.alert(owed.alert_id, now) if owed.alert_id is not None else None
    if view is None:
        return None
    goes_on = escalates(view.alert, muted=view.mute is not None)
    match owed.purpose:
        case Purpose.ESCALATED:
            return Occasion(event=Event.ESCALATED, view=view) if goes_on else None
        case Purpose.STOOD_DOWN:
            return None if goes_on else Occasion(event=Event.STOOD_DOWN, view=view)
        case Purpose.ERRAND:
            run = _run(owed, view)
            event = news(run, view.alert) if run is not None else None
            hidden = event is Event.FIRING and view.mute is not None
            if event is None or hidden:
                return None
            return Occasion(event=event, view=view, run=run)
        case _:
            return None


def assignment(owed: Notification, views: Views, now: datetime) -> Occasion | None:
    """What is to be done; None if it is done, declined, or its alert is over.

    Raises:
        DeliveryError: If it was wanted too long ago.
    """
    view = views.alert(owed.alert_id, now) if owed.alert_id is not None else None
    run = _run(owed, view) if view is not None else None
    if view is None or run is None or not view.alert.state.open:
        return None
    if run.state not in (ErrandState.OWED, ErrandState.BEGUN):
        return None
    if now - run.at > TOO_LATE:
        detail = f"too late: it was wanted {(now - run.at).total_seconds():.0f} s ago"
        raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
    return Occasion(event=event_of(view.alert), view=view, run=run)


def _run(owed: Notification, view: AlertView) -> ErrandRun | None:
    wanted = int(owed.content.get("run", 0))
    return next((one.run for one in view.errands if one.run.id == wanted), None)
