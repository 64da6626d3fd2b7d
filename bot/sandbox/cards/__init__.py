"""The rules of Card JSON 2.0, and a check that names the first one a card breaks."""

from bot.sandbox.cards.check import check_card, is_schema_2
from bot.sandbox.cards.fault import CardError
from bot.sandbox.cards.walk import Catalogue

__all__ = ["CardError", "Catalogue", "check_card", "is_schema_2"]
