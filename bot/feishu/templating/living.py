"""The living card of an alert in a chat, in the words of a template where one is meant for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.core.concern import Concern
from bot.core.context import event_of
from bot.core.subscription import Target
from bot.core.template import CHAT, Format, Template
from bot.engine.occasions import Occasion
from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.cards.elements import hr
from bot.feishu.cards.errands import errands
from bot.feishu.cards.mentions import mentions
from bot.feishu.cards.reader import Reader
from bot.feishu.templating.context import context_of

MOST_OWN = 24 * 1024
"""Bytes of a template's card; the buttons need room, too."""


def living_card(
    view: AlertView,
    target: Target,
    reader: Reader,
    templates: tuple[Template, ...],
    tell: Callable[[Concern, datetime], None],
    *,
    may_act: bool,
) -> dict[str, Any]:
    """Draw an alert for a chat; mentions and buttons are ours in any case.

    Args:
        view: The alert.
        target: The chat.
        reader: For whom.
        templates: Those of the configuration.
        tell: Takes what admins should know of one that breaks.
        may_act: Whether it gets buttons.
    """
    own = None
    receiver = f"{CHAT}:{target.address}"
    if any(one.takes(receiver, view.alert.rule, Format.CARD) for one in templates):
        own = _own(view, receiver, reader, templates, tell)
    if own is None:
        return alert_card(view, reader, may_act=may_act)
    body = own["body"]
    elements = [*mentions(view.mentions, reader), *body["elements"]]
    elements += errands(view, reader, may_act=may_act)
    if may_act and (buttons := alert_buttons(view, reader)):
        elements += [hr(), buttons]
    # Without this Feishu would show one's card to one's own only.
    config = {**own.get("config", {}), "update_multi": True}
    return {**own, "config": config, "body": {**body, "elements": elements}}


def _own(
    view: AlertView,
    receiver: str,
    reader: Reader,
    templates: tuple[Template, ...],
    tell: Callable[[Concern, datetime], None],
) -> dict[str, Any] | None:
    from bot.feishu.templating.templates import Templates  # noqa: PLC0415 - jinja is slow

    context = context_of(Occasion(event=event_of(view.alert), view=view), reader)
    return Templates(templates, tell).card(receiver, context, MOST_OWN)
