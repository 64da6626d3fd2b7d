"""Hosts over the API: how they stand, how often they are sampled."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.core.health import Forecast
from bot.core.health_ports import HostRecord
from bot.core.token import Scope
from bot.engine.health_views import ChartSpan, HostView
from bot.feishu.commands.health import read_every
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import cursor_of, place_in
from bot.web.api.problem import ProblemError, missing, words_of
from bot.web.api.shapes import Page, Paged, Shape
from watchers.delay import write_span
from watchers.health import CheckStatus, HostStatus


class Check(Shape):
    """What one check of a service came to."""

    name: str
    kind: str
    status: CheckStatus
    at: datetime
    latency_s: float | None
    detail: str


class Host(Shape):
    """How a machine stands; shares are from 0 to 1."""

    host: str
    agent: str
    status: HostStatus = Field(description="DOWN while any check is.")
    silent: bool = Field(description="Whether it was not heard of in time.")
    heard_at: datetime
    at: datetime = Field(description="When it was sampled.")
    cpu: float
    memory: float
    disk: float = Field(description="Of the fullest disk.")
    swap: float | None
    load: list[float]
    cores: int
    uptime_s: float | None
    every_s: float = Field(description="Seconds to the next sample, 0 when unknown.")
    checks: list[Check]


class Hosts(Page[Host]):
    """Some hosts: silent ones first, then the worst."""

    total: int
    silent: int
    down: int


class DiskShown(Shape):
    """A file system."""

    mount: str
    used: float
    total_bytes: int
    free_bytes: int
    full_in_s: float | None = Field(description="If it goes on like this; null if it does not.")


class HostPoint(Shape):
    """Means of one part of the span; null for what was not sampled."""

    at: datetime
    cpu: float | None
    memory: float | None
    disk: float | None
    load: float | None


class WholeHost(Host):
    """One host with its course."""

    disks: list[DiskShown]
    course: list[HostPoint] = Field(description="60 parts of the span, oldest first.")
    passed: dict[str, float] = Field(
        description="Share of the last 24 hours in which each check passed."
    )


class HostAsked(Shape):
    """How much of a host's course."""

    span: ChartSpan = ChartSpan.HOUR


class Interval(Shape):
    """How often hosts are sampled."""

    every: str | None = Field(description="Null for as each is configured.")


class IntervalWanted(Shape):
    """How often hosts are to be sampled."""

    every: Annotated[str, Field(max_length=20)] | None = Field(
        description='From "2s" to "10m"; null for as each is configured.'
    )


def _list(call: Call) -> Reply:
    asked = call.asked(Paged)
    offset = max(0, place_in(asked.cursor, "hosts", int) or 0)
    kept = call.desk.store.health
    rows, tally = kept.page(call.now, offset, asked.limit), kept.tally(call.now)
    end = offset + len(rows)
    following = cursor_of("hosts", end) if rows and end < tally.total else ""
    page = Hosts(
        items=[Host.model_validate(_members(one, call.now)) for one in rows],
        next=following or None,
        total=tally.total,
        silent=tally.silent,
        down=tally.down,
    )
    return Reply(shape=page, next=following)


def _show(call: Call) -> Reply:
    name = call.path["host"]
    view = call.desk.views.health.host(name, call.asked(HostAsked).span, call.now)
    if view is None:
        raise _unknown(name, call)
    return Reply(shape=_whole(view, call.now))


def _unknown(name: str, call: Call) -> ProblemError:
    similar = ", ".join(call.desk.views.health.similar(name))
    return missing(
        "unknown_host", f"no such host; perhaps: {similar}" if similar else "no such host"
    )


def _forget(call: Call) -> Reply:
    name = call.path["host"]
    if not call.desk.engine.forget_host(name, call.actor, call.now):
        raise _unknown(name, call)
    return Reply()


def _interval(call: Call) -> Reply:
    every = call.desk.views.health.every()
    return Reply(shape=Interval(every=write_span(every) if every is not None else None))


def _set_interval(call: Call) -> Reply:
    said, every = call.said(IntervalWanted).every, None
    if said is not None:
        with words_of("body.every", call.reader):
            every = read_every(said)
    call.desk.engine.sample_hosts(every, call.actor, call.now)
    return _interval(call)


def _whole(view: HostView, now: datetime) -> WholeHost:
    disks = [
        DiskShown(
            mount=one.disk.mount,
            used=one.disk.used,
            total_bytes=one.disk.total_bytes,
            free_bytes=one.disk.free_bytes,
            full_in_s=_seconds(one.full_in),
        )
        for one in view.disks
    ]
    course = [
        HostPoint(at=one.at, cpu=one.cpu, memory=one.memory, disk=one.disk, load=one.load)
        for one in view.course
    ]
    more = {"disks": disks, "course": course, "passed": dict(view.passed)}
    return WholeHost.model_validate(_members(view.record, now) | more)


def _seconds(forecast: Forecast | None) -> float | None:
    return forecast.span / timedelta(seconds=1) if forecast is not None else None


def _members(record: HostRecord, now: datetime) -> dict[str, object]:
    sample = record.sample
    names = ("status", "at", "cpu", "memory", "disk", "swap", "cores", "uptime_s", "every_s")
    return {name: getattr(sample, name) for name in names} | {
        "host": record.host,
        "agent": record.agent,
        "silent": record.due_at < now,
        "heard_at": record.heard_at,
        "load": list(sample.load),
        "checks": [
            Check(
                name=one.name,
                kind=one.kind,
                status=one.status,
                at=one.at,
                latency_s=one.latency_s,
                detail=one.detail,
            )
            for one in sample.checks
        ],
    }


OPERATIONS = (
    Operation(
        name="listHosts",
        method="GET",
        path="/health/hosts",
        scope=Scope.HEALTH_READ,
        about="How hosts stand: silent ones first, then the worst.",
        run=_list,
        query=Paged,
        answer=Hosts,
    ),
    Operation(
        name="getHost",
        method="GET",
        path="/health/hosts/{host}",
        scope=Scope.HEALTH_READ,
        about="One host, by its name or its agent's, with its course.",
        run=_show,
        query=HostAsked,
        answer=WholeHost,
    ),
    Operation(
        name="forgetHost",
        method="DELETE",
        path="/health/hosts/{host}",
        scope=Scope.HEALTH_WRITE,
        about="Forget a host that is no more.",
        run=_forget,
        answer=None,
    ),
    Operation(
        name="getInterval",
        method="GET",
        path="/health/interval",
        scope=Scope.HEALTH_READ,
        about="How often hosts are sampled by order of somebody.",
        run=_interval,
        answer=Interval,
    ),
    Operation(
        name="setInterval",
        method="PUT",
        path="/health/interval",
        scope=Scope.HEALTH_WRITE,
        about="Let hosts be sampled that often, from now on.",
        run=_set_interval,
        body=IntervalWanted,
        answer=Interval,
    ),
)
