"""Small values in columns: people, samples, matchers, targets."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, assert_never

from bot.core.alert import Person
from bot.core.matcher import Matcher, Operator
from bot.core.mute import UntilResolved, UntilWorse
from bot.core.recurrence import Recurrence
from watchers.finding import Sample


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
    return [{"text": s.text, "place": s.place, "at": s.at.isoformat()} for s in samples]


def samples_from_json(found: Any) -> tuple[Sample, ...]:
    """From a column."""
    return tuple(
        Sample(text=s["text"], place=s["place"], at=datetime.fromisoformat(s["at"])) for s in found
    )


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
