"""Conditions in words: what a filter, mute or subscription takes."""

from collections.abc import Iterable

from bot.core.matcher import Matcher
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from watchers.finding import Severity

_MOST = 10


def conditions(matchers: Iterable[Matcher], least: Severity | None, reader: Reader) -> str:
    """``service=pay · severity ≥ high``; "" without any condition. Untrusted text."""
    parts = [one_line(str(matcher), 120) for matcher in matchers]
    if len(parts) > _MOST:
        parts = [*parts[:_MOST], "…"]
    if least is not None:
        say = reader.texts.format
        parts.append(say.at_least(say.severity(least)))
    return " · ".join(parts)
