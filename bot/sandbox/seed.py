"""The people and groups that a sandbox begins with: read from TOML or JSON, every error at once."""

import json
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the town; `external` ones belong to another tenant."""

    name: str
    email: str = ""
    mobile: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group by the names of its people.

    Attributes:
        members: All of it, the owner and the managers among them.
        bot: Whether the bot is in from the beginning.
    """

    name: str
    owner: str
    members: tuple[str, ...]
    managers: tuple[str, ...] = ()
    bot: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What a town begins with; all ids are made of the names."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    bot_name: str | None = None


class SeedError(Exception):
    """A file that is no seed; the message has a line for every error."""


_TEXT, _YES_OR_NO, _NAMES = "a text", "true or false", "a list of names"
_TABLES: Final = {
    "bot": {"name": _TEXT},
    "people": {"name": _TEXT, "email": _TEXT, "mobile": _TEXT, "external": _YES_OR_NO},
    "groups": {
        "name": _TEXT,
        "owner": _TEXT,
        "managers": _NAMES,
        "members": _NAMES,
        "bot": _YES_OR_NO,
    },
}


def read_seed(path: Path) -> Seed:
    """The seed in a file: JSON if it is named so, TOML otherwise.

    Raises:
        SeedError: With all that is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror}") from error
    except ValueError as error:  # also what both readers raise
        raise SeedError(f"{path}: {error}") from error
    reader = _Reader(table)
    seed = reader.seed()
    if reader.errors:
        raise SeedError("\n".join(f"{path}: {error}" for error in reader.errors))
    return seed


class _Reader:
    """Goes through the tables once and collects what is wrong."""

    def __init__(self, table: object) -> None:
        self.errors: list[str] = []
        self._table = self._known("the file", table, dict.fromkeys(_TABLES, ""))

    def seed(self) -> Seed:
        bot = self._known("bot", self._table.get("bot", {}), _TABLES["bot"])
        people = [Person(**row) for row in self._rows("people")]
        if not people:
            self.errors.append("people is missing; wanted at least one, with a name")
        if people and all(person.external for person in people):
            self.errors.append("people has only external ones; wanted somebody of the tenant")
        groups = [self._group(number, row, people) for number, row in self._numbered("groups")]
        return Seed(people=tuple(people), groups=tuple(groups), bot_name=bot.get("name"))

    def _group(self, number: int, row: Json, people: list[Person]) -> Group:
        home = [person.name for person in people if not person.external]
        everybody = [person.name for person in people]
        owner = row.get("owner", home[0] if home else "")
        managers = row.get("managers", [])
        members = row.get("members", home)
        for key, names in (("owner", [owner]), ("managers", managers), ("members", members)):
            for name in names if everybody else ():
                if name not in everybody:
                    found = f"groups {number}: {key} has {name!r}, who is none of the people"
                    self.errors.append(found + _near(name, everybody))
        return Group(
            name=row.get("name", ""),
            owner=owner,
            managers=tuple(managers),
            members=tuple(dict.fromkeys([owner, *managers, *members])),
            bot=row.get("bot", True),
        )

    def _rows(self, key: str) -> list[Json]:
        return [row for _, row in self._numbered(key)]

    def _numbered(self, key: str) -> list[tuple[int, Json]]:
        """The good parts of a list of tables, each with its place, counted from one."""
        rows = self._table.get(key, [])
        if not isinstance(rows, list):
            self.errors.append(f"{key} is {rows!r}; wanted a list: [[{key}]] in TOML")
            return []
        known: list[tuple[int, Json]] = []
        seen: set[str] = set()
        for number, row in enumerate(rows, 1):
            place = f"{key} {number}"
            row = self._known(place, row, _TABLES[key])  # noqa: PLW2901 - the good part of it
            name = row.get("name", "")
            if not name.strip():
                self.errors.append(f"{place} has no name; wanted one")
                continue
            if name in seen:
                self.errors.append(
                    f"{place}: the name {name!r} stands twice; wanted different ones"
                )
            seen.add(name)
            known.append((number, row))
        return known

    def _known(self, place: str, table: object, kinds: dict[str, str]) -> Json:
        """The part of a table that is as wanted; a kind of "" is looked at later."""
        if not isinstance(table, dict):
            self.errors.append(f"{place} is {table!r}; wanted a table with {_listed(kinds)}")
            return {}
        good: Json = {}
        for key, value in table.items():
            if key not in kinds:
                found = f"{place} has an unknown key {key!r}; wanted {_listed(kinds)}"
                self.errors.append(found + _near(key, list(kinds)))
            elif not _fits(value, kinds[key]):
                self.errors.append(f"{place}: {key} is {value!r}; wanted {kinds[key]}")
            else:
                good[key] = value
        return good


def _fits(value: Any, kind: str) -> bool:
    match kind:
        case "a text":
            return isinstance(value, str)
        case "true or false":
            return isinstance(value, bool)
        case "a list of names":
            return isinstance(value, list) and all(isinstance(one, str) for one in value)
        case _:
            return True


def _listed(kinds: dict[str, str]) -> str:
    return ", ".join(kinds)


def _near(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
