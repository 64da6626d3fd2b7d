"""How far back somebody looks: ``2h``, ``最近三十分钟``, ``today``."""

from datetime import datetime, timedelta

from bot.feishu.commands.base import Moment
from bot.feishu.commands.durations import span_at
from bot.feishu.commands.local_time import at_midnight

LONGEST_PAST = timedelta(days=366)
_DAYS = {
    **dict.fromkeys(("today", "今天", "今日"), 0),
    **dict.fromkeys(("yesterday", "昨天", "昨日"), 1),
}


def since_named(text: str, moment: Moment) -> datetime | None:
    """The instant from which on is meant; aware, UTC; None for what is no time or too long ago."""
    lowered = text.lower()
    if lowered in _DAYS:
        return at_midnight(moment.now, moment.zone, _DAYS[lowered])
    found = span_at(lowered, 0)
    if found is None or found[1] != len(lowered) or not timedelta() < found[0] <= LONGEST_PAST:
        return None
    return moment.now - found[0]
