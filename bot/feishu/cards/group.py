"""The card of alerts that are told together, and the notices beneath it."""

from datetime import datetime
from typing import assert_never

from bot.core.alert import AlertState
from bot.core.grouping import GroupKind
from bot.core.notification import Purpose
from bot.engine.views import AlertView, GroupView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.elements import (
    Card,
    Element,
    Tag,
    Template,
    button,
    card,
    column,
    columns,
    fit,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS, header_color, state_tag, tag_color
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import number

_MESSAGE_CHARS = (160, 80, 0)
_TOP = 5
_SHORT = 3
"""A card of so few alerts needs no count by rule and service."""


def group_card(
    view: GroupView, reader: Reader, *, bare: bool = False, may_act: bool = True
) -> Card:
    """Draw alerts that share a card, as they stand; fits Feishu's limit by shortening lines.

    Args:
        view: The alerts.
        reader: For whom.
        bare: Without anything that came from a log, after the platform refused the content.
        may_act: Whether it gets buttons that change an alert.
    """
    if bare:
        return _draw(view, reader, 0, bare=True, may_act=may_act)
    return fit(lambda limit: _draw(view, reader, limit, may_act=may_act), _MESSAGE_CHARS)


def group_notice_card(
    view: GroupView, purpose: Purpose, reader: Reader, *, bare: bool = False
) -> Card:
    """Draw why a shared card rings: alerts joined it, or nobody took on what fires."""
    say = reader.texts.group
    firing = view.states.get(AlertState.FIRING, 0)
    said = say.joined(view.joined) if purpose is Purpose.JOINED else say.repeated_group(firing)
    worst = [f"#{one.alert.id}" if bare else _named(one) for one in view.rows[:_SHORT]]
    lines = [_title(view, reader, bare=bare), *worst]
    return card(
        title=said,
        template=_color(view),
        summary=f"{said} {lines[0]}",
        elements=[text(line, lines=2) for line in lines],
    )


def _draw(
    view: GroupView, reader: Reader, chars: int, *, bare: bool = False, may_act: bool
) -> Card:
    say = reader.texts.group
    elements: list[Element] = [small(_about(view, reader))]
    if view.total > _SHORT and not bare:
        elements += _counts(view, reader)
    for one in view.rows:
        elements += [hr(), _row(one, reader, chars, bare=bare)]
    if (more := view.total - len(view.rows)) > 0:
        elements.append(small(say.more(more)))
    elements += _notes(view, reader)
    worst = next((one for one in view.rows if one.alert.state.open), None)
    if may_act and worst is not None and (buttons := alert_buttons(worst, reader)):
        elements += [hr(), small(say.act_on(str(worst.alert.id))), buttons]
    if may_act:
        elements += _for_all(view, reader)
    title = _title(view, reader, bare=bare)
    return card(
        title=title,
        subtitle=_states(view, reader),
        tags=_tags(view, reader),
        template=_color(view),
        summary=f"[{_states(view, reader)}] {title}",
        elements=elements,
    )


def _title(view: GroupView, reader: Reader, *, bare: bool) -> str:
    say, key = reader.texts.group, view.group.key
    count = say.alerts(view.total)
    match view.group.kind:
        case GroupKind.LABELS if not bare:
            shared = " · ".join(one_line(value, 40) for value in [*key.values()][:_SHORT])
            return f"{say.labels(shared)} • {count}"
        case GroupKind.LABELS | GroupKind.ALONE:
            return count
        case GroupKind.UPSTREAM:
            return f"{say.upstream(one_line(key.get('alert', ''), 20))} • {count}"
        case GroupKind.STORM:
            return f"{say.storm} • {count}"
        case GroupKind.LIMITED:
            return f"{say.limited} • {count}"
        case GroupKind.AWAY:
            return f"{say.away(one_line(key.get('rule', ''), 40))} • {count}"
        case _:
            assert_never(view.group.kind)


def _about(view: GroupView, reader: Reader) -> str:
    say, group = reader.texts.group, view.group
    match group.kind:
        case GroupKind.LABELS | GroupKind.ALONE:
            return say.about_labels
        case GroupKind.UPSTREAM:
            return say.about_upstream
        case GroupKind.STORM:
            return say.about_storm
        case GroupKind.LIMITED:
            return say.about_limited
        case GroupKind.AWAY:
            left, back = (_moment(group.key.get(name, ""), reader) for name in ("left", "back"))
            return say.about_away(left, back)
        case _:
            assert_never(group.kind)


def _moment(text: str, reader: Reader) -> str:
    """An instant in ISO 8601, for people."""
    try:
        return reader.until(datetime.fromisoformat(text))
    except ValueError:
        return one_line(text, 30)


def _counts(view: GroupView, reader: Reader) -> list[Element]:
    """The rules and services with the most alerts."""
    say = reader.texts.group
    shown = []
    for label, counts in ((say.rules, view.rules), (say.services, view.services)):
        parts = [
            f"{one_line(name, 30) or say.no_service} × {count}" for name, count in counts[:_TOP]
        ]
        shown.append(
            column([small(label), *(text(part, lines=1) for part in parts)], spacing="2px")
        )
    return [columns(shown, flex="bisect")]


def _row(view: AlertView, reader: Reader, chars: int, *, bare: bool) -> Element:
    alert, say = view.alert, reader.texts.alert
    show = encode(RunCommand(text=f"/alert {alert.id}"))
    dot = "🟢" if alert.state is AlertState.RESOLVED else DOTS[alert.severity]
    message = "" if bare else one_line(_newest(view), chars) if chars else ""
    counted = say.row(number(alert.count), reader.time(alert.seen_at))
    return columns(
        [
            column(
                [
                    text(f"{dot} #{alert.id}" if bare else f"{dot} {_named(view)}", lines=2),
                    *([text(message, size="notation", lines=2)] if message else []),
                    small(f"{state_tag(view, reader).text} · {counted}"),
                ],
                spacing="2px",
            ),
            column([button(say.show, show, small=True)], auto=True, align="center"),
        ]
    )


def _newest(view: AlertView) -> str:
    """The newest line, as far as it says more than the title."""
    samples = view.alert.samples
    line = view.alert.annotations.get("message") or (samples[-1].text if samples else "")
    return "" if line == view.alert.title else line.partition("\n")[0]


def _named(view: AlertView) -> str:
    return f"#{view.alert.id} {heading(view.alert)}"


def _for_all(view: GroupView, reader: Reader) -> list[Element]:
    """Buttons that ask first: the answer names the alerts, and its button does it."""
    say = reader.texts.group
    firing = view.states.get(AlertState.FIRING, 0)
    still = view.total - view.states.get(AlertState.RESOLVED, 0)
    shown = []
    for label, verb, count in ((say.ack_all, "ack", firing), (say.resolve_all, "resolve", still)):
        if count > 1:
            ask = RunCommand(text=f"/{verb} g{view.group.id}")
            shown.append(button(label(count), encode(ask), small=True))
    return [row(shown)] if shown else []


def _notes(view: GroupView, reader: Reader) -> list[Element]:
    say, group = reader.texts.group, view.group
    notes = []
    if group.held:
        notes.append(small(say.held_back(group.held)))
    if group.ended_at is not None:
        notes.append(small(say.storm_over(reader.time(group.ended_at))))
    return notes


def _states(view: GroupView, reader: Reader) -> str:
    say = reader.texts.group
    if not any(state.open for state in view.states):
        return say.all_resolved
    words = {
        AlertState.FIRING: say.firing,
        AlertState.ACKNOWLEDGED: say.acknowledged,
        AlertState.UNKNOWN: say.unknown,
        AlertState.RESOLVED: say.resolved,
    }
    counted = ((word, view.states.get(state, 0)) for state, word in words.items())
    return " · ".join(word(count) for word, count in counted if count)


def _tags(view: GroupView, reader: Reader) -> list[Tag]:
    """How bad the worst of them is."""
    if not view.rows:
        return []
    worst = view.rows[0]
    severity = worst.alert.severity
    return [Tag(text=reader.texts.format.severity(severity), color=tag_color(severity))]


def _color(view: GroupView) -> Template:
    """That of its worst alert that is not hidden; green when all are over."""
    shown = next((one for one in view.rows if one.alert.state.open and not one.mute), None)
    first = shown or next(iter(view.rows), None)
    return header_color(first) if first is not None else "grey"
