"""Keeps the standing wishes of chats, and serves a chat that comes back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.advice import Advice
from bot.core.alert import LARKWATCH, Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.ports import Store
from bot.core.routing import follows
from bot.core.subscription import Subscription, Target, Wish
from bot.engine.auditing import Auditing
from bot.engine.telling import Telling


class Subscribing:
    """The engine's hand for subscriptions; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, telling: Telling, auditing: Auditing) -> None:
        self._store = store
        self._telling = telling
        self._auditing = auditing

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
                ways=wish.ways,
            )
        )
        self._auditing.note(by, "subscribed", f"s{subscription.id}", now, after=_told(wish))
        self._telling.tell_open((subscription,), now)
        return subscription

    def edit(
        self, target: Target, subscription_id: int, wish: Wish, by: Person, now: datetime
    ) -> Subscription:
        """Change what a subscription wishes for; the cards in its chat follow at once.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        before = self._one(target, subscription_id)
        after = replace(
            before,
            matchers=wish.matchers,
            least_severity=wish.least_severity,
            language=wish.language,
            ways=wish.ways,
        )
        self._store.subscriptions.save(after)
        self._store.chats.set_language(target.address, wish.language)
        old, new = _told(before.wish), _told(wish)
        changed = [key for key in new if old[key] != new[key]]
        self._auditing.note(
            by,
            "subscription_edited",
            f"s{after.id}",
            now,
            before={key: old[key] for key in changed},
            after={key: new[key] for key in changed},
        )
        hours = wish.ways.hours
        open_now = hours is None or hours.open(now)
        self._store.kept.move(target, now if open_now or hours is None else hours.next_opening(now))
        self._unfollow(target, now)
        self._telling.tell_open((after,), now)
        if before.ways.acting is not after.ways.acting or before.language is not after.language:
            for card in self._store.outbox.standing(target):
                self._telling.owe_refresh(card.alert_id, target, after.language, now, now)
        return after

    def unsubscribe(
        self, target: Target, subscription_id: int | None, by: Person, now: datetime
    ) -> tuple[Subscription, ...]:
        """End one subscription of a target, or all of them with None; returns what ended.

        Cards of open alerts that the target follows no more are edited a last time.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        if subscription_id is None:
            ended = self._store.subscriptions.of(target)
        else:
            ended = (self._one(target, subscription_id),)
        if not ended:
            raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)
        for one in ended:
            self._store.subscriptions.remove(one.id)
            self._auditing.note(by, "unsubscribed", f"s{one.id}", now, before=_told(one.wish))
        if not self._store.subscriptions.of(target):
            self._store.kept.drop(target)
        self._unfollow(target, now)
        self._telling.tell_nobodys(now)
        return ended

    def suspend(
        self, target: Target, why: str, now: datetime, by: Person = LARKWATCH, *, ended: bool
    ) -> int:
        """The target cannot be reached: stop serving it; how many subscriptions that hits.

        Open alerts that nobody else takes go to the fallback, and admins are told in private.

        Args:
            target: The chat that is lost.
            why: In words for an operator.
            now: Aware, UTC.
            by: Who put the bot out, where somebody did.
            ended: The chat is no more, so that it never comes back.
        """
        self._store.outbox.drop_target(target, why, now)
        hit = self._store.subscriptions.suspend(target, why, ended=ended)
        if hit:
            action = "ended" if ended else "suspended"
            self._auditing.note(by, action, target.address, now, after={"why": why})
            chat = self._store.chats.get(target.address)
            facts = {
                "chat": chat.name if chat is not None and chat.name else target.address,
                "why": why,
                "count": str(hit),
            }
            advice = Advice.CHAT_ENDED if ended else Advice.CHAT_LOST
            self._telling.advise(advice, facts, (), now)
            self._telling.tell_nobodys(now)
        return hit

    def resume(self, target: Target, now: datetime, by: Person = LARKWATCH) -> int:
        """The target can be reached again; how many subscriptions are served again."""
        resumed = self._store.subscriptions.suspend(target, "")
        if resumed:
            self._auditing.note(by, "resumed", target.address, now)
            chat = self._store.chats.get(target.address)
            name = chat.name if chat is not None and chat.name else target.address
            facts = {"chat": name, "count": str(resumed)}
            self._telling.advise(Advice.CHAT_BACK, facts, (), now)
        self._telling.tell_open(self._store.subscriptions.of(target), now)
        # What changed meanwhile was dropped or never owed: the cards show old states.
        for card in self._store.outbox.behind(target):
            self._telling.owe_refresh(card.alert_id, target, card.language, now, now)
        return resumed

    def _one(self, target: Target, subscription_id: int) -> Subscription:
        for one in self._store.subscriptions.of(target):
            if one.id == subscription_id:
                return one
        raise InvalidTransitionError(Refusal.UNKNOWN_SUBSCRIPTION)

    def _unfollow(self, target: Target, now: datetime) -> None:
        """Take leave of the open alerts that a target follows no more."""
        if self._telling.stands_in_for_nobody(target):
            return
        mine = self._store.subscriptions.of(target)
        for card in self._store.outbox.standing(target):
            if not self._followed(card.alert_id, target, mine):
                self._telling.owe_farewell(card, now)
        for alert_id in self._store.groups.without_card(target):
            if not self._followed(alert_id, target, mine):
                self._telling.drop_unsent(alert_id, target, now)

    def _followed(self, alert_id: int, target: Target, mine: tuple[Subscription, ...]) -> bool:
        alert = self._store.alerts.get(alert_id)
        return alert is not None and follows(alert, target, mine)


def _told(wish: Wish) -> Mapping[str, str]:
    """A wish as the audit writes it."""
    ways = wish.ways
    return {
        "matchers": ", ".join(str(one) for one in wish.matchers),
        "least_severity": wish.least_severity.value,
        "language": wish.language.value,
        "hours": str(ways.hours or ""),
        "urgent_from": ways.urgent_from.value,
        "acting": ways.acting.value,
        "actors": ", ".join(ways.actors),
        "mention": ways.mention.value,
        "mentions": ", ".join(ways.mentions),
    }
