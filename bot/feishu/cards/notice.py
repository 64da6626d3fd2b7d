"""A short message beneath an alert's card, for what must ring: an edit of the card does not."""

from bot.core.notification import Purpose
from bot.engine.views import AlertView
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import Card, card, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import header_color


def notice_card(view: AlertView, purpose: Purpose, reader: Reader, *, bare: bool = False) -> Card:
    """Draw why an alert is told again; the card above it shows the rest.

    Args:
        view: The alert as it stands.
        purpose: Why it rings.
        reader: For whom.
        bare: Without anything that came from a log, after the platform refused the content.
    """
    about = f"#{view.alert.id}" if bare else f"#{view.alert.id} · {heading(view.alert)}"
    said = _said(view, purpose, reader)
    return card(
        title=said, template=header_color(view), summary=f"{said} {about}", elements=[text(about)]
    )


def _said(view: AlertView, purpose: Purpose, reader: Reader) -> str:
    say = reader.texts.notice
    match purpose:
        case Purpose.REOPENED:
            return say.reopened(view.alert.reopened)
        case Purpose.REPEATED:
            return reader.texts.group.repeated(reader.span(reader.now - view.alert.opened_at))
        case _:
            raise ValueError(f"{purpose.value} is no notice")
