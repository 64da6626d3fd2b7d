"""Why a service or a rule brings no alerts: what was found, who would be told, what is broken."""

from bot.engine.traces import Outcome, WordTrace
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import (
    Card,
    Element,
    button,
    card,
    column,
    columns,
    fit,
    hr,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.cards.why import step_lines
from bot.feishu.texts.figures import exact

_ALERTS, _FOUND, _SOURCES = 5, 6, 4
_MOST = (30, 20, 10, 5, 2)


def why_not_card(trace: WordTrace, reader: Reader) -> Card:
    """Draw what is known of a service's or a rule's alerts."""
    return fit(lambda most: _draw(trace, most, reader), _MOST)


def _draw(trace: WordTrace, most: int, reader: Reader) -> Card:
    say, word = reader.texts.why, one_line(trace.word, 40)
    elements: list[Element] = [_alert(one, reader) for one in trace.alerts[:_ALERTS]]
    if not elements:
        elements.append(text(say.none(word)))
    elements += [hr(), *_found(trace, reader), *_troubled(trace, reader), hr()]
    elements += step_lines(trace.steps, trace.chats, most, reader)
    return card(title=say.about(word), template="blue", elements=elements)


def _alert(one: Outcome, reader: Reader) -> Element:
    say, alert = reader.texts.why, one.alert
    ask = button(say.ask, encode(RunCommand(text=f"/why {alert.id}")), small=True)
    shown = [text(f"#{alert.id} {heading(alert)}"), small(say.told[one.told])]
    return columns([column(shown, spacing="2px"), column([ask], auto=True, align="center")])


def _found(trace: WordTrace, reader: Reader) -> list[Element]:
    say = reader.texts.why
    if not trace.found:
        return [text(say.found_none(one_line(trace.word, 40)))]
    lines = []
    for one in trace.found[:_FOUND]:
        rule, service = one_line(one.rule, 40), one_line(one.service, 40)
        line = say.found(rule, service, exact(one.records), reader.time(one.last_at))
        lines.append(f"{line} · {say.records_only}" if one.rule in trace.records_only else line)
    return [text("\n".join(lines))]


def _troubled(trace: WordTrace, reader: Reader) -> list[Element]:
    say = reader.texts.why
    return [
        text(f"⚠️ {say.trouble(one_line(source.name, 60), one_line(source.error, 160))}")
        for source in trace.troubled[:_SOURCES]
    ]
