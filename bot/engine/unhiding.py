"""Works through the alerts that a mute hides: their cards are drawn anew, their chats are told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.core.aftermath import Aftermath, to_content
from bot.core.alert import AlertState
from bot.core.matcher import all_take
from bot.core.mute import Mute, MuteEvent, fingerprints_of, mute_over, withholds
from bot.core.notification import ANSWER_FIRST, Purpose, SentCard
from bot.core.ports import ConcernedAlert, MuteCourse, Store
from bot.core.recurrence import Recurrence
from bot.core.subscription import Language, Target
from bot.engine.escalating import Escalating
from bot.engine.telling import Audience, Telling


class Unhiding:
    """The engine's hand for the alerts of a mute; runs inside the engine's transaction."""

    def __init__(
        self, store: Store, telling: Telling, escalating: Escalating, at_once: int
    ) -> None:
        """`at_once` is how many alerts one transaction looks at."""
        self._store = store
        self._at_once = at_once
        self._telling = telling
        self._escalating = escalating

    def begin(self, course: MuteCourse, now: datetime) -> MuteCourse | None:
        """Owe the cards of some alerts drawn anew; None when there are no more."""
        mute = course.mute
        alerts = self._store.alerts.open_after(
            course.after, self._at_once, fingerprints_of((mute,))
        )
        taken = [one.id for one in alerts if all_take(mute.matchers, one.identity)]
        suspended = self._telling.audience(now).suspended
        self._store.outbox.owe_refreshes(taken, suspended, now + ANSWER_FIRST, now)
        return replace(course, after=alerts[-1].id) if len(alerts) == self._at_once else None

    def end(self, course: MuteCourse, now: datetime) -> tuple[MuteCourse, bool]:
        """The same, with first cards and a tally of what is left; whether there are no more."""
        mute = course.mute
        alerts = self._store.alerts.concerned_after(
            course.after, self._at_once, fingerprints_of((mute,)), mute.starts_at
        )
        audience = self._telling.audience(now)
        taken = [one for one in alerts if all_take(mute.matchers, one.identity)]
        open_ones = [one.id for one in taken if one.state.open]
        self._store.outbox.owe_refreshes(open_ones, audience.suspended, now + ANSWER_FIRST, now)
        left = {one.target: one for one in course.left}
        cards: dict[int, list[SentCard]] = {}
        for card in self._store.outbox.cards_of([one.id for one in taken]):
            cards.setdefault(card.alert_id, []).append(card)
        for alert in taken:
            other = mute_over(alert.identity, audience.mutes, now)
            if other is None:
                self._tally(left, alert, cards.get(alert.id, []), audience, now)
                self._escalate(alert, audience, now)
            if not withholds(other):
                self._show(alert, cards.get(alert.id, []), audience, now)
        after = alerts[-1].id if alerts else course.after
        done = len(alerts) < self._at_once
        return replace(course, after=after, left=tuple(left.values())), done

    def tell(self, course: MuteCourse, now: datetime) -> None:
        """Owe each chat one message of what the mute leaves behind."""
        mute = course.mute
        audience = self._telling.audience(now)
        for left in course.left:
            if left.target in audience.suspended or not _worth_telling(mute, course.event, left):
                continue
            self._telling.tell_chat(
                left.target,
                left.language,
                Purpose.MUTE_ENDED,
                {"mute": mute.id, "suppressed": mute.suppressed, "event": course.event.value}
                | to_content(left),
                now if course.event is MuteEvent.WORSE else _opens(left.target, audience, now),
                now,
            )

    def chats_of(self, mute: Mute, audience: Audience) -> dict[Target, Language]:
        """Chats with cards of open alerts that a mute takes, as far as one look reaches."""
        alerts = self._store.alerts.open_after(0, self._at_once, fingerprints_of((mute,)))
        taken = [one.id for one in alerts if all_take(mute.matchers, one.identity)]
        cards = self._store.outbox.cards_of(taken)
        return {
            card.target: card.language for card in cards if card.target not in audience.suspended
        }

    def _tally(
        self,
        left: dict[Target, Aftermath],
        alert: ConcernedAlert,
        cards: Iterable[SentCard],
        audience: Audience,
        now: datetime,
    ) -> None:
        chats = {card.target: (card.language, card.message_id) for card in cards}
        for route in self._telling.routes_of(alert.severity, alert.identity, audience, now):
            chats.setdefault(route.target, (route.language, ""))
        for target, (language, card) in chats.items():
            before = left.get(target) or Aftermath(target=target, language=language)
            left[target] = before.with_alert(alert.id, alert.state, card, fresh=alert.fresh)

    def _escalate(self, alert: ConcernedAlert, audience: Audience, now: datetime) -> None:
        """Nothing hides it any more: what was stopped begins anew."""
        waits = alert.state.open and alert.state is not AlertState.ACKNOWLEDGED
        if not waits or not self._escalating.planned(alert.severity, alert.identity):
            return
        stored = self._store.alerts.get(alert.id)
        if stored is not None:
            self._escalating.restart(stored, audience, now)

    def _show(
        self, alert: ConcernedAlert, cards: list[SentCard], audience: Audience, now: datetime
    ) -> None:
        """Owe the first card where there is none yet."""
        if alert.state is not AlertState.FIRING:
            return
        for card in cards:
            self._telling.told_otherwise(card, now)
        carded = {card.target for card in cards}
        routes = self._telling.routes_of(alert.severity, alert.identity, audience, now)
        if any(route.target not in carded for route in routes):
            stored = self._store.alerts.get(alert.id)
            if stored is not None:
                self._telling.tell(stored, audience, now)


def _opens(target: Target, audience: Audience, now: datetime) -> datetime:
    """When a chat is told of what can wait: at once, or when its hours begin again."""
    hours = [one.ways.hours for one in audience.subscriptions if one.target == target]
    closed = [one.next_opening(now) for one in hours if one is not None and not one.open(now)]
    return min(closed) if closed and len(closed) == len(hours) else now


def _worth_telling(mute: Mute, event: MuteEvent, left: Aftermath) -> bool:
    """Whether the end of a mute tells a chat anything that nobody there knows.

    Who lifts a mute sees the cards, and a window that comes every day ends every day.
    """
    if mute.suppressed or left.first_seen or event is MuteEvent.WORSE:
        return True
    return event is MuteEvent.EXPIRED and not isinstance(mute.until, Recurrence)
