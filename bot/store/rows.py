"""Small values in columns: people, samples, matchers, ways of being told."""

from collections.abc import Iterable
from datetime import time
from typing import Any, assert_never

from bot.core.alert import Person
from bot.core.hours import Hours
from bot.core.matcher import Matcher, Operator
from bot.core.mute import UntilResolved, UntilWorse
from bot.core.recurrence import Recurrence
from bot.core.subscription import Acting, Mention, Ways
from watchers.finding import Sample, Severity, sample_from_dict, sample_to_dict


def person_to_json(person: Person | None) -> Any:
    """For a column."""
    return None if person is None else {"id": person.id, "name": person.name}


def person_from_json(found: Any) -> Person | None:
    """From a column."""
    return None if found is None else Person(id=found["id"], name=found["name"])


def known_person(found: Any) -> Person:
    """From a column that is never empty."""
    return Person(id=found["id"], name=found["name"])


def samples_to_json(samples: Iterable[Sample]) -> Any:
    """For a column."""
    return [sample_to_dict(sample) for sample in samples]


def samples_from_json(found: Any) -> tuple[Sample, ...]:
    """From a column."""
    return tuple(map(sample_from_dict, found))


def matchers_to_json(matchers: Iterable[Matcher]) -> Any:
    """For a column."""
    return [[m.label, m.operator.value, m.value] for m in matchers]


def matchers_from_json(found: Any) -> tuple[Matcher, ...]:
    """From a column."""
    return tuple(
        Matcher(label=label, operator=Operator(operator), value=value)
        for label, operator, value in found
    )


def until_to_json(until: UntilResolved | UntilWorse | Recurrence | None) -> Any:
    """For a column."""
    match until:
        case None:
            return None
        case UntilResolved():
            return {"until": "resolved"}
        case UntilWorse(times=times, base=base):
            return {"until": "worse", "times": times, "base": base}
        case Recurrence():
            return {
                "days": sorted(until.days),
                "begins": until.begins.isoformat(),
                "ends": until.ends.isoformat(),
                "zone": until.zone,
            }
        case _:
            assert_never(until)


def until_from_json(found: Any) -> UntilResolved | UntilWorse | Recurrence | None:
    """From a column."""
    match found:
        case None:
            return None
        case {"until": "resolved"}:
            return UntilResolved()
        case {"until": "worse"}:
            return UntilWorse(times=found["times"], base=found["base"])
        case _:
            return Recurrence(
                days=frozenset(found["days"]),
                begins=time.fromisoformat(found["begins"]),
                ends=time.fromisoformat(found["ends"]),
                zone=found["zone"],
            )


def ways_to_json(ways: Ways) -> Any:
    """For a column; what is as by default is left out."""
    hours = ways.hours
    found = {
        "hours": hours and [f"{hours.begins:%H:%M}", f"{hours.ends:%H:%M}", hours.zone],
        "urgent_from": ways.urgent_from.value,
        "acting": ways.acting.value,
        "actors": list(ways.actors),
        "mention": ways.mention.value,
        "mentions": list(ways.mentions),
    }
    return {key: value for key, value in found.items() if value}


def ways_from_json(found: Any) -> Ways:
    """From a column."""
    hours, usual = found.get("hours"), Ways()
    return Ways(
        hours=hours
        and Hours(
            begins=time.fromisoformat(hours[0]), ends=time.fromisoformat(hours[1]), zone=hours[2]
        ),
        urgent_from=Severity(found.get("urgent_from", usual.urgent_from)),
        acting=Acting(found.get("acting", usual.acting)),
        actors=tuple(found.get("actors", ())),
        mention=Mention(found.get("mention", usual.mention)),
        mentions=tuple(found.get("mentions", ())),
    )
