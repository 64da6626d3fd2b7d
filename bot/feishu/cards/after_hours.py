"""What came while the hours of a chat were over, in one message."""

from collections.abc import Sequence

from bot.core.alert import AlertState
from bot.engine.views import AlertView
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
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import state_tag
from bot.feishu.texts.figures import exact

_MOST = (20, 12, 6)


def after_hours_card(views: Sequence[AlertView], reader: Reader) -> Card:
    """Draw the list: what still fires first, then by severity."""
    ranked = sorted(views, key=lambda view: (not _fires(view), -view.alert.severity.rank))
    return fit(lambda most: _draw(ranked, most, reader), _MOST)


def _draw(views: Sequence[AlertView], most: int, reader: Reader) -> Card:
    say = reader.texts.advice
    firing = sum(map(_fires, views))
    elements: list[Element] = [text(say.after_hours_lead(str(firing), str(len(views) - firing)))]
    elements += [_row(view, reader) for view in views[:most]]
    if len(views) > most:
        elements.append(small(say.more(len(views) - most)))
    return card(
        title=say.after_hours(len(views)),
        template="orange" if firing else "green",
        elements=elements,
    )


def _row(view: AlertView, reader: Reader) -> Element:
    alert = view.alert
    about = f"#{alert.id} {heading(alert)}"
    severity = reader.texts.format.severity(alert.severity)
    state = f"{severity} · {state_tag(view, reader).text}"
    told = f"{reader.texts.advice.state_and_count(state, exact(alert.count))}"
    show = button(
        reader.texts.alert.show, encode(RunCommand(text=f"/alert {alert.id}")), small=True
    )
    return columns(
        [
            column([text(about), small(f"{told} · {reader.time(alert.seen_at)}")], spacing="2px"),
            column([show], auto=True, align="center"),
        ]
    )


def _fires(view: AlertView) -> bool:
    return view.alert.state is AlertState.FIRING
