"""``/mute``: hide one alert, or all that some conditions take, until something ends that."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.matcher import Matcher
from bot.core.mute import Effect, Until
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.mutes import extended_card, muted_card, preview_card
from bot.feishu.commands.again import line_of
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.ends import read_named_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_REASON
from bot.feishu.commands.recurrences import read_recurrence
from bot.feishu.commands.selection import is_condition, select
from bot.feishu.commands.words import Word, split

DEFAULT_SPAN = timedelta(hours=1)
SURE = "--yes"
_SURE = (SURE, "直接")
_KEEP_CARDS = ("notify-only", "--notify-only", "保留卡片")
_EXAMPLE = "/mute 42 1h"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteOne:
    """Hide one alert, also when it recurs."""

    alert_id: int
    until: Until
    reason: str = ""
    effect: Effect = Effect.FULL

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Mute, and say so."""
        mute = engine.mute_alert(
            self.alert_id,
            self.until,
            request.person,
            request.now,
            reason=self.reason,
            effect=self.effect,
            chat=request.chat.id,
        )
        reader = request.reader
        said = reader.texts.answer.muted(f"#{self.alert_id}", ends(mute, reader))
        view = current(self.alert_id, request, views)
        return Answer(card=acted_card(said, view, reader, self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteMany:
    """Hide every alert that the conditions take.

    Attributes:
        sure: Whether it is done at once; else, what it would hide is shown first if that is more
            than one alert.
        asks: Whether that is shown first however few they are.
        again: The line that is sure.
    """

    matchers: tuple[Matcher, ...]
    until: Until
    reason: str = ""
    effect: Effect = Effect.FULL
    sure: bool = False
    asks: bool = False
    again: str = field(default="", compare=False)

    def asking(self) -> "MuteMany":
        """The same, shown first however few it would hide."""
        return replace(self, asks=True)

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Mute, and say what that hides; or say what it would hide."""
        reader = request.reader
        if not self.sure:
            found = views.muting.preview(self.matchers, request.now)
            if self.asks or found.lately > 1:
                return Answer(card=preview_card(self.matchers, found, self.again, reader))
        mute = engine.mute(
            self.matchers,
            self.until,
            request.person,
            request.now,
            reason=self.reason,
            effect=self.effect,
            chat=request.chat.id,
        )
        hits = views.open_alerts(request.now, self.matchers, limit=0).total
        return Answer(card=muted_card(mute, hits, reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendMute:
    """Let a mute last longer, or end at another instant."""

    mute_id: int
    until: datetime | timedelta

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Extend it, and say until when it lasts."""
        mute = engine.extend_mute(self.mute_id, self.until, request.person, request.now)
        return Answer(card=extended_card(mute, request.reader))


@dataclass(slots=True)
class _Read:
    """What was read of a line so far."""

    number: int | None = None
    chosen: list[Word] = field(default_factory=list)
    until: Until | None = None
    effect: Effect = Effect.FULL
    sure: bool = False
    rest: Words = ()


def _read(words: Words, moment: Moment) -> Command:
    if words and (extend := _extend(words, moment)) is not None:
        return extend
    sure = any(not word.quoted and word.text.lower() == SURE for word in words)
    words = tuple(word for word in words if word.quoted or word.text.lower() != SURE)
    found = _Read(rest=words, sure=sure)
    while found.rest and _step(found, moment):
        pass
    if (found.number is None) == (not found.chosen):
        text = found.rest[0].text if found.rest else ""
        raise CommandError(text, lambda texts: texts.wanted.alert_or_matchers, _EXAMPLE)
    if found.until is None and found.rest:
        # Without a span, "-5h" or "never" would pass for a reason, and the mute for an hour.
        raise CommandError(found.rest[0].text, lambda texts: texts.wanted.span, _EXAMPLE)
    return _mute(found, words, moment)


def _step(found: _Read, moment: Moment) -> bool:
    """Take what stands in front; False for the reason, which is the rest."""
    word = found.rest[0]
    if is_condition(word):
        found.chosen.append(word)
        found.rest = found.rest[1:]
    elif not word.quoted and word.text.lower() in _SURE:
        found.sure, found.rest = True, found.rest[1:]
    elif not word.quoted and word.text.lower() in _KEEP_CARDS:
        found.effect, found.rest = Effect.NOTIFY_ONLY, found.rest[1:]
    elif (
        found.number is None
        and not found.chosen
        and (number := _alert(word, found.rest)) is not None
    ):
        found.number, found.rest = number, found.rest[1:]
    elif found.until is None and (end := _end(found.rest, moment)) is not None:
        found.until, found.rest = end
    else:
        return False
    return True


def _mute(found: _Read, words: Words, moment: Moment) -> Command:
    until = found.until or moment.now + DEFAULT_SPAN
    reason = _reason(found.rest)
    if found.number is not None:
        return MuteOne(alert_id=found.number, until=until, reason=reason, effect=found.effect)
    selection = select(found.chosen)
    if selection.least_severity is not None or selection.language is not None:
        raise CommandError(
            " ".join(word.text for word in found.chosen),
            lambda texts: texts.wanted.matcher,
            "/mute service=pay severity=low 2h",
        )
    return MuteMany(
        matchers=selection.matchers,
        until=until,
        reason=reason,
        effect=found.effect,
        sure=found.sure,
        again="" if found.sure else line_of("mute", words, SURE),
    )


def read_until(text: str, moment: Moment) -> Until:
    """What ends a mute, and nothing besides: ``2h``, ``until resolved``, ``every weekday 22-7``.

    Raises:
        CommandError: If it cannot be read.
    """
    words = split(text)
    found = _end(words, moment) if words else None
    if found is None or found[1]:
        raise CommandError(text, lambda texts: texts.wanted.span, _EXAMPLE)
    return found[0]


def read_longer(said: str, moment: Moment) -> datetime | timedelta:
    """How much longer a mute is to last, or until when.

    Raises:
        CommandError: If it cannot be read.
    """
    end = read_end(said, moment.now, moment.zone)
    if end is None or end.rest:
        raise CommandError(said, lambda texts: texts.wanted.span, "/mute m3 +1h")
    return end.at - moment.now if end.elapsed else end.at


def _extend(words: Words, moment: Moment) -> ExtendMute | None:
    """``m3 +1h``, ``m3 until 18:00``; an hour when nothing more is said."""
    text = words[0].text.lower()
    number = number_in(text[1:]) if text.startswith("m") and not words[0].quoted else None
    if number is None:
        return None
    said = " ".join(word.text for word in words[1:]).removeprefix("+").strip()
    if not said:
        return ExtendMute(mute_id=number, until=DEFAULT_SPAN)
    return ExtendMute(mute_id=number, until=read_longer(said, moment))


def _alert(word: Word, rest: Words) -> int | None:
    """``42`` is an alert unless a unit follows it, as in ``/mute 2 hours service=pay``."""
    number = number_in(word.text.removeprefix("#"))
    if number is None or word.quoted:
        return None
    unit = rest[1].text.lower() if len(rest) > 1 else ""
    return None if not word.text.startswith("#") and unit in _UNITS else number


_UNITS = ("hours", "hour", "minutes", "minute", "mins", "days", "day", "小时", "分钟", "天")


def _end(rest: Words, moment: Moment) -> tuple[Until, Words] | None:
    """A span or end at the front, and the words behind it."""
    if rest[0].quoted:
        return None
    # Only words up to the next condition can belong to it; quoted ones are the reason.
    count = next((n for n, word in enumerate(rest) if word.quoted or is_condition(word)), len(rest))
    recurring = read_recurrence(rest[:count], moment.zone)
    if recurring is not None:
        return recurring[0], recurring[1] + rest[count:]
    text = " ".join(word.text for word in rest[:count])
    named = read_named_end(text)
    if named is not None:
        return named[0], _words(named[1]) + rest[count:]
    end = read_end(text, moment.now, moment.zone)
    return None if end is None else (end.at, _words(end.rest) + rest[count:])


def _words(text: str) -> Words:
    return tuple(Word(text=one) for one in text.split())


def _reason(rest: Words) -> str:
    reason = " ".join(word.text for word in rest)
    if len(reason) > LONGEST_REASON:
        raise CommandError(reason, lambda texts: texts.wanted.shorter, _EXAMPLE)
    return reason


SPEC = Spec(
    names=("mute", "静默", "silence", "屏蔽", "静音", "免打扰", "snooze", "别吵"),
    text=lambda texts: texts.commands.mute,
    read=_read,
)
