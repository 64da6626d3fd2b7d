"""One number of a named series: pushed by others, or made of lines by a rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LARGEST = 1e150
"""Squares of what is larger are no numbers any more."""
RULES, HOSTS = "rule:", "host:"
"""What names of series begin with that a rule makes of lines, and that a host has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number of a series at a moment.

    Attributes:
        name: Of the series, e.g. ``queue_depth`` or ``rule:latency``.
        labels: What tells it from others of the name.
        at: Aware, UTC.
        value: Finite, and no larger than `LARGEST`.
    """

    name: str
    value: float
    at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or abs(self.value) > LARGEST:
            raise ValueError(f"a number up to {LARGEST:g}, found {self.value}")


def measured_to_dict(measured: Measured) -> dict[str, Any]:
    """The wire form."""
    return {
        "name": measured.name,
        "labels": dict(measured.labels),
        "at": measured.at.isoformat(),
        "value": measured.value,
    }


def measured_from_dict(wire: Mapping[str, Any]) -> Measured:
    """Read the wire form.

    Raises:
        ValueError: If it is none; also TypeError, KeyError or AttributeError.
    """
    at = datetime.fromisoformat(wire["at"])
    if at.tzinfo is None:
        raise ValueError(f"time {wire['at']!r} has no zone")
    return Measured(
        name=str(wire["name"]),
        labels={str(k): str(v) for k, v in wire["labels"].items()},
        at=at,
        value=float(wire["value"]),
    )
