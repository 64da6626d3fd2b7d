"""What the fields of many records came to: how often each value, and the numbers among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Bins = tuple[tuple[int, int, int], ...]
"""Of a sketch, as its `state` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the numbers of a span come to.

    Attributes:
        count: How many; at least 1.
        bins: For quantiles, to one percent; () where nobody asked for these.
    """

    count: int
    total: float
    low: float
    high: float
    bins: Bins = ()

    @property
    def mean(self) -> float:
        """Of all of them."""
        return self.total / self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCounts:
    """One field of the records of a span.

    Attributes:
        values: Records by value, the most frequent values; untrusted text.
        others: Records with any other value.
        numbers: None where the values are no numbers.
    """

    name: str
    values: Mapping[str, int]
    others: int = 0
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """The records of a span that the same rules found in the same place.

    Attributes:
        at: When the span began, by what the records say; aware, UTC.
        rules: Names of those that found them; none for lines that no rule matched.
        severity: The worst of the rules', as in `watchers.finding`.
        records: How many there were.
        read: So many of them were read; they stand for all.
    """

    at: datetime
    rules: tuple[str, ...]
    severity: str
    labels: Mapping[str, str]
    records: int
    read: int
    fields: tuple[FieldCounts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReport:
    """What an agent counted since the last one.

    Attributes:
        id: Of this one alone: handed over twice, it counts once.
    """

    id: str
    tallied: tuple[Tallied, ...] = field(default_factory=tuple)


def fields_to_dict(report: FieldReport) -> dict[str, Any]:
    """The JSON-ready form."""
    return {"id": report.id, "tallied": [_tallied_to_dict(one) for one in report.tallied]}


def fields_from_dict(found: Mapping[str, Any]) -> FieldReport:
    """From its JSON-ready form; raises what reading such a thing does."""
    return FieldReport(id=str(found["id"]), tallied=tuple(map(_tallied, found["tallied"])))


def _tallied_to_dict(one: Tallied) -> dict[str, Any]:
    return {
        "at": one.at.timestamp(),
        "rules": list(one.rules),
        "severity": one.severity,
        "labels": dict(one.labels),
        "records": one.records,
        "read": one.read,
        "fields": [
            {
                "name": each.name,
                "values": dict(each.values),
                "others": each.others,
                "numbers": _numbers_to_list(each.numbers),
            }
            for each in one.fields
        ],
    }


def _tallied(found: Mapping[str, Any]) -> Tallied:
    return Tallied(
        at=datetime.fromtimestamp(float(found["at"]), UTC),
        rules=tuple(map(str, found["rules"])),
        severity=str(found["severity"]),
        labels={str(name): str(value) for name, value in found["labels"].items()},
        records=int(found["records"]),
        read=int(found["read"]),
        fields=tuple(
            FieldCounts(
                name=str(one["name"]),
                values={str(value): int(count) for value, count in one["values"].items()},
                others=int(one["others"]),
                numbers=_numbers(one["numbers"]),
            )
            for one in found["fields"]
        ),
    )


def _numbers_to_list(numbers: Numbers | None) -> list[Any] | None:
    if numbers is None:
        return None
    return [numbers.count, numbers.total, numbers.low, numbers.high, list(numbers.bins)]


def _numbers(found: Any) -> Numbers | None:
    if found is None:
        return None
    count, total, low, high, bins = found
    return Numbers(
        count=int(count),
        total=float(total),
        low=float(low),
        high=float(high),
        bins=tuple((int(sign), int(place), int(many)) for sign, place, many in bins),
    )
