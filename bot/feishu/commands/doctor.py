"""``/doctor``: looks at everything, for admins; answers at once and once more when it is done."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.doctor import checking_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, nothing_more

EXAMINE = "doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examine:
    """Look at everything that Larkwatch depends on."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it is under way; the outcome takes the card's place."""
        return Answer(card=checking_card(request.reader), then=EXAMINE)


def _read(words: Words, moment: Moment) -> Examine:
    nothing_more(words, "/doctor")
    return Examine()


SPEC = Spec(
    names=("doctor", "体检", "自检", "诊断", "check-up", "checkup"),
    text=lambda texts: texts.doctor.command,
    read=_read,
    takes=False,
    right=Right.ADMINISTER,
)
