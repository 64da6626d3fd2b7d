"""Whether everything goes on: what a sign of life depends on."""

from datetime import datetime, timedelta

from bot.core.ports import Store

HEARD = timedelta(minutes=5)
"""Agents report every few seconds, also when nothing is found."""
DELIVERED = timedelta(minutes=10)


def stalled(store: Store, now: datetime) -> tuple[str, ...]:
    """``sources`` when no agent that is known was heard lately, ``delivery`` when nothing is sent.

    The latter only while something is due for longer: with nothing to tell all is well.
    """
    names = []
    agents = store.agents.all()
    if agents and all(now - one.heard_at > HEARD for one in agents):
        names.append("sources")
    tally = store.outbox.tally(now - DELIVERED, now)
    due = tally.oldest_due_at
    if due is not None and now - due > DELIVERED and not tally.sent:
        names.append("delivery")
    return tuple(names)
