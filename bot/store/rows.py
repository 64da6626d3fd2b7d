"""Small values in columns: people, samples, matchers, targets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.core.alert import Person
from bot.core.matcher import Matcher, Operator
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
