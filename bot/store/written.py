"""Queries whose SQL is written once: of many small ones, writing it takes most of the time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from peewee import Context, Field, Model, Node, Query

from bot.store.database import Database

_Convert = Callable[[Any], Any]


class Slot(Node):
    """The place of a value that is given when the query runs.

    Compared to a field, it is converted as the values of that field are.
    """

    def __init__(self, name: str, convert: _Convert | None = None) -> None:
        self._name = name
        self._convert = convert

    def __sql__(self, ctx: Context) -> Context:
        convert = self._convert or ctx.state.converter or None
        ctx.value(_Place(self._name, convert), converter=False)
        return ctx


def slots(model: type[Model], *but: Field) -> dict[Field, Slot]:
    """A slot named like it for each field of a table, except some."""
    left_out = {field.name for field in but}  # fields answer == with a piece of SQL
    return {
        field: Slot(field.name, field.db_value)
        for field in model._meta.sorted_fields  # noqa: SLF001 - peewee's documented way
        if field.name not in left_out
    }


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    convert: _Convert | None


class Written:
    """A query with slots; its text is made at first use, for each kind of database.

    Two threads that make it at the same time make the same.
    """

    def __init__(self, query: Query, model: type[Model] | None = None) -> None:
        """`model` is the table of which the query selects all columns."""
        self._query = query
        self._model = model
        self._texts: dict[type[Database], tuple[str, list[Any]]] = {}

    def run(self, database: Database, **values: Any) -> Any:
        """The database's cursor over what it came to, with these values in the slots."""
        text, wanted = self._texts.get(type(database)) or self._written(database)
        filled = [_filled(one, values) if isinstance(one, _Place) else one for one in wanted]
        return database.run(text, filled)

    def run_many(self, database: Database, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of several rows, with its values in the slots; only inside a change."""
        text, wanted = self._texts.get(type(database)) or self._written(database)
        filled = [
            [_filled(one, values) if isinstance(one, _Place) else one for one in wanted]
            for values in rows
        ]
        if filled:
            database.run_many(text, filled)

    def rows(self, database: Database, **values: Any) -> Iterator[Any]:
        """What it selects of its table, with the fields as attributes."""
        for row in self.run(database, **values):
            yield self.row(row)

    def row(self, row: tuple[Any, ...]) -> Any:
        """One of the cursor's rows, in the same way."""
        if self._model is None:
            raise TypeError("this query reads no whole rows of one table")
        fields = self._model._meta.sorted_fields  # noqa: SLF001 - peewee's documented way
        read = {
            field.name: field.python_value(value) for field, value in zip(fields, row, strict=True)
        }
        return SimpleNamespace(**read)

    def _written(self, database: Database) -> tuple[str, list[Any]]:
        made = database.text_of(self._query)
        self._texts[type(database)] = made
        return made


def _filled(place: _Place, values: Mapping[str, Any]) -> Any:
    value = values[place.name]
    return place.convert(value) if place.convert else value
