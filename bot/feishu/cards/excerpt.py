"""The newest lines of an alert's samples, as many as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.feishu.cards.untrusted import lines_of
from watchers.finding import Sample

_LONGEST_LINE = 300
_MOST_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Some lines of a log.

    Attributes:
        lines: Oldest first, safe to show.
        left_out: Lines that found no room; older than the shown ones of their sample, or below
            the head of a long one.
    """

    lines: tuple[str, ...]
    left_out: int


def newest(samples: Sequence[Sample], limit: int) -> Excerpt:
    """As many lines as fit in `limit` bytes; newest samples first, each from its head.

    A stack trace says most in its first lines, so a sample that does not fit keeps its head.
    """
    left, shown, left_out = limit, list[list[str]](), 0
    for sample in reversed(samples):
        lines = lines_of(sample.text, _LONGEST_LINE)
        kept = list[str]()
        for line in lines:
            cost = len(line.encode()) + 1
            if cost > left or sum(map(len, shown)) + len(kept) >= _MOST_LINES:
                left = 0
                break
            left -= cost
            kept.append(line)
        left_out += len(lines) - len(kept)
        shown.append(kept)
    return Excerpt(
        lines=tuple(line for kept in reversed(shown) for line in kept), left_out=left_out
    )
