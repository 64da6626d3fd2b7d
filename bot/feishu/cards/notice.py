"""A short message beneath an alert's card, for what must ring: an edit of the card does not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.alert import Person
from bot.core.notification import Purpose
from bot.engine.views import AlertView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.elements import Card, Element, button, card, mention, row, small, text
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import header_color
from bot.feishu.texts.figures import exact

DRAWN = (
    Purpose.REOPENED,
    Purpose.REPEATED,
    Purpose.SEVERITY_RAISED,
    Purpose.WORSE,
    Purpose.UNACKNOWLEDGED,
    Purpose.ACK_REMINDER,
    Purpose.FLAPPING,
    Purpose.STEADY,
    Purpose.ESCALATED,
    Purpose.ERRAND,
)
"""What this draws; other notices have cards of their own."""
_NOTHING: Mapping[str, Any] = {}


def notice_card(
    view: AlertView,
    purpose: Purpose,
    reader: Reader,
    content: Mapping[str, Any] = _NOTHING,
    *,
    bare: bool = False,
) -> Card:
    """Draw why an alert is told again; the card above it shows the rest.

    Args:
        view: The alert as it stands.
        purpose: Why it rings.
        reader: For whom.
        content: What was noted of the alert when it came to ring.
        bare: Without anything that came from a log, after the platform refused the content.
    """
    about = f"#{view.alert.id}" if bare else f"#{view.alert.id} · {heading(view.alert)}"
    said = _said(view, purpose, reader, content)
    more = [] if bare else _more(view, purpose, reader, content)
    return card(
        title=said,
        template=header_color(view),
        summary=f"{said} {about}",
        elements=[text(about), *more],
    )


def _said(  # noqa: C901, PLR0911 - one for each reason
    view: AlertView, purpose: Purpose, reader: Reader, content: Mapping[str, Any]
) -> str:
    say, alert = reader.texts.notice, view.alert
    match purpose:
        case Purpose.REOPENED:
            return say.reopened(alert.reopened)
        case Purpose.REPEATED:
            return reader.texts.group.repeated(reader.span(reader.now - alert.opened_at))
        case Purpose.SEVERITY_RAISED:
            return say.severity_raised(reader.texts.format.severity(alert.severity))
        case Purpose.WORSE:
            return say.worse(exact(alert.count))
        case Purpose.UNACKNOWLEDGED:
            return say.unacknowledged(name_of(_taker(content), reader))
        case Purpose.ACK_REMINDER:
            ends = alert.promise.expires_at if alert.promise else None
            at = reader.until(ends) if ends else reader.texts.alert.no_value
            return say.ack_reminder(name_of(_taker(content), reader), at)
        case Purpose.FLAPPING:
            return say.flapping(alert.flaps.count)
        case Purpose.ESCALATED:
            waited = reader.span(reader.now - alert.opened_at)
            return reader.texts.escalation.nobody(waited)
        case Purpose.ERRAND:
            return reader.texts.errand.pushed(reader.texts.format.severity(alert.severity))
        case Purpose.STEADY:
            flaps = content.get("flaps", {})
            since = flaps.get("since")
            at = reader.time(datetime.fromisoformat(since)) if since else ""
            return say.steady(at, int(flaps.get("count", 0)))
        case _:
            raise ValueError(f"{purpose.value} is no notice")


def _more(
    view: AlertView, purpose: Purpose, reader: Reader, content: Mapping[str, Any]
) -> list[Element]:
    if purpose is Purpose.FLAPPING:
        return [small(reader.texts.notice.flapping_hint)]
    if purpose in (Purpose.ESCALATED, Purpose.ERRAND):
        return _call(view, reader, content)
    called = mention([_taker(content).id])
    if purpose is Purpose.ACK_REMINDER:
        keep = RunCommand(text=f"/ack {view.alert.id} 2h")
        return [*called, row([button(reader.texts.notice.keep_on, encode(keep))])]
    return called


def _call(view: AlertView, reader: Reader, content: Mapping[str, Any]) -> list[Element]:
    """Whom a step means, and what to do at once."""
    say, called = reader.texts.escalation, [str(one["id"]) for one in content.get("people", ())]
    step, steps = int(content.get("step", 1)), int(content.get("steps", 1))
    take = RunCommand(text=f"/ack {view.alert.id}", in_place=True)
    show = RunCommand(text=f"/alert {view.alert.id}")
    shown = mention(called)
    buttons = [button(reader.texts.alert.show, encode(show))]
    if content.get("may_act", True):
        take_it = button(reader.texts.alert.acknowledge, encode(take), "primary_filled")
        buttons.insert(0, take_it)
    told = [small(say.step(step, steps))] if step else []
    return [*shown, row(buttons), *told]


def _taker(content: Mapping[str, Any]) -> Person:
    taker = content.get("taker", {})
    return Person(id=str(taker.get("id", "")), name=str(taker.get("name", "")))
