"""Owes notifications: who is told of an alert, and which cards are drawn anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.advice import Advice
from bot.core.alert import Alert, AlertState
from bot.core.attempt import Dropped
from bot.core.mute import Mute, mute_of, mute_over, withholds
from bot.core.notification import Notification, Purpose, SentCard
from bot.core.ports import Kept, Store
from bot.core.routing import Route, route, route_on, verdict_on
from bot.core.subscription import Language, Subscription, Target
from bot.engine.beginning import Beginnings
from bot.engine.grouping import RECORD_TARGET, Grouping
from bot.engine.terms import Terms
from watchers.finding import Finding, Report, Severity, to_dict

TOLD_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is to be told, read once per transaction."""

    mutes: tuple[Mute, ...]
    subscriptions: tuple[Subscription, ...]

    @property
    def suspended(self) -> frozenset[Target]:
        """Targets that cannot be reached: nothing is sent in vain until they are served again."""
        return frozenset(one.target for one in self.subscriptions if one.suspended)


class Telling:
    """The engine's hand for the outbox; every method runs inside the engine's transaction."""

    def __init__(
        self, store: Store, terms: Terms, grouping: Grouping, beginnings: Beginnings
    ) -> None:
        """`terms` name who is told of an alert that no subscription takes."""
        self._store = store
        self._fallback = terms.fallback
        self._admins = terms.admins
        self._grouping = grouping
        self._beginnings = beginnings

    def audience(self, now: datetime) -> Audience:
        """Who is to be told, as things stand."""
        return Audience(
            mutes=self._store.mutes.active(now), subscriptions=self._store.subscriptions.all()
        )

    def tell(self, alert: Alert, audience: Audience, now: datetime) -> None:
        """Owe the first card to every target that takes a firing alert and has none."""
        self._grouping.changed(alert, now)
        if alert.state is not AlertState.FIRING or _waits(alert, now):
            return
        self._beginnings.note(alert, now)
        if withholds(mute_of(alert, audience.mutes, now)):
            return
        routes = route(alert, audience.subscriptions, now) or self._fallback
        self._owe_first(alert, routes, now)

    def notify(
        self,
        alert: Alert,
        purpose: Purpose,
        audience: Audience,
        now: datetime,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """Owe a notice beneath each card of an alert that no mute hides.

        `content` is what it needs beside the alert as it stands; JSON-ready.
        """
        if _waits(alert, now) or mute_of(alert, audience.mutes, now) is not None:
            return
        routes = {one.target: one for one in route(alert, audience.subscriptions, now)}
        for card in self._store.outbox.cards(alert.id):
            if card.target in audience.suspended:
                continue
            if (one := routes.get(card.target)) is not None and one.later is not None:
                self._keep(alert, one, one.later)
                continue
            if not self._grouping.rings(alert, purpose, card, now):
                continue
            self._store.outbox.owe(
                Notification(
                    target=card.target,
                    purpose=purpose,
                    alert_id=alert.id,
                    language=card.language,
                    content=content or {},
                    due_at=now,
                    created_at=now,
                )
            )

    def routes_of(
        self, severity: Severity, seen: Mapping[str, str], audience: Audience, now: datetime
    ) -> tuple[Route, ...]:
        """Where an alert goes of which only severity and identity are known."""
        return route_on(severity, seen, audience.subscriptions, now) or self._fallback

    def told_otherwise(self, card: SentCard, now: datetime) -> None:
        """Something else rings for the alert of a card."""
        self._grouping.told_otherwise(card, now)

    def tell_chat(
        self,
        target: Target,
        language: Language,
        purpose: Purpose,
        content: Mapping[str, Any],
        due: datetime,
        now: datetime,
    ) -> None:
        """Owe a message of its own, about no one alert, not before `due`."""
        self._store.outbox.owe(
            Notification(
                target=target,
                purpose=purpose,
                language=language,
                content=content,
                due_at=due,
                created_at=now,
            )
        )

    def tell_open(self, subscriptions: tuple[Subscription, ...], now: datetime) -> None:
        """Owe the first cards of open alerts that these take and no mute hides.

        The worst `TOLD_AT_ONCE` of them, most on one card if they are many. The others are told
        when they occur again.
        """
        mutes = self._store.mutes.active(now)
        wanted = [
            alert
            for alert in self._store.alerts.open_briefly()
            if not withholds(mute_over(alert.identity, mutes, now))
            and any(
                verdict_on(alert.severity, alert.identity, one, now).takes for one in subscriptions
            )
        ]
        wanted.sort(key=lambda alert: -alert.severity.rank)
        for brief in wanted[:TOLD_AT_ONCE]:
            alert = self._store.alerts.get(brief.id)
            if alert is not None and not _waits(alert, now):
                self._owe_first(alert, route(alert, subscriptions, now), now)

    def tell_nobodys(self, now: datetime) -> None:
        """Owe the fallback the first cards of open alerts that no subscription takes any more."""
        if not self._fallback:
            return
        audience = self.audience(now)
        orphans = [
            alert
            for alert in self._store.alerts.open_briefly()
            if not withholds(mute_over(alert.identity, audience.mutes, now))
            and not any(
                verdict_on(alert.severity, alert.identity, one, now).takes
                for one in audience.subscriptions
            )
        ]
        orphans.sort(key=lambda alert: -alert.severity.rank)
        for brief in orphans[:TOLD_AT_ONCE]:
            alert = self._store.alerts.get(brief.id)
            if alert is not None and alert.state is AlertState.FIRING:
                self._owe_first(alert, self._fallback, now)

    def tell_also(self, alert: Alert, target: Target, language: Language, now: datetime) -> None:
        """Owe the first card to a target that no subscription brings it to, at any hour."""
        self._grouping.first(alert, target, language, now)

    def stands_in_for_nobody(self, target: Target) -> bool:
        """Whether a target is one that is told of what no subscription takes."""
        return target in {one.target for one in self._fallback}

    def advise(
        self, advice: Advice, facts: Mapping[str, str], lines: Iterable[str], now: datetime
    ) -> None:
        """Owe admins a message, each in private; `facts` fill its words, `lines` stand below."""
        for one in self._admins or self._fallback:
            self._store.outbox.owe(
                Notification(
                    target=one.target,
                    purpose=Purpose.ADVICE,
                    language=one.language,
                    content={
                        "advice": advice.value,
                        "facts": dict(facts),
                        "lines": list(lines),
                    },
                    due_at=now,
                    created_at=now,
                )
            )

    def _keep(self, alert: Alert, one: Route, due_at: datetime) -> None:
        """Let it wait for the hours of the chat."""
        self._store.kept.keep(
            Kept(alert_id=alert.id, target=one.target, language=one.language, due_at=due_at)
        )

    def _owe_first(self, alert: Alert, routes: Iterable[Route], now: datetime) -> None:
        for one in routes:
            if one.later is not None:
                if self._store.outbox.card(alert.id, one.target) is None:
                    self._keep(alert, one, one.later)
                continue
            self._grouping.first(alert, one.target, one.language, now)

    def owe_refresh(
        self, alert_id: int, target: Target, language: Language, due: datetime, now: datetime
    ) -> None:
        """Owe a card drawn anew, not before `due`."""
        self._store.outbox.owe(
            Notification(
                target=target,
                purpose=Purpose.REFRESH,
                alert_id=alert_id,
                language=language,
                due_at=due,
                created_at=now,
            )
        )

    def owe_farewell(self, card: SentCard, now: datetime) -> None:
        """Owe a card its last edit, in a chat that follows the alert no more; then forget it."""
        if self._grouping.left(card, now):
            return
        self._store.outbox.forget_card(card.alert_id, card.target)
        self._store.outbox.owe(
            Notification(
                target=card.target,
                purpose=Purpose.FAREWELL,
                alert_id=card.alert_id,
                language=card.language,
                content={"message": card.message_id},
                due_at=now,
                created_at=now,
            )
        )

    def drop_unsent(self, alert_id: int, target: Target, now: datetime) -> None:
        """A target follows an alert no more whose card it has not got: it will not come."""
        self._store.outbox.drop_first(alert_id, target, Dropped.NO_LONGER_FOLLOWED, now)
        self._grouping.unsent(alert_id, target, now)

    def owe_record(self, finding: Finding, now: datetime) -> None:
        """Owe a line of the local record."""
        wire = to_dict(Report(agent="", findings=(finding,)))["findings"][0]
        self._store.outbox.owe(
            Notification(
                target=RECORD_TARGET,
                purpose=Purpose.RECORD,
                content=wire,
                due_at=now,
                created_at=now,
            )
        )


def _waits(alert: Alert, now: datetime) -> bool:
    """Whether it must last for longer before it is told."""
    return alert.tell_at is not None and now < alert.tell_at
