"""The rules of a table's rows: declared columns, and cells of the column's type."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.cards.kinds import color, marked, person_id
from bot.sandbox.cards.walk import Walk, shown

_WRONG_CELL = 200914
_UNKNOWN_COLUMN = 200915


def check_rows(table: Any, walk: Walk) -> None:
    """Every row against the columns."""
    walk.count_tables(1)
    types: dict[str, str] = {}
    for column in table["columns"]:
        if column["name"] in types:
            walk.fail(column["name"], code=_UNKNOWN_COLUMN, msg="column name is duplicated")
        types[column["name"]] = column.get("data_type", "text")
    for index, row in enumerate(table["rows"]):
        for name, cell in row.items():
            with walk.at("rows"), walk.at(f"[{index}]"), walk.at(name):
                if name not in types:
                    msg = "table rows is invalid, the column is not declared"
                    walk.fail(name, code=_UNKNOWN_COLUMN, msg=msg)
                if not _CELLS[types[name]](cell, walk):
                    msg = f"table rows is invalid, wanted data of type {types[name]}"
                    walk.fail(shown(cell), code=_WRONG_CELL, msg=msg)


def _string(cell: object, _: Walk) -> bool:
    return isinstance(cell, str)


def _markdown(cell: object, walk: Walk) -> bool:
    if isinstance(cell, str):
        marked(cell, walk)
    return isinstance(cell, str)


def _number(cell: object, _: Walk) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _options(cell: object, walk: Walk) -> bool:
    for option in cell if isinstance(cell, list) else []:
        if not isinstance(option, dict) or not isinstance(option.get("text"), str):
            return False
        if set(option) - {"text", "color"}:
            return False
        color(option.get("color", "blue"), walk)
    return isinstance(cell, list | str)


def _persons(cell: object, walk: Walk) -> bool:
    if not isinstance(cell, str | list):
        return False
    for who in [cell] if isinstance(cell, str) else cell:
        person_id(who, walk)
    return True


def _date(cell: object, _: Walk) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool)


_CELLS: dict[str, Callable[[object, Walk], bool]] = {
    "text": _string,
    "lark_md": _markdown,
    "markdown": _markdown,
    "number": _number,
    "options": _options,
    "persons": _persons,
    "date": _date,
}
