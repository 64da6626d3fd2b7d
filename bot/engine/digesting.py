"""Owes each chat its daily digest, at the hour that it chose or that is configured."""

from datetime import datetime, time, timedelta

from bot.core.alert import Person
from bot.core.daily import next_hour
from bot.core.notification import Purpose
from bot.core.ports import Store
from bot.core.subscription import Language, Subscription, Target, TargetKind
from bot.core.tally_ports import DigestPlan
from bot.engine.auditing import Auditing
from bot.engine.telling import Telling
from bot.engine.terms import DigestTerms

LATE = timedelta(hours=6)
"""Who comes back later than that after the hour has missed it for the day."""
LOOK_EVERY = timedelta(minutes=1)
AT_ONCE = 50


class Digesting:
    """The engine's hand for daily digests; a sweep."""

    def __init__(
        self, store: Store, terms: DigestTerms, telling: Telling, auditing: Auditing
    ) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._auditing = auditing
        self._look_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether one is due; now and then, also whether a chat came or went."""
        looks = self._look_at is None or now >= self._look_at
        return looks or self._store.digests.any_due(now)

    def sweep(self, now: datetime) -> None:
        """Let plans follow the subscriptions, and owe what is due; each once, by its claim."""
        subscriptions = self._store.subscriptions.all()
        self._follow(subscriptions, now)
        self._look_at = now + LOOK_EVERY
        suspended = {one.target for one in subscriptions if one.suspended}
        for plan in self._store.digests.due(now, AT_ONCE):
            if plan.clock is None or plan.due_at is None:
                continue
            claimed = self._store.digests.claim(plan, next_hour(plan.clock, plan.zone, now))
            if claimed and plan.target not in suspended and now - plan.due_at <= LATE:
                content = {
                    "until": plan.due_at.isoformat(),
                    "zone": plan.zone,
                    "clock": f"{plan.clock:%H:%M}",
                }
                language = self._language(plan.target, subscriptions)
                self._telling.tell_chat(plan.target, language, Purpose.DAILY, content, now, now)

    def plan(
        self, target: Target, clock: time | None, zone: str, by: Person, now: datetime
    ) -> DigestPlan:
        """Somebody says when a chat gets its digest, None for never."""
        before = self._store.digests.get(target)
        plan = DigestPlan(
            target=target,
            clock=clock,
            zone=zone,
            chosen=True,
            due_at=next_hour(clock, zone, now) if clock is not None else None,
            by=by,
        )
        self._store.digests.save(plan)
        self._auditing.note(
            by, "digest", target.address, now, before=_told(before), after=_told(plan)
        )
        return plan

    def lost(self, target: Target) -> None:
        """A chat cannot be reached; one that subscribed to nothing is not waited for."""
        if not self._store.subscriptions.of(target):
            self._store.digests.remove(target)

    def _follow(self, subscriptions: tuple[Subscription, ...], now: datetime) -> None:
        """Every chat that subscribed has a plan; one that nobody chose is as configured."""
        plans = {plan.target: plan for plan in self._store.digests.all()}
        wanted = {
            one.target: self._usual(one.target, subscriptions) for one in _told_of(subscriptions)
        }
        for target, usual in wanted.items():
            plan = plans.get(target)
            if plan is None or (not plan.chosen and (plan.clock, plan.zone) != usual):
                clock, zone = usual
                due = next_hour(clock, zone, now) if clock is not None else None
                self._store.digests.save(
                    DigestPlan(target=target, clock=clock, zone=zone, due_at=due)
                )
        for target, plan in plans.items():
            if target not in wanted and not plan.chosen:
                self._store.digests.remove(target)

    def _usual(
        self, target: Target, subscriptions: tuple[Subscription, ...]
    ) -> tuple[time | None, str]:
        return self._terms.daily_at, zone_of(target, subscriptions, self._terms.zone)

    def _language(self, target: Target, subscriptions: tuple[Subscription, ...]) -> Language:
        chosen = self._store.chats.language(target.address)
        own = next((one.language for one in subscriptions if one.target == target), None)
        return own or chosen or Language.ZH


def zone_of(target: Target, subscriptions: tuple[Subscription, ...], usual: str) -> str:
    """The time zone of a chat: that of its hours, where it has any."""
    named = (
        one.ways.hours.zone for one in subscriptions if one.target == target and one.ways.hours
    )
    return next(named, usual)


def _told_of(subscriptions: tuple[Subscription, ...]) -> list[Subscription]:
    return [
        one for one in subscriptions if one.target.kind is TargetKind.FEISHU_CHAT and not one.ended
    ]


def _told(plan: DigestPlan | None) -> dict[str, str]:
    if plan is None:
        return {}
    return {"at": f"{plan.clock:%H:%M} {plan.zone}" if plan.clock is not None else "off"}
