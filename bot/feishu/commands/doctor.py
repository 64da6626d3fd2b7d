"""``/doctor``: looks at everything, for admins; answers at once and once more when it is done."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.doctor import arrived_card, checking_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, nothing_more

EXAMINE = "doctor"
CLICKED = "doctor-clicked"
_CLICKED = "clicked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examine:
    """Look at everything that Larkwatch depends on."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it is under way; the outcome takes the card's place."""
        return Answer(card=checking_card(request.reader), then=EXAMINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmClick:
    """The button of ``larkwatch doctor --card-click`` was clicked."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it arrived; whoever waits for it is told afterwards."""
        return Answer(card=arrived_card(request.reader), then=CLICKED)


def _read(words: Words, moment: Moment) -> Command:
    if [word.text for word in words] == [_CLICKED]:
        return ConfirmClick()
    nothing_more(words, "/doctor")
    return Examine()


SPEC = Spec(
    names=("doctor", "体检", "自检", "诊断", "check-up", "checkup"),
    text=lambda texts: texts.doctor.command,
    read=_read,
    right=Right.ADMINISTER,
)
