"""Alerts over the API: listed, shown, and acted on as by people."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.alert import Alert as Kept
from bot.core.alert import Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.sifting import Sift, Standing
from bot.core.token import Scope
from bot.feishu.commands.acknowledge import read_hold
from bot.feishu.commands.mute import read_until
from bot.feishu.commands.since import since_named
from bot.web.api import alert_shapes as shapes
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import cursor_of, place_in
from bot.web.api.problem import Fault, unprocessable, words_of
from bot.web.api.selecting import selected
from bot.web.api.shapes import Nothing, Paged, Shape


def _list(call: Call) -> Reply:
    asked = call.asked(shapes.AlertsAsked)
    sift, place = _sift(call, asked), place_in(asked.cursor, asked.order, int)
    offset = 0 if sift.by_number else max(0, place or 0)
    if sift.by_number:
        sift = replace(sift, below=place)
    found = call.desk.views.sifting.page(sift, call.now, offset, asked.limit + 1)
    rows, following = found.rows[: asked.limit], ""
    if len(found.rows) > asked.limit:
        last = rows[-1].alert.id if sift.by_number else offset + asked.limit
        following = cursor_of(asked.order, last)
    items = [shapes.alert(one) for one in rows]
    page = shapes.Alerts(items=items, next=following or None, total=found.total)
    return Reply(shape=page, next=following)


def _sift(call: Call, asked: shapes.AlertsAsked) -> Sift:
    selection = selected(call, asked.match, "query.match")
    since = since_named(asked.since, call.moment) if asked.since else None
    if asked.since and since is None:
        wanted = call.reader.texts.sifting.wanted
        raise unprocessable(Fault(where="query.since", found=asked.since, wanted=wanted))
    usual = Standing.ANY if since else Standing.OPEN
    return Sift(
        standing=asked.standing or usual,
        matchers=selection.matchers,
        least_severity=selection.least_severity,
        since=since,
        text=asked.text,
        whose=call.actor if asked.mine else None,
        by_number=asked.order == "number",
    )


def _show(call: Call) -> Reply:
    view = call.desk.views.alert(call.number("alert"), call.now)
    if view is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
    return Reply(shape=shapes.whole_alert(view), version=shapes.version_of(view.alert))


def _timeline(call: Call) -> Reply:
    asked, number = call.asked(Paged), call.number("alert")
    offset = max(0, place_in(asked.cursor, "timeline", int) or 0)
    _current(call)
    entries, total = call.desk.views.looking.entries(number, offset, asked.limit)
    end = offset + len(entries)
    following = cursor_of("timeline", end) if entries and end < total else ""
    items = [shapes.event(one) for one in entries]
    return Reply(
        shape=shapes.Events(items=items, next=following or None, total=total), next=following
    )


def _acting(do: Callable[[Call, Kept], None]) -> Callable[[Call], Reply]:
    """Something done to an alert that is still as the program saw it; then it is shown."""

    def run(call: Call) -> Reply:
        alert = _current(call)
        call.unchanged(shapes.version_of(alert))
        do(call, alert)
        return _show(call)

    return run


def _current(call: Call) -> Kept:
    alert = call.desk.store.alerts.get(call.number("alert"))
    if alert is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
    return alert


def _acknowledge(call: Call, alert: Kept) -> None:
    engine, until = call.desk.engine, call.said(shapes.Acknowledge).until
    if not until:
        engine.acknowledge(alert.id, call.actor, call.now)
        return
    with words_of("body.until", call.reader):
        ends_at = read_hold(until, call.moment)
    if not alert.taken:
        engine.acknowledge(alert.id, call.actor, call.now)
    engine.extend(alert.id, call.actor, call.now, ends_at - call.now if ends_at else None)


def _unacknowledge(call: Call, alert: Kept) -> None:
    call.desk.engine.unacknowledge(alert.id, call.actor, call.now)


def _resolve(call: Call, alert: Kept) -> None:
    call.desk.engine.resolve(alert.id, call.actor, call.now)


def _assign(call: Call, alert: Kept) -> None:
    to = call.said(shapes.Assign).to
    person: Person | None = None
    if to is not None:
        person = call.actor if to == "me" else next(iter(call.desk.views.people([to])))
    call.desk.engine.assign(alert.id, person, call.actor, call.now)


def _comment(call: Call, alert: Kept) -> None:
    text = call.said(shapes.Comment).text
    call.desk.engine.comment(alert.id, text, call.actor, call.now)


def _grade(call: Call, alert: Kept) -> None:
    severity = call.said(shapes.Grade).severity
    call.desk.engine.set_severity(alert.id, severity, call.actor, call.now)


def _mute(call: Call, alert: Kept) -> None:
    said = call.said(shapes.MuteOne)
    with words_of("body.until", call.reader):
        until = read_until(said.until, call.moment)
    call.desk.engine.mute_alert(
        alert.id, until, call.actor, call.now, reason=said.reason, effect=said.effect
    )


def _unmute(call: Call, alert: Kept) -> None:
    call.desk.engine.unmute_alert(alert.id, call.actor, call.now)


def _act(
    name: str,
    verb: str,
    about: str,
    do: Callable[[Call, Kept], None],
    body: type[Shape] = Nothing,
    *,
    scope: Scope = Scope.ALERTS_WRITE,
    more: str = "",
) -> Operation:
    return Operation(
        name=name,
        method="POST",
        path=f"/alerts/{{alert}}/{verb}",
        scope=scope,
        about=about,
        more=more,
        run=_acting(do),
        answer=shapes.WholeAlert,
        body=body,
        guarded=True,
        once=True,
        conflicts=True,
    )


OPERATIONS = (
    Operation(
        name="listAlerts",
        method="GET",
        path="/alerts",
        scope=Scope.ALERTS_READ,
        about="Which alerts there are, by any filter.",
        run=_list,
        query=shapes.AlertsAsked,
        answer=shapes.Alerts,
    ),
    Operation(
        name="getAlert",
        method="GET",
        path="/alerts/{alert}",
        scope=Scope.ALERTS_READ,
        about="One alert with its records, its rate and its comments.",
        run=_show,
        answer=shapes.WholeAlert,
    ),
    Operation(
        name="listEvents",
        method="GET",
        path="/alerts/{alert}/timeline",
        scope=Scope.ALERTS_READ,
        about="Everything that happened to an alert, oldest first.",
        run=_timeline,
        query=Paged,
        answer=shapes.Events,
    ),
    _act(
        "acknowledgeAlert",
        "ack",
        "Take an alert on.",
        _acknowledge,
        shapes.Acknowledge,
        more="Who comes second follows it, and is told who was first. With `until` it also "
        "says how long an acknowledgement that stands is to hold.",
    ),
    _act("releaseAlert", "unack", "Let an alert go.", _unacknowledge),
    _act("resolveAlert", "resolve", "End an alert.", _resolve),
    _act("assignAlert", "assign", "Name who is to see to it.", _assign, shapes.Assign),
    _act("commentOnAlert", "comment", "Say something about it.", _comment, shapes.Comment),
    _act("gradeAlert", "severity", "Say how bad it is.", _grade, shapes.Grade),
    _act(
        "muteAlert",
        "mute",
        "Hide it, also when it recurs.",
        _mute,
        shapes.MuteOne,
        scope=Scope.MUTES_WRITE,
    ),
    _act(
        "unmuteAlert",
        "unmute",
        "End every mute that hides it.",
        _unmute,
        scope=Scope.MUTES_WRITE,
    ),
)
