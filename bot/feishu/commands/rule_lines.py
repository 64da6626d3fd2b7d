"""Command lines about one rule, as buttons send them."""

import re

_PLAIN = re.compile(r"[\w.-]+")
_LONGEST = 60


def speakable(name: str) -> bool:
    """Whether a line can hold a rule's name; configurations may call theirs anything."""
    return 0 < len(name) <= _LONGEST and name.isprintable() and '"' not in name


def rule_line(name: str, rest: str = "") -> str:
    """``/rule NAME rest``, with quotes around a name that needs them."""
    shown = name if _PLAIN.fullmatch(name) else f'"{name}"'
    return f"/rule {shown} {rest}".rstrip()
