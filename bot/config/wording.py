"""Says what a configuration's model refuses in the words of the file, not of the library."""

import datetime as dt
import difflib
import json
import re
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config import lines
from bot.config.errors import Problem
from bot.config.schema import Config
from watchers.rules.kinds import ANY, KINDS, Rule

Detail = Mapping[str, Any]
"""One refusal as pydantic lists it: ``type``, ``loc``, ``msg``, ``input``, ``ctx``."""
_LONGEST = 80
_RULE = 2
"""Parts of the place of a rule."""
_MANY = 20
_KINDS = {
    "string_type": 'text in quotes, e.g. "…"',
    "int_type": "a whole number, without quotes",
    "int_parsing": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "float_type": "a number, without quotes",
    "float_parsing": "a number, without quotes",
    "finite_number": "a number",
    "bool_type": "true or false, without quotes",
    "bool_parsing": "true or false, without quotes",
    "list_type": 'a list, e.g. ["…"]',
    "dict_type": 'a table of texts, e.g. { team = "payments" }',
    "missing": "this key",
    "too_short": "at least one entry",
    "string_too_short": "text that is not empty",
}
_BOUNDS = {
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number from {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number up to {le:g}",
    "string_too_long": "at most {max_length} characters",
}
_SAID_TO_BE_USABLE = (
    "pattern",
    "at_once",
    "exclude",
    "recovery",
    "encoding",
    "match_bucket_filter",
)
_EXAMPLES = {
    "name": 'a name, e.g. name = "pay"',
    "files": 'the files, e.g. files = ["/var/log/pay/*.log"]',
    "pattern": "a regular expression, e.g. pattern = 'OutOfMemory|ENOSPC'",
    "match": 'conditions, e.g. match = ["service=pay"]',
    "every": 'days and hours, e.g. every = "weekday 22:00-06:00"',
    "severity": 'a severity, e.g. severity = "high"',
    "num_events": "how many records, e.g. num_events = 10",
    "timeframe": 'within which span, e.g. timeframe = "5m"',
    "spike_height": "how many times more or fewer, e.g. spike_height = 3",
    "spike_type": 'which side, e.g. spike_type = "up"',
    "compare_key": 'a field, e.g. compare_key = "user"',
    "blacklist": 'values, e.g. blacklist = ["root"]',
    "whitelist": 'values, e.g. whitelist = ["ann", "bob"]',
    "ignore_null": "whether a record without the field is left alone, e.g. ignore_null = true",
    "fields": 'the fields, e.g. fields = ["user"]',
    "cardinality_field": 'a field, e.g. cardinality_field = "user"',
    "match_bucket_filter": "a pattern of the records that are meant, e.g. ' 5\\d\\d '",
    "metric_agg_key": 'the field with the number, e.g. metric_agg_key = "ms"',
}


def worded(file: str, text: str, detail: Detail) -> Problem:
    """What the model refused, as a problem of the file."""
    path: lines.Path = tuple(detail["loc"])
    found, wanted, nearest = _said(path, detail)
    return problem_at(file, text, path, found, wanted, nearest)


def problem_at(
    file: str, text: str, path: lines.Path, found: str, wanted: str, nearest: str = ""
) -> Problem:
    """A problem at a key of a file, whose line is looked up in its text."""
    return Problem(
        file=file,
        line=lines.line_of(text, path),
        path=dotted(path),
        found=found,
        wanted=wanted,
        nearest=nearest,
    )


def refusals(error: ValidationError) -> list[Detail]:
    """What the model refused; no list is called too short when its entries were refused."""
    details: list[Detail] = [_as_written(one) for one in error.errors(include_url=False)]
    places = [detail["loc"] for detail in details]

    def follows_from_another(detail: Detail) -> bool:
        place = detail["loc"]
        return detail["type"] == "too_short" and any(
            other[: len(place)] == place and other != place for other in places
        )

    return [detail for detail in details if not follows_from_another(detail)]


def _as_written(detail: Mapping[str, Any]) -> Detail:
    """Without the kind of a rule in its place, which stands in no path of the file."""
    place: lines.Path = tuple(detail["loc"])
    if place[:1] != ("rule",) or len(place) < _RULE:
        return dict(detail)
    if detail["type"] == "union_tag_invalid":
        choices = {"expected": detail["ctx"]["expected_tags"]}
        value = detail["input"].get("kind")
        kind = {"type": "literal_error", "loc": (*place, "kind"), "ctx": choices, "input": value}
        return {**detail, **kind}
    return {**detail, "loc": (*place[:2], *place[3:]), "kind": "".join(map(str, place[2:3]))}


def dotted(path: lines.Path) -> str:
    """``rule[2].pattern``: indexes as people count."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def shown(value: object) -> str:
    """A value much as it stands in the file, shortened."""
    match value:
        case bool():
            text = json.dumps(value)
        case str():
            # An address may hold a password.
            text = json.dumps(re.sub(r"://[^/\s]*@", "://…@", value), ensure_ascii=False)
        case dict():
            return "a table"
        case list() if any(isinstance(item, dict) for item in value):
            return "a list of tables"
        case list():
            text = "[" + ", ".join(shown(item) for item in value[:_MANY]) + "]"
        case dt.date() | dt.time():
            text = value.isoformat()
        case _:
            text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _said(path: lines.Path, detail: Detail) -> tuple[str, str, str]:
    """Found, wanted, nearest."""
    kind, key, value = detail["type"], str(path[-1]), detail["input"]
    if kind == "extra_forbidden":
        return _unknown(path, detail.get("kind", ""))
    if kind == "missing":
        return "nothing", _EXAMPLES.get(key, "this key"), ""
    if kind in ("tuple_type", "list_type") and len(path) == 1:
        brackets = f"[[{key}]] in double brackets: there may be several"
        return (f"[{key}]" if isinstance(value, dict) else shown(value)), brackets, ""
    if kind in ("model_type", "model_attributes_type", "dict_type") and len(path) == 1:
        double = isinstance(value, list) and shown(value) == "a list of tables"
        return (f"[[{key}]]" if double else shown(value)), f"[{key}] in single brackets, once", ""
    if kind in ("enum", "literal_error"):
        choices = str(detail.get("ctx", {}).get("expected", ""))
        return shown(value), f"one of {choices}".replace("'", '"'), _near_choice(value, choices)
    return shown(value), _wanted(detail, key), _near_zone(key, value)


def _wanted(detail: Detail, key: str) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context)
    if kind == "value_error":
        said = str(context["error"])
        return f"a usable {key}: {said}" if key in _SAID_TO_BE_USABLE else said
    if kind in ("tuple_type", "model_type"):
        return 'a list, e.g. ["…"]' if kind == "tuple_type" else "a table in double brackets"
    return _KINDS.get(kind) or str(detail["msg"])


def _unknown(path: lines.Path, rule: str = "") -> tuple[str, str, str]:
    """An unknown key, with the key that was probably meant or the place where it belongs."""
    key, table = str(path[-1]), path[:-1]
    known = tuple(sorted(KINDS[rule].model_fields)) if rule in KINDS else _known_keys(table)
    found = f"an unknown {'key' if table or key in _homes() else 'section or key'}"
    home = _homes().get(key, "")
    of = [kind for kind, model in KINDS.items() if rule and key in model.model_fields]
    if of:
        return f"a key that rules of kind {rule} do not have", f"kind = {_either(of)}", ""
    if home and (not table or key in Config.model_fields):
        return found, f"it {home}", ""
    near = difflib.get_close_matches(key, known, n=1)
    wanted = f"one of {', '.join(known)}" + (f"; {key} stands {home}" if home else "")
    return found, wanted, near[0] if near else ""


def _either(words: Sequence[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)


def _homes() -> dict[str, str]:
    """Where each key belongs that stands in one place only."""
    places: dict[str, list[str]] = {}
    for name, field in Config.model_fields.items():
        model = _model_in(field.annotation)
        if model is None:
            places.setdefault(name, []).append("at the top of the file, before the first [section]")
            continue
        brackets = f"[{name}]" if model is field.annotation else f"[[{name}]]"
        for key in model.model_fields:
            places.setdefault(key, []).append(f"in {brackets}")
    return {key: where[0] for key, where in places.items() if len(where) == 1}


def _known_keys(path: lines.Path) -> tuple[str, ...]:
    model: Any = Config
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field is not None else None
    return tuple(sorted(model.model_fields)) if model is not None else ()


def _model_in(annotation: Any) -> Any:
    """The model that a field holds, alone or in a list; None for a plain value."""
    for one in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
        if one is Rule:
            return KINDS[ANY]
    return None


def _near_choice(value: object, choices: str) -> str:
    known = choices.replace(" or ", ", ").replace("'", "").split(", ")
    near = difflib.get_close_matches(str(value).lower(), known, n=1)
    return near[0] if near else ""


def _near_zone(key: str, value: object) -> str:
    if key != "time_zone" or not isinstance(value, str):
        return ""
    near = difflib.get_close_matches(value, zoneinfo.available_timezones(), n=1)
    return near[0] if near else ""
