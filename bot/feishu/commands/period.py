"""What a figure is asked for, as people write it: conditions, span, and by what."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.matcher import Matcher
from bot.core.recurrence import at_clock
from bot.engine.field_courses import Stat
from bot.engine.places import By
from bot.engine.reading import Views
from bot.engine.recorded_lines import LinesWanted
from bot.engine.scope import EVERYTHING, Scope, scope_asked, scope_of_chat
from bot.feishu.commands.base import Moment, Request, Words
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.field_conditions import FieldCondition, field_condition
from bot.feishu.commands.field_words import field_named, stat_named
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.selection import is_condition, select, written
from bot.feishu.commands.words import Word
from watchers.finding import Severity

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=14)
MOST = 20
_ALL = ("all", "everything", "全部", "所有", "全量")
_TODAY = ("today", "今天", "今日")
_FILLING = ("last", "past", "recent", "the", "in", "over", "for", "of", "最近", "近", "过去", "的")
_OF_WHAT = ("of", "for", "in", "the")
_FRONT = ("最近的", "最近", "过去", "近")
_UNITS = {
    **dict.fromkeys(("hour", "小时", "hours", "个小时", "h"), "h"),
    **dict.fromkeys(("day", "天", "days", "d", "日"), "d"),
    **dict.fromkeys(("week", "周", "weeks", "w", "星期", "个星期"), "w"),
    **dict.fromkeys(("minutes", "分钟", "minute", "mins", "min", "m"), "m"),
}
_BY = {
    **dict.fromkeys(("template", "templates", "模板", "报错", "错误"), By.TEMPLATE),
    **dict.fromkeys(("service", "services", "服务"), By.SERVICE),
    **dict.fromkeys(("rule", "rules", "规则"), By.RULE),
    **dict.fromkeys(("host", "hosts", "主机", "机器"), By.HOST),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a figure is asked for.

    Attributes:
        everything: Also what the chat is not told of.
        by: None where it was not said, as `most` and `stat`.
        field: Of records, as people call it; "" where none was named.
        fields: What other fields of the same records must be.
        said: Whether the span was.
    """

    span: timedelta
    matchers: tuple[Matcher, ...] = ()
    least: Severity | None = None
    everything: bool = False
    by: By | None = None
    most: int | None = None
    field: str = ""
    stat: Stat | None = None
    fields: tuple[FieldCondition, ...] = ()
    said: bool = dataclasses.field(default=True, compare=False)

    def lines(self) -> LinesWanted:
        """The lines that satisfy all conditions."""
        return LinesWanted(
            matchers=self.matchers,
            fields=tuple(one.told for one in self.fields),
            least=self.least.rank if self.least is not None else 0,
        )

    def scope(self, request: Request, views: Views) -> Scope:
        """What it is of: as asked, else what the chat subscribed to."""
        if self.matchers or self.least is not None:
            return scope_asked(self.matchers, self.least)
        if self.everything:
            return EVERYTHING
        return scope_of_chat(views.chat(request.target).subscriptions)

    def again(self, name: str) -> str:
        """The command that asks for the same, without its span."""
        words = [self.field] if self.field else []
        words += [written(matcher) for matcher in self.matchers]
        words += map(str, self.fields)
        if self.least is not None:
            words.append(f"level>={self.least.value}")
        if self.everything:
            words.append("all")
        return " ".join([f"/{name}", *words])


@dataclass(slots=True)
class _Read:
    """What was read of a line so far."""

    chosen: list[Word]
    span: timedelta | None = None
    least: Severity | None = None
    everything: bool = False
    by: By | None = None
    most: int | None = None
    field: str = ""
    stat: Stat | None = None
    fields: list[FieldCondition] = dataclasses.field(default_factory=list)
    prose: bool = False
    """Behind ``of`` people name a service, not a field."""


