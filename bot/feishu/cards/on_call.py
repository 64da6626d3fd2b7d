"""Who is on call."""

from collections.abc import Sequence

from bot.core.alert import Person
from bot.engine.on_call import Duty
from bot.feishu.cards.elements import Card, Element, card, fit, hr, small, text
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = (20, 10, 5)


def on_call_card(duties: Sequence[Duty], reader: Reader) -> Card:
    """Draw of each rota who is on call now, and who is next."""
    say = reader.texts.escalation
    if not duties:
        shown = [text(say.on_call_none), small(say.on_call_hint)]
        return card(title=say.on_call_title, template="blue", elements=shown)
    return fit(
        lambda most: card(
            title=say.on_call_title,
            template="blue",
            elements=[part for duty in duties[:most] for part in (hr(), *_duty(duty, reader))][1:],
        ),
        _MOST,
    )


def _duty(duty: Duty, reader: Reader) -> list[Element]:
    say, now, following = reader.texts.escalation, duty.now, duty.following
    current = say.nobody_now
    if now is not None:
        current = say.until(_who(now.person, reader), reader.until(now.ends_at))
    coming = say.no_following
    if following is not None:
        begins, ends = reader.until(following.starts_at), reader.until(following.ends_at)
        coming = say.following(_who(following.person, reader), begins, ends)
    fault = one_line(duty.fault, 200)
    return [
        small(one_line(duty.rota, 60)),
        text(current, size="heading"),
        text(coming),
        *([small(say.calendar_fault(fault), color="orange")] if fault else []),
    ]


def _who(person: Person, reader: Reader) -> str:
    name = name_of(person, reader)
    return name if person.id else reader.texts.escalation.unknown_person(name)
