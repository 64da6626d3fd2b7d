"""``/trend``: how many records were found over time, or how numbers went, against days before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.matcher import Operator
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.field_courses import HOST_FIGURES, Stat
from bot.engine.reading import Views
from bot.engine.scope import Scope
from bot.feishu.cards.field_trend import field_trend_card
from bot.feishu.cards.trend import trend_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.field_words import host_figure, names_of, usual_stat
from bot.feishu.commands.fields import unknown_field, wider
from bot.feishu.commands.period import Asked, read_asked
from bot.feishu.commands.selection import written

_USUAL = timedelta(hours=24)
_OF_FIELDS = timedelta(hours=6)
_SHORTER = tuple(timedelta(minutes=one) for one in (15, 30, 60, 180))
_EXAMPLE = "/trend service=pay 24h"
_OF_FIELD = "/trend latency_ms service=pay 6h p95"
_OF_HOST = "/trend cpu host=web-1 6h"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTrend:
    """Say how it went."""

    asked: Asked

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the chart."""
        scope = self.asked.scope(request, views)
        if self.asked.field:
            return Answer(card=_of_field(self.asked, scope, request, views))
        trend = views.rankings.trend(scope, self.asked.span, request.now, request.zone)
        return Answer(
            card=trend_card(trend, scope, request.reader, again=self.asked.again("trend"))
        )


def _read(words: Words, moment: Moment) -> ShowTrend:
    asked = read_asked(words, moment, _USUAL, _EXAMPLE, of_fields=_OF_FIELDS)
    lost = asked.stat is not None and not asked.field
    if asked.by is not None or asked.most is not None or lost:
        found = " ".join(word.text for word in words)
        raise CommandError(found, lambda texts: texts.ranking.wanted_trend, _EXAMPLE)
    return ShowTrend(asked=asked)


def _of_field(asked: Asked, scope: Scope, request: Request, views: Views) -> dict[str, Any]:
    courses, now, zone = views.field_courses, request.now, request.zone
    stat = asked.stat or usual_stat(asked.field)
    again = asked.again("trend")
    names, course = names_of(asked.field), None
    if asked.fields:
        course = courses.of_recorded(names, asked.lines(), stat, asked.span, now, zone)
    elif not host_figure(asked.field) or "service" in scope.labels:
        read = courses.of_field
        for one in wider(scope):
            span = asked.span if asked.said else _fitting(courses.since(names, one, now), now)
            if (course := read(names, one, stat, span, now, zone)) is not None:
                scope = one
                break
    if course is None and not asked.fields and (figure := host_figure(asked.field)):
        stat = asked.stat if asked.stat is Stat.MAX else Stat.MEAN
        host = _host(asked, request, views)
        course = courses.of_host(host, figure, stat, asked.span, now, zone)
    if course is None:
        known = courses.known(now)
        raise unknown_field(asked.field, (*known, *HOST_FIGURES), _OF_FIELD, views, now)
    return field_trend_card(course, scope, request.reader, again=again)


def _fitting(since: datetime | None, now: datetime) -> timedelta:
    """The usual span, or a shorter one where nothing is known of most of it."""
    if since is None:
        return _OF_FIELDS
    return next((one for one in _SHORTER if now - since <= one), _OF_FIELDS)


def _host(asked: Asked, request: Request, views: Views) -> str:
    """The host that is meant.

    Raises:
        CommandError: If there is none of that name, or none is named and there are several.
    """
    if any(one.label != "host" or one.operator is not Operator.EQUAL for one in asked.matchers):
        found = " ".join(map(written, asked.matchers))
        raise CommandError(found, lambda texts: texts.fields.not_of_hosts, _OF_HOST)
    name = asked.matchers[0].value if asked.matchers else None
    host = views.field_courses.host(name, request.now)
    if host is None:
        page = views.health.hosts(request.now).rows
        known = page[0].record.host if page else ""
        raise CommandError(name or "", lambda texts: texts.fields.which_host(known), _OF_HOST)
    return host


SPEC = Spec(
    names=("trend", "趋势", "走势", "趋势图", "trends"),
    text=lambda texts: texts.ranking.trend,
    read=_read,
    right=Right.READ,
)
