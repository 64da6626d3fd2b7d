"""``/timeline 42``: everything that happened to an alert; ``thread`` writes it beneath its card."""

from dataclasses import dataclass

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.notification import Notification, Purpose
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.timeline import PAGE, THREAD_PAGE, timeline_card
from bot.feishu.commands.base import (
    Answer,
    Command,
    Moment,
    Request,
    Spec,
    Words,
    alert_id,
    nothing_more,
    number_in,
)
from bot.feishu.commands.errors import CommandError

_EXAMPLE = "/timeline 42 2"
_THREAD = ("thread", "话题", "all", "全部")
MOST_PAGES = 5
"""So many cards are written into a thread; of a longer timeline the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTimeline:
    """Show a page, the newest with 0."""

    alert_id: int
    page: int = 0

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the page."""
        view = views.looking.timeline(self.alert_id, self.page, PAGE)
        if view is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        return Answer(card=timeline_card(view, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTimeline:
    """Write the whole of it beneath the alert's card."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it follows; it is drawn here, since it only grows."""
        last = views.looking.timeline(self.alert_id, 0, THREAD_PAGE)
        if last is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        beneath = views.looking.card_in(self.alert_id, request.target)
        for page in range(max(1, last.pages - MOST_PAGES + 1), last.pages + 1):
            view = views.looking.timeline(self.alert_id, page, THREAD_PAGE)
            if view is None:
                break
            engine.owe(
                Notification(
                    target=request.target,
                    purpose=Purpose.ANSWER,
                    language=request.language,
                    content={
                        "card": timeline_card(view, request.reader, paged=False),
                        "reply_to": beneath,
                    },
                    due_at=request.now,
                    created_at=request.now,
                )
            )
        say = request.reader.texts.context
        return Answer(card=note_card(say.thread_coming, (), Tone.GOOD, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    number = alert_id(words[:1], _EXAMPLE)
    rest = words[1:]
    if len(rest) == 1 and rest[0].text.lower() in _THREAD:
        return SendTimeline(alert_id=number)
    if not rest:
        return ShowTimeline(alert_id=number)
    nothing_more(rest[1:], _EXAMPLE)
    page = number_in(rest[0].text)
    if page is None:
        raise CommandError(rest[0].text, lambda texts: texts.wanted.page, _EXAMPLE)
    return ShowTimeline(alert_id=number, page=page)


SPEC = Spec(
    names=("timeline", "时间线", "完整时间线", "history"),
    text=lambda texts: texts.context.timeline,
    read=_read,
    right=Right.READ,
)
