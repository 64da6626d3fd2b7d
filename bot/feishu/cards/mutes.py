"""Mutes: their list and history, what setting or lifting one says, and what one would hide."""

from bot.core.matcher import Matcher
from bot.core.mute import Mute
from bot.core.ports import MuteChange
from bot.engine.mute_views import SHOWN, MutePreview
from bot.engine.views import MuteRow
from bot.feishu.actions import RunCommand, UnmuteMute, encode
from bot.feishu.cards.alert import heading
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
    row,
    small,
    text,
)
from bot.feishu.cards.mute_words import ends, lasts, manner
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS
from bot.feishu.cards.untrusted import one_line

_MOST = (12, 8, 5)
_MOST_CHANGES = 20


def mutes_card(rows: tuple[MuteRow, ...], reader: Reader) -> Card:
    """Draw the list; each mute has a button that lifts it."""
    say = reader.texts.mute
    history = button(say.history_button, encode(RunCommand(text="/mutes history", in_place=True)))
    if not rows:
        return card(title=say.none, template="green", elements=[text(say.none_hint), history])
    return fit(lambda most: _list(rows, most, history, reader), _MOST)


def _list(rows: tuple[MuteRow, ...], most: int, history: Element, reader: Reader) -> Card:
    say = reader.texts.mute
    elements: list[Element] = []
    for one in rows[:most]:
        elements += [_row(one, reader), hr()]
    if len(rows) > most:
        elements.append(small(say.more(len(rows) - most)))
    return card(title=say.title(len(rows)), template="grey", elements=[*elements, history])


def muted_card(mute: Mute, hits: int, reader: Reader) -> Card:
    """Say that a mute was made, with a button that lifts it again."""
    say = reader.texts.mute
    lines = [_made(mute, reader), say.hits(hits) if hits else say.hits_nothing]
    lines += manner(mute, reader)
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


def _made(mute: Mute, reader: Reader) -> str:
    if mute.until is not None:
        return lasts(mute, reader)
    span = reader.span(mute.ends_at - mute.starts_at)
    return reader.texts.mute.made_lines(reader.until(mute.ends_at), span)


def extended_card(mute: Mute, reader: Reader) -> Card:
    """Say that a mute lasts until another instant."""
    say = reader.texts.mute
    return card(
        title=say.extended(f"m{mute.id}", ends(mute, reader)),
        template="grey",
        elements=[
            text(conditions(mute.matchers, None, reader)),
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


def preview_card(
    matchers: tuple[Matcher, ...], found: MutePreview, again: str, reader: Reader
) -> Card:
    """Say what a mute would hide, with a button that runs the command that sets it."""
    say = reader.texts.mute
    elements: list[Element] = [
        text(conditions(matchers, None, reader), size="heading"),
        text(f"{say.preview_open(found.open)}\n{say.preview_lately(found.lately)}"),
        *(
            text(f"{DOTS[alert.severity]} #{alert.id} {heading(alert)}", lines=1)
            for alert in found.some[:SHOWN]
        ),
        small(say.preview_hint),
        row([button(say.set_it, encode(RunCommand(text=again, in_place=True)), "primary_filled")]),
    ]
    return card(title=say.preview_title, template="blue", elements=elements)


def history_card(changes: tuple[MuteChange, ...], reader: Reader) -> Card:
    """Draw who set, changed and lifted which mute, newest first."""
    return fit(lambda most: _changes(changes[:most], reader), (_MOST_CHANGES, 10, 5))


def _changes(changes: tuple[MuteChange, ...], reader: Reader) -> Card:
    say = reader.texts.mute
    rows: list[Element] = []
    for one in changes:
        rows += _changed(one, reader)
    return card(
        title=say.history_title,
        template="grey",
        elements=[
            *(rows or [text(say.history_none)]),
            button(say.show_all, encode(RunCommand(text="/mutes", in_place=True))),
        ],
    )


def _changed(one: MuteChange, reader: Reader) -> list[Element]:
    mute, say = one.mute, reader.texts.mute
    name = "Larkwatch" if not one.by.id and not one.by.name else name_of(one.by, reader)
    head = [reader.time(one.at), f"m{mute.id}", say.event(one.event), name]
    said = [conditions(mute.matchers, None, reader), say.ends(ends(mute, reader))]
    said.append(say.version(mute.version))
    if reason := one_line(mute.reason, 60):
        said.append(reader.texts.alert.reason(reason))
    return [text(" · ".join(head)), small(" · ".join(said))]


def _row(one: MuteRow, reader: Reader) -> Element:
    mute, say = one.mute, reader.texts.mute
    notes = [lasts(mute, reader)]
    if one.hits:
        notes.append(say.hits(one.hits))
    elif mute.active(reader.now):
        notes.append(say.hits_nothing)
    if mute.suppressed:
        notes.append(say.suppressed(mute.suppressed))
    who = [say.by(name_of(mute.by, reader)), *manner(mute, reader)]
    if mute.version > 1:
        who.append(say.version(mute.version))
    if reason := one_line(mute.reason, 200):
        who.append(reader.texts.alert.reason(reason))
    return columns(
        [
            column(
                [
                    text(f"m{mute.id}  {conditions(mute.matchers, None, reader)}"),
                    small(" · ".join(notes)),
                    small(" · ".join(who)),
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
