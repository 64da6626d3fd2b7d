"""Numbers over time, over the API: which there are, and how they went."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.core.token import Scope
from bot.engine.field_courses import HOST_FIGURES, Course, Stat
from bot.engine.scope import EVERYTHING, scope_asked
from bot.web.api.alert_shapes import Conditions
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import page_of
from bot.web.api.problem import Fault, missing, unprocessable
from bot.web.api.selecting import selected
from bot.web.api.shapes import Page, Paged, Shape
from watchers.delay import read_span

_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=90)


class Series(Shape):
    """Numbers under one name: a field of records, or what others push."""

    name: str


class ManySeries(Page[Series]):
    """Some of the series seen in the last two weeks, by name."""


class Point(Shape):
    """A figure of the span that begins at `at`; null where there were no numbers."""

    at: datetime
    value: float | None
    before: float | None = Field(description="The same, `shift_s` earlier.")


class Whole(Shape):
    """All numbers of the span together."""

    count: int
    mean: float
    low: float
    high: float
    total: float


class Points(Shape):
    """How a series went."""

    name: str
    host: str = Field(description='Whose it is, "" for a field of records.')
    stat: Stat
    step_s: float = Field(description="From one point to the next: about 48 fit the span.")
    shift_s: float
    points: list[Point] = Field(description="Oldest first.")
    value: float | None = Field(description="The figure of the whole span.")
    before: float | None
    numbers: Whole | None


class PointsAsked(Shape):
    """Which figure, of what, how far back."""

    stat: Stat = Stat.MEAN
    span: Annotated[str, Field(max_length=20, pattern="^([0-9]+[smhd])+$")] = Field(
        default="6h", description="From 1m to 90d; older numbers are kept in wider steps."
    )
    host: Annotated[str, Field(max_length=200)] = Field(
        default="", description=f"A figure of this host: {', '.join(HOST_FIGURES)}."
    )
    match: Conditions = Field(default_factory=list)


def _list(call: Call) -> Reply:
    asked = call.asked(Paged)
    names = call.desk.views.field_courses.known(call.now)
    shown, following = page_of(names, str, str, "series", asked)
    items = [Series(name=one) for one in shown]
    return Reply(shape=ManySeries(items=items, next=following or None), next=following)


def _points(call: Call) -> Reply:
    asked, name = call.asked(PointsAsked), call.path["series"]
    span = read_span(asked.span)
    if span is None or not _SHORTEST <= span <= _LONGEST:
        raise unprocessable(Fault(where="query.span", found=asked.span, wanted="1m to 90d"))
    course = _of_host(asked, name, span, call) if asked.host else _of_field(asked, name, span, call)
    return Reply(shape=_shape(course))


def _of_field(asked: PointsAsked, name: str, span: timedelta, call: Call) -> Course:
    chosen = selected(call, asked.match, "query.match")
    scope = scope_asked(chosen.matchers, chosen.least_severity) if asked.match else EVERYTHING
    courses = call.desk.views.field_courses
    found = courses.of_field([name], scope, asked.stat, span, call.now, call.desk.zone)
    if found is None:
        raise missing("unknown_series", "no such series, or none that meets the conditions")
    return found


def _of_host(asked: PointsAsked, name: str, span: timedelta, call: Call) -> Course:
    courses = call.desk.views.field_courses
    host = courses.host(asked.host, call.now)
    if host is None:
        raise missing("unknown_host", "no such host")
    if name not in HOST_FIGURES:
        raise missing("unknown_series", f"of hosts there are: {', '.join(HOST_FIGURES)}")
    if asked.match:
        wrong = Fault(where="query.match", found=asked.match[0], wanted="none, with a host")
        raise unprocessable(wrong)
    return courses.of_host(host, name, asked.stat, span, call.now, call.desk.zone)


def _shape(found: Course) -> Points:
    numbers = found.numbers
    whole = None
    if numbers is not None:
        whole = Whole(
            count=numbers.count,
            mean=numbers.mean,
            low=numbers.low,
            high=numbers.high,
            total=numbers.total,
        )
    return Points(
        name=found.field,
        host=found.host,
        stat=found.stat,
        step_s=found.step.total_seconds(),
        shift_s=found.shift.total_seconds(),
        points=[Point(at=one.at, value=one.value, before=one.before) for one in found.points],
        value=found.whole,
        before=found.before,
        numbers=whole,
    )


OPERATIONS = (
    Operation(
        name="listSeries",
        method="GET",
        path="/series",
        scope=Scope.SERIES_READ,
        about="Which numbers there are.",
        run=_list,
        query=Paged,
        answer=ManySeries,
    ),
    Operation(
        name="getPoints",
        method="GET",
        path="/series/{series}/points",
        scope=Scope.SERIES_READ,
        about="How numbers went, against as much earlier.",
        run=_points,
        query=PointsAsked,
        answer=Points,
    ),
)
