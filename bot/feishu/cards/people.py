"""Who somebody is, who administers, and who did what."""

from collections.abc import Mapping, Sequence

from bot.core.alert import Person
from bot.core.audit import Entry
from bot.core.permission import Right
from bot.feishu.cards.elements import Card, Element, card, fit, small, text
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = (20, 10, 5)


def whoami_card(person: Person, may: Mapping[Right, bool], reader: Reader) -> Card:
    """Draw a person's name, open_id and rights."""
    say = reader.texts.people
    lines = [
        (say.may if allowed else say.may_not)(say.rights(right)) for right, allowed in may.items()
    ]
    return card(
        title=say.whoami_title(name_of(person, reader)),
        template="blue",
        elements=[text("\n".join(lines)), small(one_line(person.id, 60))],
    )


def admins_card(admins: Sequence[Person], reader: Reader) -> Card:
    """Draw who administers."""
    say = reader.texts.people
    lines = [f"{one_line(one.name, 40)}  {one_line(one.id, 60)}".strip() for one in admins]
    title = say.admins_title(len(admins)) if admins else say.admins_none

    def draw(most: int) -> Card:
        shown = [text("\n".join(lines[:most]) + (" …" if len(lines) > most else ""))]
        elements = [*(shown if lines else []), small(say.admins_hint)]
        return card(title=title, template="blue", elements=elements)

    return fit(draw, _MOST)


def audit_card(entries: Sequence[Entry], reader: Reader) -> Card:
    """Draw actions, newest first."""
    say = reader.texts.people
    if not entries:
        return card(title=say.audit_title, template="blue", elements=[text(say.audit_none)])
    return fit(
        lambda most: card(
            title=say.audit_title,
            template="blue",
            elements=[
                part for entry in entries[:most] for part in (_head(entry, reader), *_what(entry))
            ],
        ),
        _MOST,
    )


def _head(entry: Entry, reader: Reader) -> Element:
    say = reader.texts.people
    name, action = (
        name_of(entry.actor, reader),
        say.actions.get(entry.action, one_line(entry.action, 40)),
    )
    tried = one_line(entry.after.get("tried", ""), 60)
    done = f"{action} {tried}".strip() if tried else action
    subject = one_line(entry.subject, 60)
    return text(
        f"{reader.time(entry.at)}  {name}  {done}  {subject} · {say.sources[entry.actor.source]}"
    )


def _what(entry: Entry) -> list[Element]:
    changes = [one for one in entry.changes() if not one.startswith("tried: ")]
    return [small(one_line(" · ".join(changes), 300))] if changes else []
