"""Times of day in the configuration: ``"09:00"``, or ``""`` for never."""

from datetime import time


def clock_or_never(found: object) -> time | None:
    """Read one.

    Raises:
        ValueError: If it is no time of day.
    """
    if found is None or isinstance(found, time):
        return found
    if found == "":
        return None
    try:
        return time.fromisoformat(str(found))
    except ValueError as error:
        raise ValueError('a time of day such as "09:00", or "" for never') from error
