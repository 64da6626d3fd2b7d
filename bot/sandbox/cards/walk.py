"""One pass over a card: where it stands, what it has counted, and how it refuses."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from bot.sandbox.cards.fault import CardError
from bot.sandbox.wire import Json

MOST_ELEMENTS = 200
MOST_LEVELS = 5
MOST_TABLES = 5

NOT_JSON = 200621
LIMIT = 11310
NO_LONGER = 200861
DUPLICATE_ID = 300301
FORM = 200530

_NO_LONGER_TEXT = "cards of schema V2 no longer support this capability"
_REMOVED = {"note", "action", "repeat"}

Kind = Callable[[Any, "Walk"], None]
"""Checks one value; the walk knows where."""


class Place(StrEnum):
    """Where a component may stand."""

    ANYWHERE = "anywhere"
    ROOT = "directly in the body"
    FORM = "inside a form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One row of the table of components.

    Attributes:
        props: Every property it may have, with the kind of its value.
        needs: The properties it must have.
        nests: Whether it counts as a level of nesting.
        named: Whether it needs a name of its own inside a form.
        also: A rule on the component as a whole.
    """

    props: Mapping[str, Kind]
    needs: tuple[str, ...] = ()
    place: Place = Place.ANYWHERE
    nests: bool = False
    named: bool = False
    also: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a card may refer to: uploaded images, and people by open_id or union_id."""

    images: frozenset[str]
    people: frozenset[str]


@dataclass(slots=True, kw_only=True)
class Walk:
    """The state of one pass; raises `CardError` at the first broken rule."""

    components: Mapping[str, Component]
    catalogue: Catalogue
    colors: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    tables: int = 0
    _path: list[str] = field(default_factory=lambda: ["ROOT"])
    _open: list[str] = field(default_factory=list)
    _elements: int = 0
    _ids: set[str] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)

    def fail(
        self, value: str, *, code: int = NOT_JSON, msg: str = "parse card json err"
    ) -> NoReturn:
        """Refuse the card here; the platform's path ends at the component."""
        ends = [place for place, step in enumerate(self._path, 1) if "(tag: " in step]
        end = ends[-1] if ends else len(self._path)
        inside = ".".join(self._path[end:])
        found = f"{inside}: {value}" if inside else value
        raise CardError(code, " -> ".join(self._path[:end]), msg, found)

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Go one step down."""
        self._path.append(step)
        yield
        self._path.pop()  # not in a finally: a refusal keeps its path

    def count(self) -> None:
        """One more component or text."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            self.fail(f"more than {MOST_ELEMENTS}", code=LIMIT, msg="element exceeds the limit")

    def count_tables(self, number: int) -> None:
        """So many more tables, native ones or in markdown."""
        self.tables += number
        if self.tables > MOST_TABLES:
            self.fail(f"more than {MOST_TABLES}", code=LIMIT, msg="card table number over limit")

    def unique_id(self, element_id: str) -> None:
        """An element_id, used once in a card."""
        if element_id in self._ids:
            self.fail(element_id, code=DUPLICATE_ID, msg="element_id is duplicated")
        self._ids.add(element_id)

    def unique_name(self, name: object) -> None:
        """The name of a form or of something a person acts on in it, used once in a card."""
        if not isinstance(name, str) or not name:
            self.fail("property name is empty", code=FORM, msg="name is required in a form")
        if name in self._names:
            self.fail(name, code=FORM, msg="name is duplicated in the card")
        self._names.add(name)

    def object(self, value: Any, props: Mapping[str, Kind], needs: tuple[str, ...] = ()) -> Json:
        """An object with these properties and no others."""
        if not isinstance(value, dict):
            self.fail(f"wanted an object, found {shown(value)}")
        for name in value:
            if name not in props:
                place = ", ".join(self._path[1:])
                self.fail(f"unknown property: {name}, path: [{place}]")
        for name in needs:
            if name not in value:
                self.fail(f"property {name} is required")
        for name, item in value.items():
            with self.at(name):
                props[name](item, self)
        return value

    def children(self, value: Any, *, columns: bool = False) -> None:
        """A list of components, or of columns: these stand in a column_set and nowhere else."""
        if not isinstance(value, list):
            self.fail(f"wanted a list of components, found {shown(value)}")
        for index, item in enumerate(value):
            tag = item.get("tag") if isinstance(item, dict) else None
            with self.at(f"[{index}](tag: {tag})"):
                if (tag == "column") != columns:
                    where = "columns hold" if columns else "only a column_set holds"
                    self.fail(f"{where} column, found {shown(tag)}")
                self._component(item, tag)

    def _component(self, item: Any, tag: Any) -> None:
        if not isinstance(item, dict) or not isinstance(tag, str):
            self.fail(f"wanted a component with a tag, found {shown(item)}")
        if tag in _REMOVED:
            self.fail(f"unsupported tag {tag}", code=NO_LONGER, msg=_NO_LONGER_TEXT)
        component = self.components.get(tag)
        if component is None:
            self.fail(f"not support tag: {tag}")
        self._placed(tag, component.place)
        self.count()
        if component.named and "form" in self._open:
            self.unique_name(item.get("name"))
        if component.nests:
            self._open.append(tag)
            if len(self._open) > MOST_LEVELS:
                self.fail(f"{tag} is nested deeper than {MOST_LEVELS} levels")
        self.object(item, component.props, component.needs)
        if component.also is not None:
            component.also(item, self)
        if component.nests:
            self._open.pop()

    def _placed(self, tag: str, place: Place) -> None:
        here = {
            Place.ANYWHERE: True,
            Place.ROOT: not self._open,
            Place.FORM: "form" in self._open,
        }
        if not here[place]:
            self.fail(f"{tag} may only stand {place}")


def shown(value: object) -> str:
    """A value in an error, cut to a readable length."""
    text = repr(value)
    most = 80
    return text if len(text) <= most else text[:most] + "…"
