"""JSON and ids as Feishu puts them on the wire."""

import hashlib
import json
import secrets
from typing import Any

Json = dict[str, Any]
"""A JSON object as it travels."""


def dumps(value: object) -> str:
    """Compact JSON with raw UTF-8: some clients re-serialise a body before they check it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(text: str) -> Any:
    """The JSON value in `text`, or the text itself if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def new_id(prefix: str) -> str:
    """A fresh id such as ``om_`` and 32 hex digits."""
    return prefix + secrets.token_hex(16)


def stable_id(prefix: str, name: str, digits: int = 32) -> str:
    """An id made from a name: after a restart a bot that kept its data knows it again."""
    return (
        prefix + hashlib.sha256(f"larkwatch sandbox {prefix} {name}".encode()).hexdigest()[:digits]
    )
