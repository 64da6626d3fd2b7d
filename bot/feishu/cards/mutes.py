"""Mutes: their list, and what making or lifting one says."""

from bot.core.mute import Mute
from bot.engine.views import MuteRow
from bot.feishu.actions import UnmuteMute, encode
from bot.feishu.cards.conditions import conditions
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
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = (12, 8, 5)


def mutes_card(rows: tuple[MuteRow, ...], reader: Reader) -> Card:
    """Draw the list; each mute has a button that lifts it."""
    say = reader.texts.mute
    if not rows:
        return card(title=say.none, template="green", elements=[text(say.none_hint)])
    return fit(lambda most: _list(rows, most, reader), _MOST)


def _list(rows: tuple[MuteRow, ...], most: int, reader: Reader) -> Card:
    say = reader.texts.mute
    elements: list[Element] = []
    for place, one in enumerate(rows[:most]):
        elements += [hr()] if place else []
        elements.append(_row(one, reader))
    if len(rows) > most:
        elements.append(small(say.more(len(rows) - most)))
    return card(title=say.title(len(rows)), template="grey", elements=elements)


def muted_card(mute: Mute, hits: int, reader: Reader) -> Card:
    """Say that a mute was made, with a button that lifts it again."""
    say = reader.texts.mute
    span = reader.span(mute.ends_at - mute.starts_at)
    lines = [say.made_lines(reader.until(mute.ends_at), span), say.hits(hits)]
    if reason := one_line(mute.reason, 200):
        lines.append(reader.texts.alert.reason(reason))
    return card(
        title=say.made(f"m{mute.id}"),
        template="grey",
        elements=[
            text(conditions(mute.matchers, None, reader), size="heading"),
            text("\n".join(lines)),
            button(say.lift, encode(UnmuteMute(mute_id=mute.id))),
        ],
    )


def lifted_card(mute: Mute, reader: Reader) -> Card:
    """Say that a mute was lifted."""
    return card(
        title=reader.texts.mute.lifted(f"m{mute.id}"),
        template="green",
        elements=[text(conditions(mute.matchers, None, reader))],
    )


def _row(one: MuteRow, reader: Reader) -> Element:
    mute, say = one.mute, reader.texts.mute
    left = reader.span(mute.ends_at - reader.now)
    notes = [say.until(reader.until(mute.ends_at), left), say.hits(one.hits)]
    who = say.by(name_of(mute.by, reader))
    if reason := one_line(mute.reason, 200):
        who = f"{who} · {reader.texts.alert.reason(reason)}"
    return columns(
        [
            column(
                [
                    text(f"m{mute.id}  {conditions(mute.matchers, None, reader)}"),
                    small(" · ".join(notes)),
                    small(who),
                ],
                spacing="2px",
            ),
            column(
                [button(say.lift, encode(UnmuteMute(mute_id=mute.id)), small=True)],
                auto=True,
                align="center",
            ),
        ]
    )
