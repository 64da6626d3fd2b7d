"""Asks the configured limits before a message rings, and keeps how far they are used."""

from datetime import UTC, datetime
from typing import assert_never

from bot.core.alert import Alert
from bot.core.limits import Per, limiter
from bot.core.noise import Limit
from bot.core.ports import Store
from bot.core.subscription import Target
from bot.engine.terms import Terms


class Limiting:
    """The engine's hand for limits; every method runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms

    def free_at(self, alert: Alert, target: Target, now: datetime) -> datetime:
        """When a message about this alert may ring in this target; not after now if it may now.

        Only a message that may ring is counted, and every limit counts it.
        """
        at = now.timestamp()
        asked = [
            (name, limiter(one.kind, one.rate, one.span.total_seconds()))
            for place, one in enumerate(self._terms.noise.limits)
            if one.spare is None or alert.severity.rank < one.spare.rank
            for name in (_name(place, one, alert, target),)
        ]
        taken = [
            (name, arithmetic.take(self._store.noise.limit_state(name), at))
            for name, arithmetic in asked
        ]
        free = max((one.free_at for _, one in taken), default=at)
        if free > at:
            return datetime.fromtimestamp(free, UTC)
        for name, one in taken:
            self._store.noise.keep_limit_state(name, one.state)
        return now


def _name(place: int, limit: Limit, alert: Alert, target: Target) -> str:
    """Under which a limit is kept; its place in the configuration tells it from others."""
    match limit.per:
        case Per.RULE:
            about = alert.rule
        case Per.CHAT:
            about = target.address
        case Per.APP:
            about = ""
        case _:
            assert_never(limit.per)
    return f"{place}:{limit.kind.value}:{about}"
