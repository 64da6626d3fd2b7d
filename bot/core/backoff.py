"""Back-off: how long to wait before the next try."""

from datetime import timedelta

LEAST = timedelta(seconds=1)
MOST = timedelta(minutes=1)
AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""A first card that was given up is owed again after these waits, and then no more."""
AGAIN_AFTER_LAST = timedelta(hours=24)
"""But an alert that occurs after this is tried anew."""


def backoff(attempts: int, spread: float) -> timedelta:
    """Wait before the next try: doubles from 1 s to 1 min, with half of it spread.

    Args:
        attempts: Tries made so far, at least 1.
        spread: From 0.0 to 1.0; random, so that many senders do not return together.
    """
    whole = min(MOST, LEAST * (1 << min(attempts - 1, 10)))
    return whole / 2 + whole / 2 * spread
