"""Checks a whole card: JSON, schema, then every component against the table."""

from typing import Any

from bot.sandbox.cards.components import CARD, COMPONENTS
from bot.sandbox.cards.fault import CardError
from bot.sandbox.cards.walk import NOT_JSON, Catalogue, Walk
from bot.sandbox.wire import Json, loads

_NOT_SHARED = 300302


def is_schema_2(card: Json) -> bool:
    """Whether this is a card of JSON 2.0; without `schema` it is 1.0."""
    return card.get("schema") == "2.0"


def check_card(content: str, catalogue: Catalogue) -> Json:
    """The card in `content`; cards of JSON 1.0 are only parsed, templates are unknown here.

    Raises:
        CardError: With the first rule it breaks.
    """
    try:
        card = loads(content)
    except ValueError as error:
        raise CardError(NOT_JSON, "ROOT", "parse card json err", str(error)) from None
    if not isinstance(card, dict):
        raise CardError(NOT_JSON, "ROOT", "parse card json err", "the card is not an object")
    if card.get("type") == "template":
        raise CardError(200380, "ROOT", "template does not exist", str(card.get("data")))
    if "schema" not in card and "elements" in card:
        return card
    style = _style(card)
    walk = Walk(
        components=COMPONENTS,
        catalogue=catalogue,
        colors=_names(style.get("color")),
        sizes=_names(style.get("text_size")),
    )
    walk.object(card, CARD, ("schema", "body"))
    if card.get("config", {}).get("update_multi") is False:
        msg = "update_multi of a card of JSON 2.0 must be true"
        raise CardError(_NOT_SHARED, "ROOT -> config -> update_multi", msg, "false")
    return card


def _style(card: Json) -> Json:
    config = card.get("config")
    style = config.get("style") if isinstance(config, dict) else None
    return style if isinstance(style, dict) else {}


def _names(defined: Any) -> frozenset[str]:
    return frozenset(defined) if isinstance(defined, dict) else frozenset()
