"""Reads what is inside of a pushed body, of which nothing is certain."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

MOST_ITEMS = 1000
MOST_LABELS = 40
LONGEST_NAME, LONGEST_LABEL, LONGEST_TEXT, LONGEST_ADDRESS = 100, 300, 4000, 1000
_MILLISECONDS = 1e11
_SHOWN = 40
_NUMBER = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,9})?")


class ShapeError(ValueError):
    """A part of a body is not what it must be; its text names the part, and may be told."""


def body_of(raw: bytes, listed: str = "") -> dict[str, Any]:
    """A JSON object; a list is taken for one that has it under this name, if there is one.

    Raises:
        ShapeError: If it is none.
    """
    try:
        found = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ShapeError("the body is no JSON in UTF-8") from None
    if listed and isinstance(found, list):
        return {listed: found}
    if not isinstance(found, dict):
        raise ShapeError(f"the body: wanted a JSON object, found {shown(found)}")
    return found


def table(found: object, name: str) -> Mapping[str, Any]:
    """An object, which may be left out.

    Raises:
        ShapeError: If it is something else.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ShapeError(f"{name}: wanted an object, found {shown(found)}")
    return found


def items(found: object, name: str) -> Iterator[Mapping[str, Any] | ShapeError]:
    """The objects of a list, and what is wrong with others in it; only so many.

    Raises:
        ShapeError: If it is no list.
    """
    if not isinstance(found, list):
        raise ShapeError(f"{name}: wanted a list, found {shown(found)}")
    for number, one in enumerate(found[:MOST_ITEMS]):
        if isinstance(one, dict):
            yield one
        else:
            yield ShapeError(f"{name}[{number}]: wanted an object, found {shown(one)}")
    if len(found) > MOST_ITEMS:
        yield ShapeError(f"{name}: {len(found)} of them, only the first {MOST_ITEMS} were read")


def words(found: object, longest: int = LONGEST_TEXT) -> str:
    """Text, cut; numbers and truths as they are written, "" for anything else."""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, str):
        return found[:longest].strip()
    if isinstance(found, int | float):
        return repr(found)[:longest]
    return ""


def keepable(text: str) -> str:
    """As it can be kept: half characters and NUL replaced, so that it is found again as it was."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def label_texts(found: object, name: str) -> dict[str, str]:
    """An object of short texts, the empty ones left out; only so many.

    Raises:
        ShapeError: If it is something else.
    """
    texts = {
        key[:LONGEST_NAME]: words(value, LONGEST_LABEL)
        for key, value in list(table(found, name).items())[:MOST_LABELS]
    }
    return {key: text for key, text in texts.items() if key and text}


def moment(found: object) -> datetime | None:
    """ISO 8601 with a zone, or seconds or milliseconds since 1970; None for anything else.

    Years before 1970 are None too: that is how others write that they do not know.
    """
    try:
        if isinstance(found, str) and not _NUMBER.fullmatch(found):
            at = datetime.fromisoformat(found)
            if at.tzinfo is None:
                return None
            at = at.astimezone(UTC)
        elif isinstance(found, str | int | float) and not isinstance(found, bool):
            number = float(found)
            at = datetime.fromtimestamp(number / (1000 if number > _MILLISECONDS else 1), UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.timestamp() > 0 else None


def address(found: object) -> str:
    """A web address that a card may open, "" for anything else."""
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ADDRESS:
        return ""
    sound = found.startswith(("https://", "http://")) and found.isprintable() and " " not in found
    return found if sound else ""


def number(found: object) -> float | None:
    """A finite number, None for anything else."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def shown(found: object) -> str:
    """A piece of a body, shortened, for whoever sent it."""
    text = json.dumps(found, ensure_ascii=True, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _no_number(name: str) -> float:
    raise ValueError(name)
