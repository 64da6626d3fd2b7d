"""Spans in sentences: how long, since when, until when."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.feishu.commands.durations import read_end, span_at
from bot.feishu.commands.ends import read_named_end
from bot.feishu.commands.errors import CommandError

_NUMBERS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
]  # fmt: skip
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_FIGURES = {word: str(n) for n, word in enumerate(_NUMBERS)} | {w: str(n) for w, n in _TENS.items()}
_WORDED = re.compile(
    rf"\b(?:(?P<ten>twenty|{'|'.join(_TENS)})[- ](?P<one>{'|'.join(_NUMBERS[1:10])})"
    rf"|(?P<word>{'|'.join(_FIGURES)}))"
    r"(?= (?:and a half )?(?:minutes?|mins?|hours?|hrs?|days?|weeks?)\b)"
)
_REPLACED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"\b(?:a|one) quarter of an hour\b|\bquarter of an hour\b|\ba quarter hour\b"),
        "15 minutes",
    ),
    (
        re.compile(
            r"\b(?:a )?couple of (?=hours|minutes|days)|\b(?:a )?couple (?=hours|minutes|days)"
        ),
        "2 ",
    ),
    (re.compile(r"\b(?:an|one|1) hour and a half\b|\b(?:one|1) and a half hours?\b"), "90 minutes"),
    (re.compile(r"\b(\d+) and a half (hour|day)s?\b"), r"\1.5 \2s"),
    (re.compile(r"\b(\d+) hours? and (\d+) min(?:ute)?s?\b"), r"\1 hours \2 minutes"),
    (re.compile(r"\bhalf[- ]an?[- ]hour\b|\bhalf hour\b|\bhalf-hour\b"), "30 minutes"),
    (re.compile(r"\bhalf a day\b"), "12 hours"),
    (re.compile(r"一刻钟"), "15分钟"),
    (re.compile(r"三刻钟"), "45分钟"),
    (re.compile(r"(?<=[时\d])一个钟(?!头)"), "一个钟头"),
)


def figured(text: str) -> str:
    """The text with number words before units as figures: ``two hours`` → ``2 hours``."""
    text = _WORDED.sub(_figure, text)
    for pattern, put in _REPLACED:
        text = pattern.sub(put, text)
    return text


def _figure(found: re.Match[str]) -> str:
    if found["ten"]:
        return str(int(_FIGURES[found["ten"]]) + _NUMBERS.index(found["one"]))
    return _FIGURES[found["word"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A time that stands at a place.

    Attributes:
        end: Where it ends in the text.
        span: How long; None for a named end or day.
        text: As a command takes it.
        back: Whether it looks back.
    """

    end: int
    text: str
    span: timedelta | None = None
    back: bool = False


_BACK = re.compile(
    r"(?:in |within |over |for |during |from )?(?:the )?(?:last|past|previous|recent)"
    r"(?: (?=\d|an? |half|hour|day|week|minute))"
    r"|(?:在)?(?:最近|过去|近|前|这|之前|刚才)的?这? ?(?=[\d一二两三四五六七八九十半])"
    r"|within (?:the )?"
)
_BEHIND = re.compile(r" ?(?:之内|以内|内|以来|里|前|ago)(?:的)?(?![a-z])")
_BARE_UNIT = re.compile(r"(hour|day|week|minute)\b")
_BARE_SPANS = {"hour": "1h", "day": "1d", "week": "7d", "minute": "1m"}
_DAYS = re.compile(
    r"(?P<today>(?:since |from )?(?:today|this morning|midnight)"
    r"|从?(?:今天早上|今天|今日|今早|今晨)(?:以来|开始|起)?)"
    r"|(?P<yesterday>(?:since |from )?yesterday|last night|overnight"
    r"|从?(?:昨天|昨日|昨晚|昨夜)(?:以来|开始|起)?)"
    r"|(?P<week>(?:in |during )?this week|本周|这周|这个星期|这一周|一周以来)"
    r"|(?P<tonight>tonight|this evening|今晚|今夜|今天晚上)"
    r"|(?P<weekend>(?:this|the) weekend|周末|这周末)"
)
_UNTIL = re.compile(r"(?:until|till|til)\b|直到|到|至")


def time_at(text: str, at: int, now: datetime, zone: ZoneInfo) -> Told | None:
    """The time that begins at this place, None for none."""
    return (
        _looked_back(text, at)
        or _ending(text, at, now, zone)
        or _spanned(text, at)
        or _day(text, at)
    )


def _looked_back(text: str, at: int) -> Told | None:
    lead = _BACK.match(text, at)
    if lead is None:
        return None
    if (unit := _BARE_UNIT.match(text, lead.end())) is not None:
        return Told(end=unit.end(), text=_BARE_SPANS[unit[1]], back=True)
    found = span_at(text, lead.end())
    if found is None:
        return None
    span, end = found
    behind = _BEHIND.match(text, end)
    return Told(end=behind.end() if behind else end, text=compact(span), span=span, back=True)


_AHEAD = re.compile(
    r"(?:for )?(?:the )?(?:next|coming|another|further) (?=\d|an? )|接下来|未来|今后"
)


def _spanned(text: str, at: int) -> Told | None:
    lead = _AHEAD.match(text, at)
    found = span_at(text, lead.end() if lead else at)
    if found is None:
        return None
    span, end = found
    behind = _BEHIND.match(text, end)
    return Told(
        end=behind.end() if behind else end,
        text=compact(span),
        span=span,
        back=behind is not None,
    )


def _day(text: str, at: int) -> Told | None:
    found = _DAYS.match(text, at)
    if found is None:
        return None
    name = str(found.lastgroup)
    if name in ("today", "yesterday"):
        return Told(end=found.end(), text=name, back=True)
    if name == "week":
        return Told(end=found.end(), text="7d", span=timedelta(days=7), back=True)
    return Told(end=found.end(), text="", back=True)


def _ending(text: str, at: int, now: datetime, zone: ZoneInfo) -> Told | None:
    if _UNTIL.match(text, at) is None:
        return None
    rest = text[at:]
    try:
        named = read_named_end(rest)
        if named is not None:
            said = rest[: len(rest) - len(named[1])].strip()
            return Told(end=at + len(rest) - len(named[1]), text=said)
        end = read_end(rest, now, zone)
    except CommandError:
        return None
    if end is None:
        return None
    length = len(rest) - len(end.rest)
    return Told(end=at + length, text=rest[:length].strip(" ,;、。"))


def compact(span: timedelta) -> str:
    """``1h30m``: a span as commands take it, whole minutes."""
    minutes = max(1, round(span / timedelta(minutes=1)))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)
