"""What all shapes of the API share: strict, closed, documented from their types."""

import re
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.core.alert import Person as Someone

MOST_ROWS = 200
_DIGITS = re.compile(r"\d{1,9}")
_FLAGS = {"true": True, "false": False}
T = TypeVar("T")


class Shape(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Person(Shape):
    """Somebody: a person of Feishu, a program with its token, or Larkwatch itself."""

    id: str = Field(description='An open_id, "api:" and the name of a token, or "" for Larkwatch.')
    name: str


class Page(Shape, Generic[T]):
    """Some rows out of many."""

    items: list[T]
    next: str | None = Field(description="The cursor of the next page, null on the last.")


class Nothing(Shape):
    """A body that says nothing: an empty object, or none at all."""


def whole(value: object) -> object:
    """The number that digits of a query say."""
    if not isinstance(value, str):
        return value
    if not _DIGITS.fullmatch(value):
        raise ValueError("a whole number")
    return int(value)


def flag(value: object) -> object:
    """The truth that a query says."""
    if not isinstance(value, str):
        return value
    if value not in _FLAGS:
        raise ValueError("true or false")
    return _FLAGS[value]


Flag = Annotated[bool, BeforeValidator(flag)]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS), BeforeValidator(whole)]
Cursor = Annotated[str, Field(max_length=400, description="`next` of the page before.")]
Named = Annotated[str, Field(min_length=1, max_length=200)]


class Paged(Shape):
    """Which page of a list."""

    cursor: Cursor = ""
    limit: Limit = 50


def person(found: Someone | None) -> Person | None:
    """Somebody, or nobody."""
    return Person(id=found.id, name=found.name) if found is not None else None
