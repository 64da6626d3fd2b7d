"""Places of a ranking: records by template, service, rule or host, most first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.core.fingerprint import fingerprint
from bot.core.kinds import Kind, merged
from bot.core.matcher import Matcher, Operator
from bot.core.tally_ports import Tally
from watchers.finding import Severity

_LONGEST_VALUE = 100


class By(StrEnum):
    """What a ranking is of."""

    TEMPLATE = "template"
    SERVICE = "service"
    RULE = "rule"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place of a ranking.

    Attributes:
        name: Value of what the ranking is by, "" for records without one; untrusted text.
        count: Records in the span.
        before: Records in the span before it.
        severity: The worst of it.
        services: Of which services, the largest first.
        largest: Number of the kind with the most records.
        template_id: Its template's, as verdicts name it; "" where that is not known.
        matchers: Conditions that take the alerts of these records; () when there are none.
        example: A line of it; untrusted text.
    """

    name: str
    count: int
    before: int
    severity: Severity
    services: tuple[str, ...]
    largest: int
    matchers: tuple[Matcher, ...]
    template_id: str = ""
    example: str = ""


def ranked(
    tallies: Iterable[Tally], by: By, most: int | None = None
) -> tuple[tuple[Ranked, ...], int]:
    """The first few places of a ranking, most first, and how many places there are in all."""
    places: defaultdict[str, list[Tally]] = defaultdict(list)
    for one in tallies:
        places[_name(one.kind, by)].append(one)
    if by is By.TEMPLATE:
        for special, general in merged(places).items():
            places[general] += places.pop(special)
    sums = [
        (-sum(one.records for one in several), -sum(one.before for one in several), name)
        for name, several in places.items()
    ]
    order = sorted(one for one in sums if one[0])
    rows = (_place(name, -count, -before, places[name], by) for count, before, name in order[:most])
    return tuple(rows), len(order)


def _place(name: str, count: int, before: int, several: list[Tally], by: By) -> Ranked:
    largest = max(several, key=lambda one: (one.records, one.before, -one.kind.id))
    services: Counter[str] = Counter()
    for one in several:
        services[one.kind.labels.get("service", "")] += one.records
    return Ranked(
        name=name,
        count=count,
        before=before,
        severity=max((one.kind.severity for one in several), key=lambda one: one.rank),
        services=tuple(service for service, _ in services.most_common() if service),
        largest=largest.kind.id,
        template_id=_id_of(name, several) if by is By.TEMPLATE else "",
        matchers=_common([one.kind for one in several]) if by is By.TEMPLATE else _of(name, by),
    )


def _id_of(template: str, several: Iterable[Tally]) -> str:
    """The id that all of these go by, now that they are one."""
    return next((one.kind.template_id for one in several if one.kind.template == template), "")


def _name(kind: Kind, by: By) -> str:
    match by:
        case By.TEMPLATE:
            return kind.template
        case By.RULE:
            return kind.rule
        case By.SERVICE | By.HOST:
            return kind.labels.get(by.value, "")
        case _:
            assert_never(by)


def _of(name: str, by: By) -> tuple[Matcher, ...]:
    return _usable({by.value: name})


def _common(kinds: list[Kind]) -> tuple[Matcher, ...]:
    """Rule and labels that all of these have."""
    shared = set(identity_of(kinds[0], named=False).items())
    for kind in kinds[1:]:
        shared &= set(identity_of(kind, named=False).items())
    ordered = sorted(shared, key=lambda pair: (pair[0] != "rule", pair[0]))
    return _usable({label: value for label, value in ordered if label != "severity"})


def _usable(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    """Conditions that people can be shown, and can send back as they stand."""
    return tuple(
        Matcher(label=label, operator=Operator.EQUAL, value=value)
        for label, value in labels.items()
        if value and len(value) <= _LONGEST_VALUE and not ('"' in value and "'" in value)
    )


def identity_of(kind: Kind, *, named: bool) -> Mapping[str, str]:
    """What matchers see of the alert of a kind; its fingerprint only where that is asked for."""
    own = {"rule": kind.rule, "severity": kind.severity.value}
    if named:
        own["fingerprint"] = fingerprint(kind.rule, kind.labels)
    return {**kind.labels, **own}
