"""Subscriptions in the database."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.core.subscription import Language, Subscription, Target, TargetKind
from bot.store.database import Database
from bot.store.models import SubscriptionRow
from bot.store.rows import (
    known_person,
    matchers_from_json,
    matchers_to_json,
    person_to_json,
    ways_from_json,
    ways_to_json,
)
from bot.store.written import Slot, Written
from watchers.finding import Severity

KEPT = 2000
"""Rows that need not be read again: every decision looks at all of them."""
_ALL = Written(SubscriptionRow.select().order_by(SubscriptionRow.id), SubscriptionRow)
_OF = Written(
    SubscriptionRow.select()
    .where((SubscriptionRow.kind == Slot("kind")) & (SubscriptionRow.address == Slot("address")))
    .order_by(SubscriptionRow.id)
)


class Subscriptions:
    """`core.ports.SubscriptionStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription) -> Subscription:
        """Store a new one; returns it with its id."""
        number = SubscriptionRow.insert(
            kind=subscription.target.kind.value,
            address=subscription.target.address,
            matchers=matchers_to_json(subscription.matchers),
            least_severity=subscription.least_severity.value,
            language=subscription.language.value,
            by=person_to_json(subscription.by),
            created_at=subscription.created_at,
            ways=ways_to_json(subscription.ways),
        ).execute(self._database)
        return replace(subscription, id=int(number))

    def all(self) -> tuple[Subscription, ...]:
        """Every subscription, oldest first."""
        return tuple(_read(tuple(row)) for row in _ALL.run(self._database))

    def of(self, target: Target) -> tuple[Subscription, ...]:
        """A target's subscriptions, oldest first."""
        place = {"kind": target.kind.value, "address": target.address}
        return tuple(_read(tuple(row)) for row in _OF.run(self._database, **place))

    def save(self, subscription: Subscription) -> None:
        """Store what a changed one wishes for."""
        SubscriptionRow.update(
            matchers=matchers_to_json(subscription.matchers),
            least_severity=subscription.least_severity.value,
            language=subscription.language.value,
            ways=ways_to_json(subscription.ways),
        ).where(SubscriptionRow.id == subscription.id).execute(self._database)

    def remove(self, subscription_id: int) -> None:
        """Forget one."""
        SubscriptionRow.delete().where(SubscriptionRow.id == subscription_id).execute(
            self._database
        )

    def suspend(self, target: Target, why: str, *, ended: bool = False) -> int:
        """Stop serving a target, or serve it again with ``why=""``; how many changed.

        What `ended` is never served again.
        """
        changed = (
            SubscriptionRow.update(suspended=why, ended=ended)
            .where(
                _is(target) & (SubscriptionRow.suspended != why) & (SubscriptionRow.ended == False)  # noqa: E712 - SQL
            )
            .execute(self._database)
        )
        return int(changed)


@lru_cache(maxsize=KEPT)
def _read(row: tuple[Any, ...]) -> Subscription:
    return _subscription(_ALL.row(row))


def _is(target: Target) -> object:
    return (SubscriptionRow.kind == target.kind.value) & (SubscriptionRow.address == target.address)


def _subscription(row: Any) -> Subscription:
    return Subscription(
        id=row.id,
        target=Target(kind=TargetKind(row.kind), address=row.address),
        matchers=matchers_from_json(row.matchers),
        least_severity=Severity(row.least_severity),
        language=Language(row.language),
        by=known_person(row.by),
        created_at=row.created_at,
        suspended=row.suspended,
        ended=row.ended,
        ways=ways_from_json(row.ways),
    )
