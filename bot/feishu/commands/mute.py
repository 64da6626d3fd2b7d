"""``/mute``: hide one alert, or all that some conditions take, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.matcher import Matcher
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.mutes import muted_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_REASON
from bot.feishu.commands.selection import is_condition, select
from bot.feishu.commands.words import Word

DEFAULT_SPAN = timedelta(hours=1)
_EXAMPLE = "/mute 42 1h"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteOne:
    """Hide one alert, also when it recurs."""

    alert_id: int
    ends_at: datetime
    reason: str = ""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Mute, and say so."""
        engine.mute_alert(
            self.alert_id, self.ends_at, request.person, request.now, reason=self.reason
        )
        reader = request.reader
        said = reader.texts.answer.muted(f"#{self.alert_id}", reader.until(self.ends_at))
        view = current(self.alert_id, request, views)
        return Answer(card=acted_card(said, view, reader, self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteMany:
    """Hide every alert that the conditions take."""

    matchers: tuple[Matcher, ...]
    ends_at: datetime
    reason: str = ""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Mute, and say what that hides."""
        mute = engine.mute(
            self.matchers, self.ends_at, request.person, request.now, reason=self.reason
        )
        hits = views.open_alerts(request.now, self.matchers, limit=0).total
        return Answer(card=muted_card(mute, hits, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    number: int | None = None
    chosen: list[Word] = []
    ends_at: datetime | None = None
    rest = words
    while rest:
        word = rest[0]
        if is_condition(word):
            chosen.append(word)
            rest = rest[1:]
        elif number is None and not chosen and (found := _alert(word, rest)) is not None:
            number, rest = found, rest[1:]
        elif ends_at is None and (end := _end(rest, moment)) is not None:
            ends_at, rest = end
        else:
            break
    if (number is None) == (not chosen):
        found_text = rest[0].text if rest else ""
        raise CommandError(found_text, lambda texts: texts.wanted.alert_or_matchers, _EXAMPLE)
    if ends_at is None and rest:
        # Without a span, "-5h" or "never" would pass for a reason, and the mute for an hour.
        raise CommandError(rest[0].text, lambda texts: texts.wanted.span, _EXAMPLE)
    return _mute(number, chosen, ends_at or moment.now + DEFAULT_SPAN, _reason(rest))


def _mute(number: int | None, chosen: list[Word], ends_at: datetime, reason: str) -> Command:
    if number is not None:
        return MuteOne(alert_id=number, ends_at=ends_at, reason=reason)
    selection = select(chosen)
    if selection.least_severity is not None or selection.language is not None:
        raise CommandError(
            " ".join(word.text for word in chosen),
            lambda texts: texts.wanted.matcher,
            "/mute service=pay severity=low 2h",
        )
    return MuteMany(matchers=selection.matchers, ends_at=ends_at, reason=reason)


def _alert(word: Word, rest: Words) -> int | None:
    """``42`` is an alert unless a unit follows it, as in ``/mute 2 hours service=pay``."""
    number = number_in(word.text.removeprefix("#"))
    if number is None or word.quoted:
        return None
    unit = rest[1].text.lower() if len(rest) > 1 else ""
    return None if not word.text.startswith("#") and unit in _UNITS else number


_UNITS = ("hours", "hour", "minutes", "minute", "mins", "days", "day", "小时", "分钟", "天")


def _end(rest: Words, moment: Moment) -> tuple[datetime, Words] | None:
    """A span or end at the front, and the words behind it."""
    if rest[0].quoted:
        return None
    # Only words up to the next condition can belong to it; quoted ones are the reason.
    count = next((n for n, word in enumerate(rest) if word.quoted or is_condition(word)), len(rest))
    end = read_end(" ".join(word.text for word in rest[:count]), moment.now, moment.zone)
    if end is None:
        return None
    left = tuple(Word(text=text) for text in end.rest.split())
    return end.at, left + rest[count:]


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
