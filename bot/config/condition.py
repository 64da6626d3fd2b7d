"""Conditions on labels as they stand in the configuration."""

from typing import Annotated

from pydantic import AfterValidator

from bot.core.errors import MatcherError
from bot.core.matcher import parse_matcher


def _condition(text: str) -> str:
    try:
        parse_matcher(text)
    except MatcherError as error:
        raise ValueError(f'{error.wanted}, e.g. "service=pay"') from error
    return text


Condition = Annotated[str, AfterValidator(_condition)]
"""One condition, such as ``service=pay``; it can be read."""
