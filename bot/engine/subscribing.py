"""Keeps the standing wishes of chats, and serves a chat that comes back."""

import logging
from datetime import datetime

from bot.core.alert import Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.ports import Store
from bot.core.subscription import Subscription, Target, Wish
from bot.engine.telling import Telling

_log = logging.getLogger(__name__)


class Subscribing:
    """The engine's hand for subscriptions; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    def subscribe(self, target: Target, wish: Wish, by: Person, now: datetime) -> Subscription:
        """Let a target be told; open alerts that it takes are told at once.

        The same wish again is the subscription that stands already.
        """
        self._store.chats.set_language(target.address, wish.language)
        for standing in self._store.subscriptions.of(target):
            if standing.wish == wish and not standing.suspended:
                return standing
        subscription = self._store.subscriptions.add(
            Subscription(
                target=target,
                matchers=wish.matchers,
                least_severity=wish.least_severity,
                language=wish.language,
                by=by,
                created_at=now,
            )
        )
        self._telling.tell_open((subscription,), now)
        return subscription

    def unsubscribe(
        self,
        target: Target,
        subscription_id: int | None,
        by: Person,
    ) -> tuple[Subscription, ...]:
        """End one subscription of a target, or all of them with None; returns what ended.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        ended = tuple(
            subscription
            for subscription in self._store.subscriptions.of(target)
            if subscription_id in (None, subscription.id)
        )
        if not ended:
            raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)
        for subscription in ended:
            self._store.subscriptions.remove(subscription.id)
            _log.info("subscription ended", extra={"subscription": subscription.id, "by": by.id})
        return ended

    def suspend(self, target: Target, why: str, now: datetime) -> int:
        """The target cannot be reached: stop serving it; how many subscriptions that hits."""
        self._store.outbox.drop_target(target, why, now)
        return self._store.subscriptions.suspend(target, why)

    def resume(self, target: Target, now: datetime) -> int:
        """The target can be reached again; how many subscriptions are served again."""
        resumed = self._store.subscriptions.suspend(target, "")
        self._telling.tell_open(self._store.subscriptions.of(target), now)
        # What changed meanwhile was dropped or never owed: the cards show old states.
        for card in self._store.outbox.behind(target):
            self._telling.owe_refresh(card.alert_id, target, card.language, now, now)
        return resumed
