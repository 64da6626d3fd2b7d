"""Lines that are data: a JSON object, or pairs of names and values."""

import json
import math
import re
from itertools import islice
from typing import Any

from watchers.matching.grok import LONGEST_VALUE, MOST_FIELDS, Value

_LONGEST = 64 * 1024
_DEEPEST = 6
_LONGEST_NAME = 64
_LARGEST = 1 << 63
_PAIR = re.compile(
    rb'(?<![\w.\-/@&?])([A-Za-z_@][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.){0,4096})"|'
    rb"'([^']{0,4096})'|([^\s\"',;]{0,1024}))"
)
_DECODE = json.JSONDecoder(parse_constant=str).decode
_ESCAPED = re.compile(r'\\(["\\/nt])')
_PLAIN = {"n": "\n", "t": "\t"}
_INT = re.compile(r"-?\d{1,15}", re.ASCII)
_FLOAT = re.compile(r"-?\d{1,15}\.\d{1,15}(?:[eE][+-]?\d{1,2})?", re.ASCII)
_TELLING = frozenset({"level", "lvl", "msg", "message", "time", "ts", "severity", "err", "error"})


def json_fields(line: bytes) -> dict[str, Value] | None:
    """The values of a JSON object, those inside others named ``outer.inner``; None for no object.

    At most so many, and each of bounded size; lists are text.
    """
    text = line.strip()
    if not text.startswith(b"{") or not text.endswith(b"}") or len(text) > _LONGEST:
        return None
    try:
        found = _DECODE(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    fields: dict[str, Value] = {}
    _flatten(found, "", 0, fields)
    return fields


def logfmt_fields(line: bytes) -> dict[str, Value] | None:
    """The pairs of a line that begins with one and is hardly anything else; None for another."""
    text = line.lstrip()
    first = _PAIR.match(text)
    if first is None:
        return None
    fields = pairs(text)
    return fields if len(fields) >= 3 or (len(fields) > 1 and _TELLING & fields.keys()) else None  # noqa: PLR2004


def pairs(text: bytes) -> dict[str, Value]:
    """The ``name=value`` in a text, the first of each name."""
    found: dict[str, Value] = {}
    for match in islice(_PAIR.finditer(text[:_LONGEST]), MOST_FIELDS):
        name = match[1].decode()
        if name in found:
            continue
        quoted = match[2] if match[2] is not None else match[3]
        if quoted is None:
            found[name] = typed(match[4].decode("utf-8", "replace"))
        else:
            inner = quoted.decode("utf-8", "replace")[:LONGEST_VALUE]
            found[name] = _ESCAPED.sub(lambda one: _PLAIN.get(one[1], one[1]), inner)
    return found


def typed(text: str) -> Value:
    """A text that stands for a number or a truth as that."""
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if text in ("true", "false"):
        return text == "true"
    return text[:LONGEST_VALUE]


def _flatten(found: dict[str, Any], before: str, depth: int, fields: dict[str, Value]) -> None:
    """Add the values of an object to the fields; of one name the last counts."""
    for key, value in found.items():
        if len(fields) >= MOST_FIELDS:
            return
        name = f"{before}{key}"
        match value:
            case str():
                fields[name[:_LONGEST_NAME]] = value[:LONGEST_VALUE]
            case dict() if depth < _DEEPEST - 1:
                _flatten(value, f"{name}.", depth + 1, fields)
            case None:
                continue
            case bool():
                fields[name[:_LONGEST_NAME]] = value
            case int():
                fits = abs(value) < _LARGEST
                fields[name[:_LONGEST_NAME]] = value if fits else str(value)
            case float():
                fields[name[:_LONGEST_NAME]] = value if math.isfinite(value) else str(value)
            case _:
                text = json.dumps(value, ensure_ascii=False)
                fields[name[:_LONGEST_NAME]] = text[:LONGEST_VALUE]
