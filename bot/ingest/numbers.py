"""Numbers of series that others posted, signed as agents' reports are: JSON, one a line."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ingest.signed import MAX_BODY, ReportRejectedError, ReportRejection, check_signature
from watchers.measured import HOSTS, LARGEST, RULES, Measured

MOST_LINES = 5000
OLDEST, AHEAD = timedelta(days=1), timedelta(minutes=1)
"""So old a number may be, and so far ahead of this clock."""
_MOST_LABELS, _LONGEST_NAME, _LONGEST_LABEL = 20, 200, 300
_MILLISECONDS = 1e11
_TOLD = 20
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that is none, by its number from 1, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was posted: numbers in the order of their lines, and what is wrong with the others.

    Attributes:
        refused: The first few of them.
        wrong: How many they are.
    """

    numbers: tuple[Measured, ...]
    refused: tuple[Refused, ...] = ()
    wrong: int = 0


def open_numbers(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Posted:
    """Check the signature of posted numbers and read them.

    A line is ``{"name": "queue_depth", "labels": {"host": "a"}, "timestamp": …, "value": 17}``;
    labels may be left out. The timestamp is ISO 8601 with a zone, or seconds or milliseconds since
    1970. One bad line does not keep the others out.

    Raises:
        ReportRejectedError: If the body is too large, holds too many lines, or is not signed.
    """
    if len(body) > MAX_BODY:
        raise ReportRejectedError(ReportRejection.TOO_LARGE)
    check_signature(headers, body, secret, now)
    lines = [(n, one) for n, one in enumerate(body.split(b"\n"), 1) if one.strip()]
    if len(lines) > MOST_LINES:
        raise ReportRejectedError(ReportRejection.TOO_LARGE)
    numbers: list[Measured] = []
    refused: list[Refused] = []
    for number, line in lines:
        try:
            numbers.append(_measured(line, now))
        except ValueError as error:
            refused.append(Refused(line=number, why=str(error)))
    if not lines:
        refused.append(Refused(line=1, why="nothing there: wanted a JSON object a line"))
    return Posted(numbers=tuple(numbers), refused=tuple(refused[:_TOLD]), wrong=len(refused))


def _measured(line: bytes, now: datetime) -> Measured:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(found, dict):
        raise ValueError("wanted a JSON object")  # noqa: TRY004 - what a caller tells is the same
    return Measured(
        name=_name(found.get("name")),
        labels=_labels(found.get("labels")),
        at=_at(found.get("timestamp"), now),
        value=_value(found.get("value")),
    )


def _name(found: object) -> str:
    if not isinstance(found, str) or not found.strip() or len(found) > _LONGEST_NAME:
        raise ValueError(
            f'name: wanted text of 1 to {_LONGEST_NAME} characters, e.g. "queue_depth"'
        )
    if any(not one.isprintable() or one.isspace() for one in found):
        raise ValueError("name: no blanks or control characters")
    if found.startswith((RULES, HOSTS)):
        raise ValueError(f"name: {RULES} and {HOSTS} are what Larkwatch calls its own series")
    return found


def _labels(found: object) -> dict[str, str]:
    if found is None:
        return {}
    if not isinstance(found, dict) or len(found) > _MOST_LABELS:
        raise ValueError(f"labels: wanted an object of at most {_MOST_LABELS} texts")
    for name, value in found.items():
        fits = isinstance(value, str | int | float) and name and name.isprintable()
        if not fits or len(name) > _LONGEST_NAME or len(str(value)) > _LONGEST_LABEL:
            raise ValueError(f"labels: {_shown(name)} must be a text or a number, and not so long")
    return {name: _text(value) for name, value in found.items() if value != ""}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(found: object) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(f"value: wanted a number, found {_shown(found)}")  # noqa: TRY004
    try:
        number = float(found)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"value: wanted a finite number up to {LARGEST:g}, found {_shown(found)}")
    return number


def _at(found: object, now: datetime) -> datetime:
    at = _moment(found)
    if at is None:
        wanted = "ISO 8601 with a zone, or seconds since 1970"
        raise ValueError(f"timestamp: wanted {wanted}, found {_shown(found)}")
    if at > now + AHEAD:
        raise ValueError(f"timestamp: {at - now} ahead of this clock")
    if at < now - OLDEST:
        raise ValueError(f"timestamp: older than {OLDEST.days * 24} hours")
    return at


def _moment(found: object) -> datetime | None:
    try:
        if isinstance(found, str):
            at = datetime.fromisoformat(found)
            return at.astimezone(UTC) if at.tzinfo else None
        if isinstance(found, bool) or not isinstance(found, int | float):
            return None
        return datetime.fromtimestamp(found / (1000 if found > _MILLISECONDS else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _shown(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
