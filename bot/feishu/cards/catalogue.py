"""Kinds of messages: a page of their list, one of them, and the new ones of a day."""

from collections.abc import Sequence

from bot.core.catalogue import CataloguePage, Listed, Which
from bot.core.verdict import Verdict
from bot.feishu.cards.elements import Card, Element, card, fit, hr, row, small, text
from bot.feishu.cards.names import kind_name, name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.scopes import run_button
from bot.feishu.cards.severity import DOTS
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.figures import exact

PAGE_LENGTH = 8
_TEXT_CHARS = 200
_STEPS = (PAGE_LENGTH, 5, 3)


def catalogue_card(
    found: CataloguePage, reader: Reader, *, which: Which, service: str, page: int
) -> Card:
    """Draw a page of the list.

    Args:
        found: Its kinds, and how many there are in all.
        reader: For whom.
        which: Which were asked for.
        service: Of which service, "" for all.
        page: Which page this is, from 1.
    """
    say = reader.texts.catalogue
    about = [say.which[which], *([say.of_service(one_line(service, 40))] if service else [])]
    ways = [
        one
        for other in Which
        if other is not which
        for one in run_button(say.which[other], line_of(other, service))
    ]
    if not found.rows:
        return card(
            title=say.none,
            template="grey",
            elements=[small(" · ".join(about)), text(say.none_hint), row(ways)],
        )

    def draw(most: int) -> Card:
        elements: list[Element] = [small(" · ".join(about))]
        for one in found.rows[:most]:
            elements += [*kind_row(one, reader), hr()]
        return card(
            title=say.title(found.total),
            template="blue",
            elements=[*elements, *_paging(found.total, reader, which, service, page), row(ways)],
        )

    return fit(draw, _STEPS)


def judged_card(kind: Listed, reader: Reader) -> Card:
    """Say what a kind of message is worth from now on."""
    say = reader.texts.catalogue
    verdict = kind.judgement.verdict if kind.judgement is not None else None
    return card(
        title=say.judged[verdict](one_line(kind.template, 32)),
        template="green" if verdict is not Verdict.MATTERS else "orange",
        elements=[
            *kind_row(kind, reader),
            hr(),
            row(run_button(say.show_all, line_of(Which.ALL, ""))),
        ],
    )


def fresh_kinds(kinds: Sequence[Listed], total: int, most: int, reader: Reader) -> list[Element]:
    """The new kinds of a day, for its digest."""
    if not kinds:
        return []
    say = reader.texts.catalogue
    drawn: list[Element] = [hr(), text(say.fresh(total))]
    for one in kinds[:most]:
        drawn += kind_row(one, reader, in_place=False)
    if total > most:
        drawn.append(small(say.fresh_more(total - min(most, len(kinds)))))
    return drawn


def kind_row(one: Listed, reader: Reader, *, in_place: bool = True) -> list[Element]:
    """One kind, with buttons to judge it."""
    say = reader.texts.catalogue
    judgement = one.judgement
    notes = [one_line(one.template, 32), f"{exact(one.count)}×"]
    if one.service:
        notes.insert(1, one_line(one.service, 40))
    notes.append(say.seen(reader.time(one.first_at), reader.time(one.last_at)))
    if judgement is not None:
        notes.append(say.said[judgement.verdict](name_of(judgement.by, reader)))
    verdict = judgement.verdict if judgement is not None else None
    of = f"{one.template} service={one.service}" if _plain(one.service) else one.template
    ways = [
        *([] if verdict is Verdict.NOISE else [(say.noise, f"/noise {of}")]),
        *([] if verdict is Verdict.MATTERS else [(say.matters, f"/matters {of}")]),
        *([] if verdict is None else [(say.forget, f"/forget {of}")]),
    ]
    buttons = [drawn for name, line in ways for drawn in run_button(name, line, in_place=in_place)]
    return [
        text(f"{DOTS[one.severity]} {kind_name(one.text, _TEXT_CHARS)}", lines=3),
        small(" · ".join(notes)),
        row(buttons),
    ]


def line_of(which: Which, service: str, page: int = 1) -> str:
    """The command that asks for a page."""
    words = ["/templates"]
    if _plain(service):
        words.append(f"service={service}")
    if which is not Which.ALL:
        words.append("unjudged" if which is Which.OPEN else which.value)
    if page > 1:
        words.append(f"page {page}")
    return " ".join(words)


def _plain(service: str) -> bool:
    """Whether a name can be written back as a word."""
    return bool(service) and not any(char in " \"',，" for char in service)


def _paging(total: int, reader: Reader, which: Which, service: str, page: int) -> list[Element]:
    pages = -(-total // PAGE_LENGTH)
    if pages <= 1:
        return []
    say = reader.texts.alert
    turned = [
        *(run_button(say.previous, line_of(which, service, page - 1)) if page > 1 else []),
        *(run_button(say.following, line_of(which, service, page + 1)) if page < pages else []),
    ]
    return [small(say.page(str(page), str(pages))), row(turned)]
