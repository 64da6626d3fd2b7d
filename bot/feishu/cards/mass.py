"""Actions on many alerts: what one would hit, and what it did."""

from collections.abc import Sequence

from bot.core.alert import Alert
from bot.core.mass import MassAction
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import Card, Element, button, card, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS

SHOWN = 10


def mass_preview_card(action: MassAction, some: Sequence[Alert], reader: Reader) -> Card:
    """Draw what would be hit, with a button that does it."""
    say, count = reader.texts.mass, len(action.alerts)
    if not count:
        shown_all = button(reader.texts.answer.alerts, encode(RunCommand(text="/alerts")))
        return card(title=say.nothing, template="green", elements=[shown_all])
    shown = some[:SHOWN]
    elements: list[Element] = [
        text(f"{DOTS[alert.severity]} #{alert.id} {heading(alert)}", lines=1) for alert in shown
    ]
    if count > len(shown):
        elements.append(small(say.more(count - len(shown))))
    go = encode(RunCommand(text=f"/{action.act.value} p{action.id}", in_place=True))
    elements += [small(say.hint), button(say.go(action.act, count), go, "primary_filled")]
    return card(title=say.preview(action.act, count), template="blue", elements=elements)


def mass_done_card(action: MassAction, reader: Reader) -> Card:
    """Draw what was done, and what is still to come."""
    say = reader.texts.mass
    lines = [say.left(len(action.left))] if action.left else []
    lines += [say.failed(action.failed)] if action.failed else []
    shown = encode(RunCommand(text="/alerts"))
    return card(
        title=say.done(action.act, action.done),
        template="green",
        elements=[
            *([text("\n".join(lines))] if lines else []),
            button(reader.texts.answer.alerts, shown),
        ],
    )
