"""Feishu's urgent push (加急): in the app, by SMS or by phone, on the alert's own card."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import Means, escalates
from bot.core.notification import Receipt, SentCard
from bot.core.ports import Job
from bot.core.subscription import TargetKind
from bot.engine.reading import Views
from bot.feishu.cards.notice import notice_card
from bot.feishu.cards.reader import Reader

_log = logging.getLogger(__name__)

_PASSING = (Fault.THROTTLED, Fault.PASSING, Fault.TOKEN)
_NO_SCOPE = 99991672
_NO_QUOTA = 230024
_SAME = timedelta(minutes=2)
"""Alerts that share a card push it once in this span, not once each."""


class Pusher(Protocol):
    """What this notifier needs of the Feishu client."""

    def urge(self, message_id: str, means: Means, people: Sequence[str]) -> frozenset[str]:
        """Push a message to people; whom it could not reach."""
        ...

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        """Send a card to a person; its message_id."""
        ...


class FeishuUrgent:
    """Pushes a card to people; safe to use from several threads.

    Only somebody in the group can be pushed its card: others get the alert in private, and that
    message is pushed. What Feishu refuses here says nothing of the app or of the chat: it only
    fails this step, so that the next one is taken.
    """

    def __init__(
        self,
        pusher: Pusher,
        views: Views,
        cards: Callable[[int], tuple[SentCard, ...]],
        zone: ZoneInfo,
    ) -> None:
        """`cards` gives the cards of an alert that stand."""
        self._pusher = pusher
        self._views = views
        self._cards = cards
        self._zone = zone
        self._pushed: dict[tuple[str, Means, str], datetime] = {}

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Push; None if somebody has the alert by now."""
        owed = job.notification
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or not escalates(view.alert, muted=view.mute is not None):
            return None
        means = Means(owed.target.address)
        wanted = [str(one["id"]) for one in owed.content["people"] if one["id"]]
        left, refusal = self._on_cards(view.alert.id, means, wanted, now)
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        private = notice_card(view, owed.purpose, reader, owed.content) if left else {}
        sent: list[tuple[str, str]] = []
        missed: list[str] = []
        for number, person in enumerate(left):
            try:
                message = self._pusher.send_card(person, private, f"{job.uuid}-{number}")
                sent.append((message, person))
                missed += self._pusher.urge(message, means, [person])
            except DeliveryError as error:
                refusal = _stepwise(error)
                missed.append(person)
        if set(wanted) <= set(missed):
            raise refusal or DeliveryError(Fault.MISCONFIGURED, detail="nobody could be reached")
        if missed:
            _log.warning("somebody was not reached", extra={"alert": view.alert.id, "who": missed})
        return Receipt(beside=tuple(sent))

    def _on_cards(
        self, alert_id: int, means: Means, wanted: list[str], now: datetime
    ) -> tuple[list[str], DeliveryError | None]:
        """Whom no card of the alert could be pushed to, and why."""
        left, refusal = wanted, None
        self._pushed = {key: at for key, at in self._pushed.items() if now - at < _SAME}
        for card in self._cards(alert_id):
            if not left or card.target.kind is not TargetKind.FEISHU_CHAT:
                continue
            left = [one for one in left if (card.message_id, means, one) not in self._pushed]
            if not left:
                break
            try:
                missed = self._pusher.urge(card.message_id, means, left)
            except DeliveryError as error:
                refusal = _stepwise(error)
                continue
            for one in left:
                if one not in missed:
                    self._pushed[card.message_id, means, one] = now
            left = [one for one in left if one in missed]
        return left, refusal


def _stepwise(error: DeliveryError) -> DeliveryError:
    """What fails only this step; raises what another try or another place cannot mend."""
    if error.fault in _PASSING or (error.fault is Fault.APP_REFUSED and error.code != _NO_SCOPE):
        raise error
    failed = DeliveryError(Fault.MISCONFIGURED, code=error.code, detail=error.detail)
    if error.code in (_NO_SCOPE, _NO_QUOTA):
        raise failed from error
    return failed
