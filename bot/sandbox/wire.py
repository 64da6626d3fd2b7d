"""JSON and ids as Feishu puts them on the wire."""

import hashlib
import json
import random
from typing import Any

Json = dict[str, Any]
"""A JSON object as it travels."""


def dumps(value: object) -> str:
    """Compact JSON with raw UTF-8: some clients re-serialise a body before they check it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """The JSON value in `text`; NaN and Infinity, which Python takes, are none.

    Raises:
        ValueError: If there is none.
    """
    return json.loads(text, parse_constant=_refuse)


def parsed(text: str) -> Any:
    """The JSON value in `text`, or the text itself if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


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
