"""Proposes actions on many alerts, and carries them out a few at a time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.core.alert import Person
from bot.core.audit import Actor, Source
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.mass import MassAct, MassAction
from bot.core.matcher import Matcher, all_take
from bot.core.mute import OPEN_END
from bot.core.ports import Store
from bot.engine.acting import Acting
from watchers.finding import Severity

MOST = 10_000
AT_ONCE = 50
"""Alerts in one transaction: the write lock is not kept from a click for long."""


class Massing:
    """The engine's hand for actions on many; every method runs inside its transaction."""

    def __init__(self, store: Store, acting: Acting) -> None:
        self._store = store
        self._acting = acting

    def propose(
        self,
        act: MassAct,
        matchers: Iterable[Matcher],
        least: Severity | None,
        by: Person,
        chat: str,
        now: datetime,
        group_id: int | None = None,
    ) -> MassAction:
        """Keep which alerts are meant, to be shown before anything is done to them.

        With a group, only alerts of that one, which must be told in the chat where it is asked.
        """
        wanted, rank = tuple(matchers), least.rank if least else 0
        among = self._in_group(group_id, chat) if group_id is not None else None
        found = self._store.alerts.concerned_after(0, MOST, None, OPEN_END)
        numbers = tuple(
            alert.id
            for alert in found
            if (among is None or alert.id in among)
            and act.applies(alert.state)
            and alert.severity.rank >= rank
            and all_take(wanted, alert.identity)
        )
        action = MassAction(act=act, alerts=numbers, by=by, chat=chat, made_at=now)
        return self._store.mass_actions.add(action) if numbers else action

    def carry_out(self, number: int, by: Person, chat: str, now: datetime) -> MassAction:
        """Do it: to the first few at once, to the others soon."""
        action = self._store.mass_actions.get(number)
        if action is None or action.chat != chat or not action.fresh(now):
            raise InvalidTransitionError(Refusal.STALE_PREVIEW)
        return self._go_on(replace(action, by=by), now)

    def due(self, now: datetime) -> bool:
        """Whether one is under way."""
        return bool(self._store.mass_actions.due(now, 1))

    def sweep(self, now: datetime) -> None:
        """Go on with one that is under way."""
        for action in self._store.mass_actions.due(now, 1):
            by = Actor(
                id=action.by.id, name=action.by.name, source=Source.COMMAND, chat=action.chat
            )
            self._go_on(replace(action, by=by), now)

    def _in_group(self, group_id: int, chat: str) -> frozenset[int]:
        group = self._store.groups.get(group_id)
        if group is None or group.target.address != chat:
            return frozenset()
        return self._store.groups.alerts(group_id)

    def _go_on(self, action: MassAction, now: datetime) -> MassAction:
        done = sum(self._do(action, number, now) for number in action.left[:AT_ONCE])
        failed = min(AT_ONCE, len(action.left)) - done
        action = replace(action, done=action.done + done, failed=action.failed + failed)
        action = replace(action, due_at=now if action.left else None)
        self._store.mass_actions.save(action)
        return action

    def _do(self, action: MassAction, number: int, now: datetime) -> bool:
        """Whether it was done; somebody may have been faster."""
        try:
            match action.act:
                case MassAct.ACKNOWLEDGE:
                    return self._acting.acknowledge(number, action.by, now, None).refusal is None
                case MassAct.RESOLVE:
                    self._acting.resolve(number, action.by, now)
                    return True
        except InvalidTransitionError:
            return False
