"""Command lines about one rule, as buttons send them."""

import re

_PLAIN = re.compile(r"[\w.-]+")


def rule_line(name: str, rest: str = "") -> str:
    """``/rule NAME rest``, with quotes around a name that needs them."""
    shown = name if _PLAIN.fullmatch(name) else f'"{name}"'
    return f"/rule {shown} {rest}".rstrip()
