"""Damping of what fires and ends and fires again: how long to wait, and when to say it flaps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchers.delay import NOTHING, Delay

STARTS_AT = 3
"""So many returns within the limit are called flapping."""
DEFAULT_DELAY = Delay(up=NOTHING, down=timedelta(minutes=15), factor=2, limit=timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaps:
    """The latest run of returns, each within the limit of the one before.

    Attributes:
        count: Returns in the run.
        began_at: The first of them, None without any.
        last_at: The latest of them.
        since: When it came to be called flapping, counted from the first return; None while it
            is not.
    """

    count: int = 0
    began_at: datetime | None = None
    last_at: datetime | None = None
    since: datetime | None = None


CALM = Flaps()
"""No run."""


def returned(flaps: Flaps, delay: Delay, now: datetime) -> Flaps:
    """After it fired again, counted into the run or as the first of a new one."""
    run = current(flaps, delay, now)
    began = run.began_at or now
    count = run.count + 1
    since = run.since or (began if count >= STARTS_AT else None)
    return Flaps(count=count, began_at=began, last_at=now, since=since)


def starts(flaps: Flaps, delay: Delay, now: datetime) -> bool:
    """Whether one more return now makes it flap."""
    run = current(flaps, delay, now)
    return run.since is None and run.count + 1 >= STARTS_AT


def current(flaps: Flaps, delay: Delay, now: datetime) -> Flaps:
    """The run as it counts now: one that was calm for the limit is over.

    What is called flapping stays so until somebody calls it steady.
    """
    if flaps.since is not None or flaps.last_at is None or now - flaps.last_at <= _limit(delay):
        return flaps
    return CALM


def ended(flaps: Flaps) -> Flaps:
    """No run any more if it was called flapping: what returns then begins a new one."""
    return flaps if flaps.since is None else CALM


def down(delay: Delay, flaps: Flaps, now: datetime) -> timedelta:
    """How long it must be quiet: longer with every return of the run, up to the limit."""
    waits, most = delay.down or DEFAULT_DELAY.down or NOTHING, _limit(delay)
    for _ in range(current(flaps, delay, now).count):
        if waits >= most:
            return waits
        waits = min(most, waits * (delay.factor or 1))
    return waits


def steady_at(flaps: Flaps, delay: Delay) -> datetime | None:
    """When it is called steady unless it returns before; None while it does not flap."""
    if flaps.since is None or flaps.last_at is None:
        return None
    return flaps.last_at + _limit(delay)


def _limit(delay: Delay) -> timedelta:
    return delay.limit or DEFAULT_DELAY.limit or NOTHING
