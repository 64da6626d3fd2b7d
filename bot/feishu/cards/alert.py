"""The living card of one alert."""

from bot.core.alert import LARKWATCH, Alert, AlertState, Person, Transition
from bot.core.correlation import Together
from bot.engine.views import AlertView
from bot.feishu.cards import excerpt
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.charts import bars
from bot.feishu.cards.conditions import short_fingerprint
from bot.feishu.cards.elements import (
    Card,
    Element,
    Fact,
    Tag,
    card,
    code,
    facts,
    fit,
    folded,
    hr,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import CHART_COLORS, header_color, state_tag, tag_color
from bot.feishu.cards.untrusted import fence, one_line
from bot.feishu.texts.figures import exact, number

_MOST_LABELS = 8
_EXCERPT_BYTES = (6000, 4000, 2500, 1200, 400, 0)
_LEAST_BARS = 2
_LEAST_MINUTES = 12
_SHOWN_ELSEWHERE = ("service", "host", "message", "file")


def alert_card(view: AlertView, reader: Reader, *, may_act: bool = True) -> Card:
    """Draw an alert as it stands; fits Feishu's limit by shortening the log excerpt.

    Args:
        view: The alert.
        reader: For whom.
        may_act: Whether it gets buttons.
    """
    return fit(lambda limit: _draw(view, reader, limit, may_act=may_act), _EXCERPT_BYTES)


def heading(alert: Alert) -> str:
    """Title and service on one line."""
    title, service = one_line(alert.title, 100), one_line(alert.labels.get("service", ""), 40)
    # A rule's default title often ends with the service already.
    return f"{title} • {service}" if service and service not in title else title


def _draw(view: AlertView, reader: Reader, excerpt_bytes: int, *, may_act: bool) -> Card:
    alert, say = view.alert, reader.texts.alert
    elements = [
        *_message(alert),
        facts(_facts(alert, reader)),
        *_labels(alert, reader),
        *_chart(view, reader),
        *_excerpt(alert, reader, excerpt_bytes),
        *_timeline(view.timeline, reader),
        *_notes(view, reader),
    ]
    if may_act and (buttons := alert_buttons(view, reader)):
        elements += [hr(), buttons]
    severity = reader.texts.format.severity(alert.severity)
    tags = [Tag(text=severity, color=tag_color(alert.severity)), state_tag(view, reader)]
    if alert.reopened:
        tags.append(Tag(text=say.recurrence(alert.reopened), color="purple"))
    count = exact(alert.count)
    about = say.number(short_fingerprint(alert.fingerprint), count)
    return card(
        title=heading(alert),
        subtitle=f"#{alert.id} · {about} · {say.rule(one_line(alert.rule, 40))}",
        tags=tags,
        template=header_color(view),
        summary=f"[{state_tag(view, reader).text}] {heading(alert)}",
        elements=elements,
    )


def _facts(alert: Alert, reader: Reader) -> list[Fact]:
    say = reader.texts.alert
    service = one_line(alert.labels.get("service", ""), 60) or say.no_value
    host = one_line(alert.labels.get("host", ""), 60) or say.no_value
    first, last = reader.time(alert.first_at), reader.time(alert.seen_at)
    return [
        Fact(label=say.service, value=service),
        Fact(label=say.host, value=host),
        Fact(
            label=say.first_and_last,
            value=first if first == last else f"{first} → {last}",
            weight=4,
        ),
        Fact(label=say.count, value=exact(alert.count)),
    ]


def _message(alert: Alert) -> list[Element]:
    """What happened, in the log's own words; the rest of it is folded below."""
    message = one_line(alert.annotations.get("message", ""), 300)
    return [text(message, lines=3)] if message else []


def _labels(alert: Alert, reader: Reader) -> list[Element]:
    shown = {**alert.labels, **alert.annotations}
    rest = [(k, v) for k, v in shown.items() if k not in _SHOWN_ELSEWHERE and v]
    if not rest:
        return []
    pairs = [f"{one_line(k, 30)}={one_line(v, 80)}" for k, v in rest[:_MOST_LABELS]]
    more = " …" if len(rest) > _MOST_LABELS else ""
    return [small(f"{reader.texts.alert.labels}  {' · '.join(pairs)}{more}")]


def _chart(view: AlertView, reader: Reader) -> list[Element]:
    """The rate, when it shows a course: a single bar says no more than the count.

    It begins with the first match in sight, so that a young alert is not a bar at the edge.
    """
    if sum(point.count > 0 for point in view.rate) < _LEAST_BARS:
        return []
    age = next(n for n, point in enumerate(view.rate) if point.count)
    shown = view.rate[min(age, max(0, len(view.rate) - _LEAST_MINUTES)) :]
    points = [(reader.minute(point.at), point.count) for point in shown]
    resolved = view.alert.state is AlertState.RESOLVED
    color = "#34C724" if resolved else CHART_COLORS[view.alert.severity]
    return [small(reader.texts.alert.chart(len(points))), bars(points, color)]


def _excerpt(alert: Alert, reader: Reader, limit: int) -> list[Element]:
    say = reader.texts.alert
    if not alert.samples:
        return []
    cut = excerpt.newest(alert.samples, limit)
    lines = ([say.left_out(cut.left_out)] if cut.left_out else []) + list(cut.lines)
    title = f"{say.samples}  {one_line(alert.samples[-1].place.rpartition(':')[0], 80)}".strip()
    return [folded(title, [code(fence(lines))])]


def _timeline(timeline: tuple[Transition, ...], reader: Reader) -> list[Element]:
    if len(timeline) <= _LEAST_BARS:
        return []
    lines = [_happened(transition, reader) for transition in timeline[-6:]]
    return [folded(reader.texts.alert.timeline, [text("\n".join(lines))])]


def _happened(transition: Transition, reader: Reader) -> str:
    say, at = reader.texts.alert, reader.time(transition.at)
    match transition.target:
        case AlertState.FIRING:
            again = transition.source is not None
            return f"{at}  {say.fired_again if again else say.first_fired}"
        case AlertState.ACKNOWLEDGED:
            return say.acknowledged_by(name_of(transition.by, reader), at)
        case AlertState.RESOLVED:
            return _resolved(transition.by, at, reader)


def _notes(view: AlertView, reader: Reader) -> list[Element]:
    """Who did what, and what is not shown."""
    alert, say = view.alert, reader.texts.alert
    notes = []
    if alert.held_back:
        notes.append(small(say.held_back(number(alert.held_back))))
    if view.together is not None:
        notes.append(small(_together(view.together, reader)))
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        name, at = name_of(alert.acknowledged_by, reader), reader.time(alert.acknowledged_at)
        notes.append(text(say.acknowledged_by(name, at)))
    if alert.state is AlertState.RESOLVED and alert.resolved_at is not None:
        by = alert.resolved_by or LARKWATCH
        notes.append(text(_resolved(by, reader.time(alert.resolved_at), reader)))
    if view.mute is not None and alert.state.open:
        until = say.muted_until(name_of(view.mute.by, reader), reader.until(view.mute.ends_at))
        reason = one_line(view.mute.reason, 120)
        notes.append(text(f"{until} · {say.reason(reason)}" if reason else until))
    return notes


def _together(found: Together, reader: Reader) -> str:
    first = f"#{found.first} {one_line(found.title, 80)}"
    return reader.texts.group.together(len(found.alerts), reader.span(found.within), first)


def _resolved(by: Person, at: str, reader: Reader) -> str:
    say = reader.texts.alert
    return say.resolved_by(name_of(by, reader), at) if by.id else say.resolved_quietly(at)


def name_of(person: Person, reader: Reader) -> str:
    """A person's name as plain text; somebody without one is somebody."""
    return one_line(person.name, 40) or reader.texts.answer.somebody
