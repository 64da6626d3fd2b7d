"""Beneath an alert's figures: who did what, what it waits for, what is not shown."""

from bot.core.alert import APART, LARKWATCH, Alert, AlertState
from bot.core.escalation import escalates
from bot.core.pushed import sender_of
from bot.core.why import Why
from bot.engine.views import AlertView
from bot.feishu.cards.elements import Element, small, text
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import number

_NAMED = 5
_COMMENT_CHARS = 300


def notes(view: AlertView, reader: Reader) -> list[Element]:
    """Who did what, and what is not shown."""
    alert = view.alert
    return [
        *_figures(alert, reader),
        *_together(view, reader),
        *_overlays(alert, reader),
        *_people(alert, reader),
        *_comments(view, reader),
        *_end(view, reader),
        *_mute(view, reader),
        *_escalation(view, reader),
        *_previous(alert, reader),
    ]


def _figures(alert: Alert, reader: Reader) -> list[Element]:
    say, life = reader.texts.alert, reader.texts.life
    shown = []
    if alert.held_back:
        shown.append(small(say.held_back(number(alert.held_back))))
    if alert.late:
        shown.append(small(life.late(number(alert.late))))
    if alert.written_at is not None and alert.read_late:
        said = life.written_and_read(reader.time(alert.written_at), reader.time(alert.seen_at))
        shown.append(small(said, color="orange"))
    received = alert.received_at
    if received is not None and abs(received - alert.seen_at) > APART:
        said = life.two_clocks(reader.time(alert.seen_at), reader.time(received))
        shown.append(small(said, color="orange"))
    return shown


def _together(view: AlertView, reader: Reader) -> list[Element]:
    found = view.together
    if found is None:
        return []
    first = f"#{found.first} {one_line(found.title, 80)}"
    count = f"{len(found.alerts)}{'+' if found.full else ''}"
    return [small(reader.texts.group.together(count, reader.span(found.within), first))]


def _overlays(alert: Alert, reader: Reader) -> list[Element]:
    life, shown = reader.texts.life, []
    if alert.lost is not None:
        shown.append(text(life.no_log_since(reader.time(alert.lost.since))))
    since = alert.flaps.since
    if since is not None:
        shown.append(text(life.flapping(reader.time(since), alert.flaps.count)))
    return shown


def _people(alert: Alert, reader: Reader) -> list[Element]:
    say, life, shown = reader.texts.alert, reader.texts.life, []
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        name, at = name_of(alert.acknowledged_by, reader), reader.time(alert.acknowledged_at)
        taken = say.acknowledged_by(name, at)
        ends = alert.promise.expires_at if alert.promise else None
        shown.append(text(f"{taken} · {life.until(reader.until(ends))}" if ends else taken))
    if alert.assignee is not None:
        shown.append(text(life.assigned_to(name_of(alert.assignee, reader))))
    if alert.followers:
        names = ", ".join(name_of(one, reader) for one in alert.followers[:_NAMED])
        more = " …" if len(alert.followers) > _NAMED else ""
        shown.append(small(life.followers(f"{names}{more}")))
    if alert.severity_by is not None:
        shown.append(small(life.severity_by(name_of(alert.severity_by, reader))))
    return shown


def _comments(view: AlertView, reader: Reader) -> list[Element]:
    return [
        text(f"💬 {name_of(one.by, reader)}: {one_line(one.note, _COMMENT_CHARS)}", lines=3)
        for one in view.comments
    ]


def _end(view: AlertView, reader: Reader) -> list[Element]:
    alert, say, life = view.alert, reader.texts.alert, reader.texts.life
    if alert.state is not AlertState.RESOLVED or alert.resolved_at is None:
        return []
    by, at = alert.resolved_by or LARKWATCH, reader.time(alert.resolved_at)
    if by.id:
        return [text(say.resolved_by(name_of(by, reader), at))]
    ends = [one.why for one in view.timeline if one.target is AlertState.RESOLVED]
    match [why for why in ends if why not in (Why.LATE, Why.COMMENTED)][-1:]:
        case [Why.RECOVERED]:
            sender = sender_of(alert.agent)
            if sender:
                return [text(reader.texts.pushed.over(one_line(sender, 64), at))]
            return [text(life.resolved_by_line(at))]
        case [Why.RULE_REMOVED]:
            return [text(life.resolved_with_rule(at))]
        case _:
            return [text(say.resolved_quietly(at))]


def _mute(view: AlertView, reader: Reader) -> list[Element]:
    say = reader.texts.alert
    if view.mute is None or not view.alert.state.open:
        return []
    until = say.muted_until(name_of(view.mute.by, reader), ends(view.mute, reader))
    reason = one_line(view.mute.reason, 120)
    return [text(f"{until} · {say.reason(reason)}" if reason else until)]


def _escalation(view: AlertView, reader: Reader) -> list[Element]:
    run = view.escalation
    if run is None or not escalates(view.alert, muted=view.mute is not None):
        return []
    say, step = reader.texts.escalation, run.next_step
    if step is None or run.next_step_at is None:
        return [small(say.last_step(run.number), color="orange")]
    return [small(say.next_step(say.means[step.means], reader.time(run.next_step_at)))]


def _previous(alert: Alert, reader: Reader) -> list[Element]:
    if alert.previous is None:
        return []
    return [small(reader.texts.life.previous(f"#{alert.previous}"))]
