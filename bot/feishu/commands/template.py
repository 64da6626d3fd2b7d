"""``/template NAME [42]``: what a template of the configuration makes of an alert; for admins."""

from dataclasses import dataclass

from bot.core.context import event_of
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.core.template import Format
from bot.engine.engine import Engine
from bot.engine.occasions import Occasion
from bot.engine.reading import Views
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.preview import preview_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.errors import CommandError
from bot.feishu.templating.context import context_of

_EXAMPLE = "/template short 42"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewTemplate:
    """Show what it makes; None for the newest open alert."""

    name: str
    alert_id: int | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Render it; what is wrong with it is the answer, too."""
        from bot.feishu.templating.sandbox import TemplateFault, render  # noqa: PLC0415 - slow
        from bot.feishu.templating.templates import card_of, values  # noqa: PLC0415

        say = request.reader.texts.errand
        found = next((one for one in views.templates if one.name == self.name), None)
        if found is None:
            names = ", ".join(one.name for one in views.templates) or say.no_templates
            return Answer(card=note_card(say.unknown_template, [names], Tone.BAD, request.reader))
        number = self.alert_id or next(
            (row.alert.id for row in views.open_alerts(request.now, limit=1).rows), 0
        )
        view = views.alert(number, request.now)
        if view is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
        occasion = Occasion(event=event_of(view.alert), view=view)
        try:
            made = render(found.source, values(context_of(occasion, request.shared)))
            if found.format is Format.CARD:
                return Answer(card=card_of(made))
        except TemplateFault as error:
            title = say.template_breaks(self.name)
            return Answer(card=note_card(title, [str(error)], Tone.BAD, request.reader))
        return Answer(card=preview_card(f"{self.name} · #{number}", made, request.reader))


def _read(words: Words, moment: Moment) -> PreviewTemplate:
    if not words:
        raise CommandError("", lambda texts: texts.errand.wanted_template, _EXAMPLE)
    number = alert_id(words[1:], _EXAMPLE) if words[1:] else None
    return PreviewTemplate(name=words[0].text, alert_id=number)


SPEC = Spec(
    names=("template", "模板预览"),
    text=lambda texts: texts.errand.command,
    read=_read,
    right=Right.ADMINISTER,
)
