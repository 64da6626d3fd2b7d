"""``/alert 42``: one alert's card."""

from dataclasses import dataclass

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.rungs import noted
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id

TIMELINE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAlert:
    """Show one alert."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the alert's card."""
        view = views.alert(self.alert_id, request.now, TIMELINE)
        if view is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        may_act = views.shows_buttons(view.alert, request.target)
        card = alert_card(view, request.reader, may_act=may_act, full=True)
        if code := views.delivering.refused(self.alert_id):
            card = noted(card, request.reader.texts.delivery.refused_here(code))
        return Answer(card=card)


def current(number: int, request: Request, views: Views) -> AlertView:
    """An alert as it stands now.

    Raises:
        InvalidTransitionError: If there is no such alert.
    """
    view = views.alert(number, request.now)
    if view is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
    return view


def _read(words: Words, moment: Moment) -> ShowAlert:
    return ShowAlert(alert_id=alert_id(words, "/alert 42"))


SPEC = Spec(
    names=("alert", "查看", "查看告警", "告警详情", "详情", "show"),
    text=lambda texts: texts.commands.alert,
    read=_read,
    right=Right.READ,
)
