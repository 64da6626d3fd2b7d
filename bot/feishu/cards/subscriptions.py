"""Subscriptions of a chat: their list, and what saving or ending one says."""

from collections.abc import Sequence

from bot.core.alert import Person
from bot.core.subscription import Subscription, Ways
from bot.feishu.actions import OpenSubscriptionForm, RemoveSubscription, RunCommand, encode
from bot.feishu.cards.conditions import conditions
from bot.feishu.cards.elements import (
    Card,
    Element,
    Fact,
    button,
    card,
    column,
    columns,
    facts,
    fit,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts import texts_in

_MOST = (12, 8, 5)
_MOST_PEOPLE = 10


def subscriptions_card(
    rows: tuple[Subscription, ...], reader: Reader, people: Sequence[Person] = ()
) -> Card:
    """Draw the list; each subscription has a button that ends it.

    Args:
        rows: Oldest first.
        reader: For whom.
        people: Those that they name, with their names.
    """
    say = reader.texts.subscription
    add = button(say.add, encode(OpenSubscriptionForm()), "primary_filled")
    if not rows:
        return card(title=say.none, template="turquoise", elements=[text(say.none_hint), add])
    return fit(lambda most: _list(rows, most, add, reader, people), _MOST)


def _list(
    rows: tuple[Subscription, ...],
    most: int,
    add: Element,
    reader: Reader,
    people: Sequence[Person],
) -> Card:
    say = reader.texts.subscription
    elements: list[Element] = []
    for one in rows[:most]:
        elements += [_row(one, reader, people), hr()]
    if len(rows) > most:
        elements.append(small(say.more(len(rows) - most)))
    return card(title=say.title(len(rows)), template="turquoise", elements=[*elements, add])


def subscribed_card(
    saved: Subscription, reader: Reader, people: Sequence[Person] = (), *, fresh: bool = True
) -> Card:
    """Say what was saved, or what holds.

    Args:
        saved: The subscription.
        reader: For whom.
        people: Those that it names, with their names.
        fresh: Whether it was saved just now.
    """
    say, form = reader.texts.subscription, reader.texts.format
    wants = conditions(saved.matchers, None, reader) or say.everything
    by = say.saved(str(saved.id), name_of(saved.by, reader))
    edit = encode(RunCommand(text=f"/subscription {saved.id} edit"))
    return card(
        title=say.saved_title if fresh else by,
        subtitle=by if fresh else "",
        template="green" if fresh else "turquoise",
        elements=[
            facts(
                [
                    Fact(label=say.wants, value=wants),
                    Fact(label=say.least, value=form.severity(saved.least_severity)),
                    Fact(label=say.language, value=texts_in(saved.language).format.language_name),
                ]
            ),
            *[text(line) for line in _ways(saved.ways, people, reader)],
            small(say.saved_hint),
            row(
                [
                    button(reader.texts.answer.alerts, encode(RunCommand(text="/alerts"))),
                    button(reader.texts.people.edit, edit),
                    button(say.remove, encode(RunCommand(text=f"/unsubscribe {saved.id}"))),
                ]
            ),
        ],
    )


def _ways(ways: Ways, people: Sequence[Person], reader: Reader) -> list[str]:
    """How the chat is told, as far as it is not as usual."""
    say, usual, lines = reader.texts.people, Ways(), []
    names = {one.id: one_line(one.name, 40) for one in people}

    def called(ids: Sequence[str]) -> str:
        shown = [names.get(one) or one_line(one, 60) for one in ids[:_MOST_PEOPLE]]
        if len(ids) > _MOST_PEOPLE:
            shown.append(f"+{len(ids) - _MOST_PEOPLE}")
        return reader.listing(shown)

    if ways.hours is not None:
        urgent = reader.texts.format.severity(ways.urgent_from)
        lines.append(f"🕘 {say.hours} {ways.hours} · {say.urgent_from(urgent)}")
    if ways.acting is not usual.acting:
        lines.append(f"🔑 {say.acting}: {called(ways.actors) or say.acting_is(ways.acting)}")
    if ways.mention is not usual.mention:
        lines.append(f"📣 {say.mention}: {called(ways.mentions) or say.mention_is(ways.mention)}")
    return lines


def unsubscribed_card(ended: tuple[Subscription, ...], reader: Reader) -> Card:
    """Say what ended."""
    say = reader.texts.subscription
    lines = [f"{one.id}  {_wants(one, reader)}" for one in ended[: _MOST[0]]]
    return card(
        title=say.removed(len(ended)),
        template="grey",
        elements=[
            text("\n".join(lines)),
            button(say.add, encode(OpenSubscriptionForm())),
        ],
    )


def _row(one: Subscription, reader: Reader, people: Sequence[Person]) -> Element:
    say = reader.texts.subscription
    notes = [
        small(
            f"{say.by(name_of(one.by, reader), reader.until(one.created_at))} · "
            f"{texts_in(one.language).format.language_name}"
        )
    ]
    if one.suspended:
        notes.append(
            small(say.suspended(reader.texts.advice.why_lost(one_line(one.suspended, 120))), "red")
        )
    notes += [small(line) for line in _ways(one.ways, people, reader)]
    edit = encode(RunCommand(text=f"/subscription {one.id}"))
    end = encode(RemoveSubscription(subscription_id=one.id))
    return columns(
        [
            column([text(f"{one.id}  {_wants(one, reader)}"), *notes], spacing="2px"),
            column(
                [
                    button(reader.texts.people.edit, edit, small=True),
                    button(say.remove, end, small=True),
                ],
                auto=True,
                align="center",
            ),
        ]
    )


def _wants(one: Subscription, reader: Reader) -> str:
    wants = conditions(one.matchers, one.least_severity, reader)
    return wants if one.matchers else f"{reader.texts.subscription.everything} · {wants}"
