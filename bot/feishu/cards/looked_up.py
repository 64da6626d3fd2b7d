"""The card of a lookup as it stands once hosts have answered, or did not."""

from typing import assert_never

from bot.core.lookup import LookKind, Lookup
from bot.engine.lookup_views import LookupViews
from bot.feishu.cards.elements import Card
from bot.feishu.cards.log_context import context_card
from bot.feishu.cards.logs import logs_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.reader import Reader


def looked_up_card(lookup: Lookup, looking: LookupViews, reader: Reader) -> Card | None:
    """Draw it anew; None where there is nothing to draw."""
    match lookup.kind:
        case LookKind.CONTEXT:
            view = looking.context(lookup)
            return context_card(view, reader) if view is not None else None
        case LookKind.LOGS:
            return logs_card(looking.logs(lookup), reader, int(lookup.asked["page"]))
        case LookKind.RECORD:
            return note_card(_failed(lookup, reader), (), Tone.WARNING, reader)
        case _:
            assert_never(lookup.kind)


def _failed(lookup: Lookup, reader: Reader) -> str:
    """Why no file comes."""
    say = reader.texts.context
    for part in lookup.parts:
        if part.answer is None:
            return say.no_answer(part.agent)
        if part.answer.ending in say.endings:
            return say.endings[part.answer.ending]
    return say.nothing_found
