"""``/trend``: how many records were found over time, against the day or week before."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.trend import trend_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.period import Asked, read_asked

_USUAL = timedelta(hours=24)
_EXAMPLE = "/trend service=pay 24h"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTrend:
    """Say how it went."""

    asked: Asked

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the chart."""
        scope = self.asked.scope(request, views)
        trend = views.rankings.trend(scope, self.asked.span, request.now, request.zone)
        return Answer(
            card=trend_card(trend, scope, request.reader, again=self.asked.again("trend"))
        )


def _read(words: Words, moment: Moment) -> ShowTrend:
    asked = read_asked(words, moment, _USUAL, _EXAMPLE)
    if asked.by is not None or asked.most is not None:
        found = " ".join(word.text for word in words)
        raise CommandError(found, lambda texts: texts.ranking.wanted_trend, _EXAMPLE)
    return ShowTrend(asked=asked)


SPEC = Spec(
    names=("trend", "趋势", "走势", "趋势图", "trends"),
    text=lambda texts: texts.ranking.trend,
    read=_read,
    right=Right.READ,
)
