"""The living card of one alert."""

from bot.core.alert import Alert, AlertState
from bot.core.pushed import LINK, sender_of
from bot.engine.views import AlertView
from bot.feishu.cards import excerpt
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.alert_history import history, rule_text
from bot.feishu.cards.alert_links import links
from bot.feishu.cards.alert_notes import notes
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
from bot.feishu.cards.errands import errands
from bot.feishu.cards.incident import SHOWN_HERE, grown
from bot.feishu.cards.log_lines import context_panel
from bot.feishu.cards.mentions import mentions
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import CHART_COLORS, header_color, state_tag, tag_color
from bot.feishu.cards.untrusted import fence, one_line
from bot.feishu.texts.figures import exact

_MOST_LABELS = 8
_EXCERPT_BYTES = (6000, 4000, 2500, 1200, 400, 0)
_ROOMY_BYTES = 2500
"""With less room for the log lines, the history is cut too."""
_MOST_CHANGES, _LEAST_CHANGES = 30, 6
_LEAST_BARS = 2
_LEAST_MINUTES = 12
_TRACES = ("trace_id", "traceId", "trace.id", "traceID")
_SHOWN_ELSEWHERE = ("service", "host", "message", "file", *SHOWN_HERE)


def alert_card(
    view: AlertView, reader: Reader, *, may_act: bool = True, full: bool = False
) -> Card:
    """Draw an alert as it stands; fits Feishu's limit by shortening the log excerpt.

    Args:
        view: The alert.
        reader: For whom.
        may_act: Whether it gets buttons.
        full: With what only somebody who asked for it wants to see.
    """
    return fit(lambda limit: _draw(view, reader, limit, may_act=may_act, full=full), _EXCERPT_BYTES)


def heading(alert: Alert) -> str:
    """Title and service on one line."""
    title, service = one_line(alert.title, 100), one_line(alert.labels.get("service", ""), 40)
    # A rule's default title often ends with the service already.
    return f"{title} • {service}" if service and service not in title else title


def _draw(
    view: AlertView, reader: Reader, excerpt_bytes: int, *, may_act: bool, full: bool
) -> Card:
    alert, say = view.alert, reader.texts.alert
    roomy = excerpt_bytes >= _ROOMY_BYTES
    elements = [
        *mentions(view.mentions, reader),
        *_message(alert),
        facts(_facts(alert, reader)),
        *grown(alert, reader),
        *_labels(alert, reader),
        *links(alert, reader),
        *_chart(view, reader),
        *_excerpt(alert, reader, excerpt_bytes),
        *(context_panel(alert, reader, may_act=may_act) if roomy else []),
        *history(view.timeline, reader, _MOST_CHANGES if roomy and full else _LEAST_CHANGES),
        *(rule_text(alert, reader) if full and roomy else []),
        *notes(view, reader),
        *errands(view, reader, may_act=may_act),
    ]
    if may_act and (buttons := alert_buttons(view, reader)):
        elements += [hr(), buttons]
    severity = reader.texts.format.severity(alert.severity)
    tags = [Tag(text=severity, color=tag_color(alert.severity)), state_tag(view, reader)]
    if alert.flaps.since is not None:
        tags.append(Tag(text=reader.texts.life.flapping_tag(alert.flaps.count), color="purple"))
    elif alert.reopened:
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
    first = reader.time(alert.first_written_at or alert.first_at)
    last = reader.time(alert.written_at or alert.seen_at)
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
    shown = {**_trace(alert), **alert.labels, **alert.annotations}
    rest = [
        (k, v)
        for k, v in shown.items()
        if k not in _SHOWN_ELSEWHERE and v and not k.startswith(LINK)
    ]
    if not rest:
        return []
    pairs = [f"{one_line(k, 30)}={one_line(v, 80)}" for k, v in rest[:_MOST_LABELS]]
    more = " …" if len(rest) > _MOST_LABELS else ""
    return [small(f"{reader.texts.alert.labels}  {' · '.join(pairs)}{more}")]


def _trace(alert: Alert) -> dict[str, str]:
    """Which trace the newest line belongs to that says so: what leads on from here."""
    for sample in reversed(alert.samples):
        for name in _TRACES:
            if found := sample.fields.get(name):
                return {"trace_id": str(found)}
    return {}


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


def _said(alert: Alert) -> bool:
    """Whether the card says the whole of the newest record above."""
    newest = " ".join(alert.samples[-1].text.split())
    return newest in (" ".join(alert.annotations.get("message", "").split()), alert.title)


def _excerpt(alert: Alert, reader: Reader, limit: int) -> list[Element]:
    say = reader.texts.alert
    if not alert.samples or (sender_of(alert.agent) and _said(alert)):
        return []
    cut = excerpt.newest(alert.samples, limit)
    lines = ([say.left_out(cut.left_out)] if cut.left_out else []) + list(cut.lines)
    title = f"{say.samples}  {one_line(alert.samples[-1].place.rpartition(':')[0], 80)}".strip()
    return [folded(title, [code(fence(lines))])]
