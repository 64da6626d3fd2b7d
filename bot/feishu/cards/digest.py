"""One card for many alerts: what came and went while a chat could not be told."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.views import AlertView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import Card, button, card, column, columns, fit, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS
from bot.feishu.texts.figures import number

_ROWS = (12, 6, 3)


def digest_card(views: Sequence[AlertView], more: int, since: datetime, reader: Reader) -> Card:
    """Draw the list, worst first; fits Feishu's limit by listing fewer.

    Args:
        views: Alerts that are over by now.
        more: How many others there were.
        since: Since when the chat was not told; aware, UTC.
        reader: For whom.
    """
    return fit(lambda most: _draw(views, more, since, reader, most), _ROWS)


def _draw(
    views: Sequence[AlertView], more: int, since: datetime, reader: Reader, most: int
) -> Card:
    say = reader.texts.delivery
    ranked = sorted(views, key=lambda view: (-view.alert.severity.rank, view.alert.first_at))
    left = more + len(ranked[most:])
    title = say.digest_title(len(views) + more)
    return card(
        title=title,
        template="wathet",
        summary=title,
        elements=[
            text(say.digest_lead(reader.time(since), reader.time(reader.now))),
            *(_row(view, reader) for view in ranked[:most]),
            *([small(say.digest_more(left))] if left else []),
        ],
    )


def _row(view: AlertView, reader: Reader) -> dict[str, object]:
    alert, say = view.alert, reader.texts.delivery
    first, last = reader.time(alert.first_at), reader.time(alert.resolved_at or alert.seen_at)
    show = encode(RunCommand(text=f"/alert {alert.id}"))
    return columns(
        [
            column(
                [
                    text(f"{DOTS[alert.severity]} #{alert.id} {heading(alert)}", lines=2),
                    small(say.digest_row(number(alert.count), first, last)),
                ],
                spacing="2px",
            ),
            column([button(reader.texts.alert.show, show, small=True)], auto=True, align="center"),
        ]
    )