def read_asked(
    words: Words,
    moment: Moment,
    usual: timedelta,
    example: str,
    of_fields: timedelta | None = None,
) -> Asked:
    """Read what stands behind the name of a command.

    Args:
        words: In any order.
        moment: When and where it was written.
        usual: The span when none is named.
        example: A line that works.
        of_fields: The usual span when a field is named; None where fields mean nothing.

    Raises:
        CommandError: If a word means nothing here, or the span is too short or too long.
    """
    found, rest = _Read(chosen=[]), list(words)
    while rest:
        if not rest[0].quoted and rest[0].text.lower() in _FILLING:
            prose = rest.pop(0).text.lower() in _OF_WHAT
            found.prose = found.prose or prose
            continue
        _step(found, rest, moment, example, fields=of_fields is not None)
    selection = select(found.chosen)
    if found.fields and not found.field:
        told = str(found.fields[0])
        raise CommandError(told, lambda texts: texts.ranking.wanted_field, f"/top path {told}")
    if selection.language is not None:
        raise CommandError("lang", lambda texts: texts.ranking.wanted, example)
    span = (of_fields if found.field and of_fields else usual) if found.span is None else found.span
    if not SHORTEST <= span <= LONGEST:
        raise CommandError(
            " ".join(word.text for word in words), lambda texts: texts.ranking.wanted_span, example
        )
    return Asked(
        span=span,
        matchers=selection.matchers,
        least=selection.least_severity or found.least,
        everything=found.everything,
        by=found.by,
        most=found.most,
        field=found.field,
        stat=found.stat,
        fields=tuple(found.fields),
        said=found.span is not None,
    )


def span_named(span: timedelta) -> str:
    """A span as a word that `read_asked` reads back: ``1h``, ``7d``."""
    minutes = max(1, round(span / timedelta(minutes=1)))
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0 and (unit == "h" or minutes > size):
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _step(found: _Read, rest: list[Word], moment: Moment, example: str, *, fields: bool) -> None:
    """Take the word in front, with those that belong to it."""
    if fields and _says_figure(found, rest):
        return
    word = rest.pop(0)
    text = word.text.lower()
    if word.quoted:
        raise CommandError(word.text, lambda texts: texts.ranking.wanted, example)
    if (by := _by(text, rest)) is not None:
        found.by = by
    elif is_condition(word):
        found.chosen.append(word)
    elif (severity := severity_named(text)) is not None:
        found.least = severity
    elif text in _ALL:
        found.everything = True
    elif (most := _most(text, rest)) is not None:
        found.most = most
    elif (span := _span(text, rest, moment)) is not None:
        found.span = span + (found.span or timedelta())
    elif fields and not (found.field or found.prose) and (name := field_named(word.text)):
        found.field = name
    else:
        raise CommandError(word.text, lambda texts: texts.ranking.wanted, example)


def _says_figure(found: _Read, rest: list[Word]) -> bool:
    """``by user``, ``p95`` and ``status>=500``, which mean something of fields only."""
    if (wanted := field_condition(rest[0])) is not None:
        rest.pop(0)
        found.fields.append(wanted)
        return True
    text = rest[0].text.lower()
    if text in ("by", "按") and len(rest) > 1 and rest[1].text.lower() not in _BY:
        rest.pop(0)  # what it is by is read as a field
        return True
    if rest[0].quoted or (stat := stat_named(text)) is None:
        return False
    rest.pop(0)
    found.stat = stat
    return True


def _by(text: str, rest: list[Word]) -> By | None:
    if text in ("by", "按") and rest:
        text = rest.pop(0).text.lower()
        return _BY.get(text)
    for front in ("by=", "by", "按"):
        if text.startswith(front) and text.removeprefix(front) in _BY:
            return _BY[text.removeprefix(front)]
    return _BY.get(text)


def _most(text: str, rest: list[Word]) -> int | None:
    """``10``, unless a unit follows it."""
    if not (text.isascii() and text.isdigit()) or (rest and rest[0].text.lower() in _UNITS):
        return None
    number = int(text[:4])
    return number if 0 < number <= MOST else None


def _span(text: str, rest: list[Word], moment: Moment) -> timedelta | None:
    if text in _TODAY:
        return max(SHORTEST, moment.now - _midnight(moment.now, moment.zone))
    text = _without_front(text)
    if text in _UNITS:
        text = f"1{_UNITS[text]}"
    elif rest and rest[0].text.lower() in _UNITS:
        text += _UNITS[rest.pop(0).text.lower()]
    try:
        end = read_end(text, moment.now, moment.zone)
    except CommandError:
        return None
    return end.at - moment.now if end is not None and end.elapsed and not end.rest else None


def _without_front(text: str) -> str:
    for front in _FRONT:
        if text.startswith(front):
            return text.removeprefix(front)
    return text


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return at_clock(now.astimezone(zone).date(), time(), zone)
