"""``/comment 42 disk was full``: say something about an alert, also when it is over."""

from dataclasses import dataclass

from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.errors import CommandError

_EXAMPLE = "/comment 42 disk was full, cleaned up"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCommand:
    """Say something about an alert."""

    alert_id: int
    text: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Keep it, and say so."""
        engine.comment(self.alert_id, self.text, request.person, request.now)
        reader = request.reader
        said = reader.texts.life.commented(f"#{self.alert_id}")
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))


def _read(words: Words, moment: Moment) -> CommentCommand:
    number = alert_id(words[:1], _EXAMPLE)
    text = " ".join(word.text for word in words[1:]).strip()
    if not text:
        raise CommandError("", lambda texts: texts.life.wanted_comment, _EXAMPLE)
    return CommentCommand(alert_id=number, text=text)


SPEC = Spec(
    names=("comment", "评论", "备注", "note", "留言"),
    text=lambda texts: texts.commands.comment,
    read=_read,
    free=True,
)
