"""``/top``: what was found most lately, by template, service, rule or host; values of fields."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.places import By
from bot.engine.rankings import SHOWN
from bot.engine.reading import Views
from bot.feishu.cards.field_top import field_top_card
from bot.feishu.cards.top import top_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.field_words import names_of
from bot.feishu.commands.fields import unknown_field, wider
from bot.feishu.commands.period import Asked, read_asked

_USUAL = timedelta(hours=1)
_EXAMPLE = "/top 24h by service"
_OF_FIELD = "/top path service=nginx 1h"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTop:
    """Say what was found most."""

    asked: Asked

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the ranking."""
        asked = self.asked
        scope = asked.scope(request, views)
        by, most = asked.by or By.TEMPLATE, asked.most or SHOWN
        if asked.field:
            names, now = names_of(asked.field), request.now
            rankings = views.field_rankings
            found = None
            if not asked.fields:
                looked = (
                    (one, rankings.top(names, one, asked.span, now, most)) for one in wider(scope)
                )
                scope, found = next(((a, b) for a, b in looked if b is not None), (scope, None))
            if found is None and (asked.fields or asked.matchers):
                found = rankings.top_of_recorded(names, asked.lines(), asked.span, now, most)
            if found is None:
                known = views.field_rankings.known(now)
                raise unknown_field(asked.field, known, _OF_FIELD, views, now)
            again = asked.again("top")
            return Answer(card=field_top_card(found, scope, request.reader, again=again))
        ranking = views.rankings.top(scope, asked.span, by, request.now, most)
        return Answer(card=top_card(ranking, scope, request.reader, again=asked.again("top")))


def _read(words: Words, moment: Moment) -> ShowTop:
    asked = read_asked(words, moment, _USUAL, _EXAMPLE, of_fields=_USUAL)
    if asked.stat is not None:
        raise CommandError(asked.stat.value, lambda texts: texts.ranking.wanted, _EXAMPLE)
    return ShowTop(asked=asked)


SPEC = Spec(
    names=("top", "排行", "报错排行", "热点", "noisiest", "ranking"),
    text=lambda texts: texts.ranking.top,
    read=_read,
    right=Right.READ,
)
