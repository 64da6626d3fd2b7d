"""The rules of a chart's spec that the server checks: a JSON schema, told in a few lines."""

from typing import Any, NoReturn

from bot.sandbox.cards.walk import Walk, shown

TYPES = (
    "line", "area", "bar", "pie", "common", "funnel", "scatter", "radar", "linearProgress",
    "circularProgress", "wordCloud",
)  # fmt: skip
_BAD_SPEC = 200550
_LISTS = ("axes", "series", "crosshairs", "markLine", "markPoint", "markArea", "dataZoom")
_OBJECTS = ("title", "tooltip", "label", "bar", "line", "point", "area", "pie")


def check_spec(spec: Any, walk: Walk) -> None:
    """A VChart spec: an object of a known type with data, and null nowhere."""
    if not isinstance(spec, dict):
        _refuse(walk, f"wanted an object, found {shown(spec)}")
    if spec.get("type") not in TYPES:
        _refuse(walk, f"type {shown(spec.get('type'))} is none of {', '.join(TYPES)}")
    null = _null(spec, "")
    if null:
        _refuse(walk, f"{null} is null")
    for name in _LISTS:
        if name in spec and not isinstance(spec[name], list):
            _refuse(walk, f"{name} is {shown(spec[name])}, wanted a list")
    for name in _OBJECTS:
        if name in spec and not isinstance(spec[name], dict):
            _refuse(walk, f"{name} is {shown(spec[name])}, wanted an object")
    _check_data(spec, walk)


def _check_data(spec: dict[str, Any], walk: Walk) -> None:
    if spec["type"] == "common" and not spec.get("series"):
        _refuse(walk, "a chart of type common has a list of series")
    data = spec.get("data")
    for one in data if isinstance(data, list) else [data]:
        if not isinstance(one, dict) or not isinstance(one.get("values"), list):
            _refuse(walk, f"data is {shown(data)}, wanted an object with a list named values")
        for row in one["values"]:
            if not isinstance(row, dict):
                _refuse(walk, f"data.values has {shown(row)}, wanted objects")


def _null(value: object, where: str) -> str:
    """The place of the first null, or nothing."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        place = f"{where}.{key}" if where else str(key)
        found = place if item is None else _null(item, place)
        if found:
            return found
    return ""


def _refuse(walk: Walk, value: str) -> NoReturn:
    walk.fail(value, code=_BAD_SPEC, msg="chart spec is invalid")
