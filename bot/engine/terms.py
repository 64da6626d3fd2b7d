"""How long things last, and who is told when nobody else is."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.core.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTerms:
    """When people are reminded of mutes.

    Attributes:
        remind_before: A mute that is about to end is announced this long before.
        remind_from: Only one that lasts this long or longer.
        daily_at: Clock time of the daily list, None for no list.
        zone: IANA name of the zone of that clock.
    """

    remind_before: timedelta = timedelta(minutes=10)
    remind_from: timedelta = timedelta(hours=1)
    daily_at: time | None = time(9)
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things last.

    Attributes:
        quiet: An alert not seen for this long is resolved.
        reopen: A resolved alert that recurs within this is the same alert again.
        keep: What is over is forgotten after this.
        fallback: Who is told of an alert that no subscription takes, None for nobody.
    """

    quiet: timedelta = timedelta(minutes=15)
    reopen: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    fallback: Route | None = None
    mutes: MuteTerms = field(default_factory=MuteTerms)
