"""Who may act on what: the subscriptions that tell an alert say so."""

from bot.core.alert import Alert
from bot.core.permission import any_permits
from bot.core.ports import Store
from bot.core.routing import follows
from bot.core.subscription import Acting, Subscription, Target, Ways


class Permitting:
    """Reads rights from the store; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ways(self, alert: Alert, target: Target) -> Ways:
        """How a target is told of an alert; of several subscriptions the oldest says so."""
        mine = self._store.subscriptions.of(target)
        found = [one.ways for one in mine if follows(alert, target, (one,))]
        return found[0] if found else Ways()

    def may_act(
        self, person_id: str, target: Target, alert_id: int | None, admins: frozenset[str]
    ) -> bool:
        """Whether a person may act on an alert, or on several at once with None, in a chat.

        In a chat that is told of it, its subscription decides. Elsewhere, in private or in a
        group that is told of other things, one of the chats that are told must let them.
        """
        if person_id in admins:
            return True
        everywhere = self._store.subscriptions.all()
        alert = self._store.alerts.get(alert_id) if alert_id is not None else None
        if alert is not None:
            telling = [one for one in everywhere if follows(alert, one.target, (one,))]
            here = [one for one in telling if one.target == target][:1]
        else:
            telling = list(everywhere)
            here = [one for one in telling if one.target == target]
        return any_permits(
            ((one.ways, self._store.chats.get(one.target.address)) for one in here or telling),
            person_id,
        )

    def depends_on_leaders(self, target: Target) -> bool:
        """Whether rights in a chat depend on who leads it, which only Feishu knows."""
        return any(_by_leaders(one) for one in self._store.subscriptions.of(target))


def _by_leaders(one: Subscription) -> bool:
    return one.ways.acting is Acting.LEADERS
