"""``/digest``: the day of this chat, now or every day at an hour."""

import re
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from bot.core.daily import day_until
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.rankings import FINE, floored
from bot.engine.reading import Views
from bot.feishu.cards.daily import daily_card, plan_card
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, nothing_more
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.hours import is_zone
from bot.feishu.commands.refusals import may_not_subscribe
from bot.feishu.commands.rights import refused

USUAL = time(9)
_EXAMPLE = "/digest at 09:00"
_NOW = ("now", "today", "现在", "立即", "今天", "看看")
_WHEN = ("when", "plan", "settings", "几点", "设置")
_OFF = ("off", "stop", "none", "关闭", "关", "停", "取消")
_ON = ("on", "start", "开启", "打开", "开")
_AT = ("at", "daily", "每天", "在", "时间")
_CLOCK = re.compile(r"(?:每天|at)?(\d{1,2})(?:[:.点时](\d{1,2}|半|整)?分?)?(am|pm)?", re.IGNORECASE)
_MINUTES = {None: 0, "": 0, "整": 0, "半": 30}
_NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPlan:
    """Say when the digest comes."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the hour, and buttons for another wish."""
        return Answer(card=plan_card(views.daily.plan(request.target), request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDay:
    """Say how the last 24 hours were."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the digest as it would come now."""
        plan = views.daily.plan(request.target)
        until = floored(request.now, FINE) + FINE
        view = views.daily.day(request.target, day_until(until, plan.zone), request.now)
        reader = Reader(language=request.language, zone=ZoneInfo(plan.zone), now=request.now)
        at = f"{plan.clock:%H:%M}" if plan.clock is not None else ""
        return Answer(card=daily_card(view, reader, at=at))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDigest:
    """Let it come at another hour, or never.

    Attributes:
        clock: None for never.
        zone: As named, "" for the chat's.
        usual: Whether no hour was named: the chat's own is kept.
    """

    clock: time | None
    zone: str = ""
    usual: bool = False

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Say when it comes now."""
        if refused(Right.MANAGE, "digest", None, request, engine, views):
            return may_not_subscribe(request)
        before = views.daily.plan(request.target)
        clock = (before.clock or self.clock) if self.usual else self.clock
        plan = engine.plan_digest(
            request.target, clock, self.zone or before.zone, request.person, request.now
        )
        return Answer(card=plan_card(plan, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return ShowDay()
    first, rest = words[0].text.lower(), words[1:]
    if first in (*_NOW, *_OFF, *_ON, *_WHEN):
        nothing_more(rest, _EXAMPLE)
        if first in _NOW:
            return ShowDay()
        if first in _WHEN:
            return ShowPlan()
        return PlanDigest(clock=None) if first in _OFF else PlanDigest(clock=USUAL, usual=True)
    if first in _AT:
        words = rest
    clock = _clock(words[0].text) if words else None
    if clock is None:
        found = " ".join(word.text for word in words)
        raise CommandError(found, lambda texts: texts.daily.wanted, _EXAMPLE)
    return PlanDigest(clock=clock, zone=_zone(words[1:]))


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, said = int(found[1]), found[2]
    minute = _MINUTES[said] if said in _MINUTES else int(said)
    if found[3] and hour <= _NOON:
        hour = hour % _NOON + (_NOON if found[3].lower() == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _zone(words: Words) -> str:
    """A time zone, with or without ``tz=`` in front; "" when none is named."""
    if not words:
        return ""
    nothing_more(words[1:], _EXAMPLE)
    name = words[0].text.removeprefix("--").removeprefix("tz=")
    if not is_zone(name):
        raise CommandError(words[0].text, lambda texts: texts.people.wanted_zone, _EXAMPLE)
    return name


SPEC = Spec(
    names=("digest", "日报", "每日摘要", "摘要", "daily"),
    text=lambda texts: texts.daily.command,
    read=_read,
    right=Right.READ,
    manages=frozenset((*_OFF, *_ON, *_AT)),
)
