"""JSON and ids as Feishu puts them on the wire."""

import hashlib
import json
import math
import random
import re
from typing import Any, NoReturn

Json = dict[str, Any]
"""A JSON object as it travels."""

_HALF = re.compile(r"[\ud800-\udfff]")  # of a surrogate pair; JSON can say it, UTF-8 cannot


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _not_json(digits)


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READER = json.JSONDecoder(parse_constant=_not_json, parse_float=_finite)


def dumps(value: object) -> str:
    """Compact JSON with raw UTF-8: some clients re-serialise a body before they check it."""
    text = _WRITER.encode(value)
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def loads(text: str | bytes) -> Any:
    """The JSON value in `text`; what only Python takes for JSON, such as NaN, is none.

    Raises:
        ValueError: If it is none, or is nested without end.
    """
    try:
        return _READER.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def parsed(text: str) -> Any:
    """The JSON value in `text`, or the text itself if it is none."""
    try:
        return loads(text)
    except ValueError:
        return text


def new_id(prefix: str) -> str:
    """A fresh id such as ``om_`` and 32 hex digits.

    It is no secret, so the system is not asked for it: after each such call a thread waits for its
    turn, here several times for every message.
    """
    return f"{prefix}{random.getrandbits(128):032x}"


def stable_id(prefix: str, name: str, digits: int = 32) -> str:
    """An id made from a name: after a restart a bot that kept its data knows it again."""
    return (
        prefix + hashlib.sha256(f"larkwatch sandbox {prefix} {name}".encode()).hexdigest()[:digits]
    )
