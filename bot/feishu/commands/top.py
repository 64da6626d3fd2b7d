"""``/top``: what was found most lately, by template, service, rule or host."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.rankings import SHOWN, By
from bot.engine.reading import Views
from bot.feishu.cards.top import top_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.period import Asked, read_asked

_USUAL = timedelta(hours=1)
_EXAMPLE = "/top 24h by service"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTop:
    """Say what was found most."""

    asked: Asked

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the ranking."""
        asked = self.asked
        scope = asked.scope(request, views)
        by, most = asked.by or By.TEMPLATE, asked.most or SHOWN
        ranking = views.rankings.top(scope, asked.span, by, request.now, most)
        return Answer(card=top_card(ranking, scope, request.reader, again=asked.again("top")))


def _read(words: Words, moment: Moment) -> ShowTop:
    return ShowTop(asked=read_asked(words, moment, _USUAL, _EXAMPLE))


SPEC = Spec(
    names=("top", "排行", "报错排行", "热点", "noisiest", "ranking"),
    text=lambda texts: texts.ranking.top,
    read=_read,
    right=Right.READ,
)
