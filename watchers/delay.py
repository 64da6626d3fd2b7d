"""How long a rule's findings wait: ``up 10s down 15m x2 max 1h``, and spans of time in text."""

import re
from dataclasses import dataclass
from datetime import timedelta

_PART = re.compile(r"(\d+)([smhd])")
SPAN = re.compile(r"(?:\d+[smhd])+")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_S = 366 * 86400
_FACTOR = re.compile(r"[x×](\d{1,2})")
_WANTED = 'waits such as "up 10s down 15m x2 max 1h", each part once'
NOTHING = timedelta()


def read_span(text: str) -> timedelta | None:
    """``90s``, ``15m``, ``1h30m``, ``2d``; None for anything else, also beyond a year."""
    if not SPAN.fullmatch(text):
        return None
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(text))
    return timedelta(seconds=seconds) if seconds <= _LONGEST_S else None


def write_span(span: timedelta) -> str:
    """The same span as `read_span` takes it, cut to whole seconds."""
    left, text = int(span.total_seconds()), ""
    for unit in ("d", "h", "m", "s"):
        count, left = divmod(left, _SECONDS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """What an alert waits for; None where nothing is said.

    Attributes:
        up: It must last that long before it is told.
        down: It must be quiet that long before it is over.
        factor: `down` is multiplied by this each time it fires again soon.
        limit: `down` grows up to this; what stays calm for longer flaps no more.
    """

    up: timedelta | None = None
    down: timedelta | None = None
    factor: int | None = None
    limit: timedelta | None = None

    def over(self, general: "Delay") -> "Delay":
        """With the general waits where it says nothing itself."""
        down = general.down if self.down is None else self.down
        limit = general.limit if self.limit is None else self.limit
        if down is not None and limit is not None:
            limit = max(limit, down)  # each may be said elsewhere: together they must make sense
        return Delay(
            up=general.up if self.up is None else self.up,
            down=down,
            factor=general.factor if self.factor is None else self.factor,
            limit=limit,
        )

    def __str__(self) -> str:
        """As `parse_delay` takes it; "" when nothing is said."""
        parts = [
            "" if self.up is None else f"up {write_span(self.up)}",
            "" if self.down is None else f"down {write_span(self.down)}",
            "" if self.factor is None else f"x{self.factor}",
            "" if self.limit is None else f"max {write_span(self.limit)}",
        ]
        return " ".join(part for part in parts if part)


UNSAID = Delay()
"""Says nothing."""


def parse_delay(text: str) -> Delay:
    """Read ``up 10s down 15m x2 max 1h``; every part may be left out, in any order.

    Raises:
        ValueError: If a part is unknown, stands twice, or is no span.
    """
    words = text.split()
    found: dict[str, timedelta] = {}
    factor: int | None = None
    while words:
        word = words.pop(0)
        times = _FACTOR.fullmatch(word)
        if times is not None and factor is None and int(times[1]) >= 1:
            factor = int(times[1])
            continue
        span = read_span(words.pop(0)) if words else None
        if word not in ("up", "down", "max") or word in found or span is None:
            raise ValueError(_WANTED)
        if word != "up" and span == NOTHING:
            raise ValueError(f"{word} of at least 1s")
        found[word] = span
    up, down, limit = found.get("up"), found.get("down"), found.get("max")
    if down is not None and limit is not None and limit < down:
        raise ValueError("max not shorter than down")
    return Delay(up=up, down=down, factor=factor, limit=limit)
