"""Conditions in words: what a filter, mute or subscription takes."""

from collections.abc import Iterable

from bot.core.matcher import Matcher, Operator
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from watchers.finding import Severity

_MOST = 10
_LONGEST = 240


def conditions(matchers: Iterable[Matcher], least: Severity | None, reader: Reader) -> str:
    """``service=pay · severity ≥ high``; "" without any condition. Untrusted text."""
    parts = [_condition(matcher, reader) for matcher in matchers]
    if len(parts) > _MOST:
        parts = [*parts[:_MOST], "…"]
    if least is not None:
        say = reader.texts.format
        parts.append(say.at_least(say.severity(least)))
    return one_line(" · ".join(parts), _LONGEST)


def _condition(matcher: Matcher, reader: Reader) -> str:
    if matcher.label == "fingerprint" and matcher.operator is Operator.EQUAL:
        return reader.texts.alert.one_alert(short_fingerprint(matcher.value))
    return one_line(str(matcher), 120)


def short_fingerprint(fingerprint: str) -> str:
    """Six characters that people can compare; the first one only tells the version."""
    return one_line(fingerprint[1:7], 6)
