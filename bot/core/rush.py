"""Keeps edits off the full and half hours, when every scheduled job posts and Feishu throttles."""

from datetime import datetime, timedelta

HALF_AN_HOUR = timedelta(minutes=30)
LEAD = timedelta(seconds=2)
"""Clocks differ: the rush begins a little early."""


def off_the_rush(due: datetime, number: int, rush: timedelta) -> datetime:
    """When an edit due in the rush should be made: soon after it, spread by `number`.

    Args:
        due: Aware.
        number: Of the alert; the same one is always put off by as much, so that edits keep order.
        rush: How long after a full or half hour nothing is edited; 0 for no such care.
    """
    since_midnight = timedelta(hours=due.hour, minutes=due.minute, seconds=due.second)
    into = (since_midnight + LEAD) % HALF_AN_HOUR
    if not rush or into >= rush + LEAD:
        return due
    spread = rush * (number * 37 % 100 / 100)
    return due - into + LEAD + rush + spread
