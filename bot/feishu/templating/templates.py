"""Chooses the template of a message and fills it; one that breaks gives way, and admins hear."""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from bot.core.concern import Concern, ConcernKind
from bot.core.context import AlertContext
from bot.core.template import Format, Template
from bot.feishu.templating.defaults import DEFAULTS
from bot.feishu.templating.sandbox import TemplateFault, render

_log = logging.getLogger(__name__)

MOST_CARD = 28 * 1024
_TOLD_EVERY = timedelta(days=1)


class Templates:
    """The templates of the configuration, the first that takes a message first; thread-safe."""

    def __init__(
        self, templates: Iterable[Template], tell: Callable[[Concern, datetime], None]
    ) -> None:
        """`tell` takes what admins should know."""
        self._templates = tuple(templates)
        self._tell = tell

    def own(self, receiver: str, wanted: Format, context: AlertContext) -> str | None:
        """What the configuration's own template makes, None where there is none, or it breaks."""
        found = self._for(receiver, context.rule, wanted)
        if found is None:
            return None
        try:
            return render(found.source, values(context), markup=wanted is Format.HTML)
        except TemplateFault as error:
            self._broke(found, str(error), context)
            return None

    def text(self, receiver: str, wanted: Format, context: AlertContext, most: int) -> str:
        """What is said: by the own template, else by the default one; at most so many bytes."""
        own = self.own(receiver, wanted, context)
        if own is not None:
            return cut(own, most)
        source = DEFAULTS[context.language][wanted]
        return cut(render(source, values(context)), most)

    def card(
        self, receiver: str, context: AlertContext, most: int = MOST_CARD
    ) -> dict[str, Any] | None:
        """The card of the own template, None where there is none, or it makes no card."""
        found = self._for(receiver, context.rule, Format.CARD)
        if found is None:
            return None
        try:
            return card_of(render(found.source, values(context)), most)
        except TemplateFault as error:
            self._broke(found, str(error), context)
            return None

    def _for(self, receiver: str, rule: str, wanted: Format) -> Template | None:
        return next((one for one in self._templates if one.takes(receiver, rule, wanted)), None)

    def _broke(self, template: Template, why: str, context: AlertContext) -> None:
        _log.warning("a template broke", extra={"template": template.name, "why": why})
        self._tell(
            Concern(
                kind=ConcernKind.TEMPLATE,
                detail=why,
                alert_id=context.id,
                subject=template.name,
                every=_TOLD_EVERY,
            ),
            context.now,
        )


def values(context: AlertContext) -> dict[str, Any]:
    """The context by the names of its attributes."""
    return {one.name: getattr(context, one.name) for one in fields(context)}


def card_of(text: str, most: int = MOST_CARD) -> dict[str, Any]:
    """A rendered card, looked at before it is sent.

    Raises:
        TemplateFault: If it is no JSON, no card of schema 2.0, or too large.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TemplateFault(f"no JSON: {error}; write values with the filter tojson") from error
    if not isinstance(found, dict) or found.get("schema") != "2.0":
        raise TemplateFault('a card is an object with "schema": "2.0"')
    body = found.get("body")
    elements = body.get("elements") if isinstance(body, dict) else None
    if not isinstance(elements, list) or not elements:
        raise TemplateFault('a card has a body with "elements"')
    if any(not isinstance(one, dict) or not isinstance(one.get("tag"), str) for one in elements):
        raise TemplateFault('every element of a card is an object with a "tag"')
    if len(text.encode()) > most:
        raise TemplateFault(f"a card has at most {most // 1024} KiB")
    return found


def cut(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, whole lines while there is room for them."""
    if len(text.encode()) <= most:
        return text.strip()
    kept, size = [], len("…".encode())
    for line in text.strip().split("\n"):
        size += len(line.encode()) + 1
        if size > most:
            break
        kept.append(line)
    whole = "\n".join([*kept, "…"])
    return whole if kept else text.encode()[: most - 3].decode("utf-8", "ignore") + "…"
