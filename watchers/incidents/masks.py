"""The constant part of a message, when nobody mines templates: its variable words are masked."""

import re

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_WORD = re.compile(r"\S*\d\S*|\b[0-9a-f]{8,}\b|\b[a-f]{6,}\b|(?:https?|tcp|file)://\S+|(?<!\S)/\S+")
_RUN = re.compile(r"<\*>(?:\s*<\*>)+")
_DIGITS = re.compile(r"\d[\da-f]*")
_MOST_SHAPES = 100_000
_LONGEST = 1000


def masked(message: str) -> str:
    """A message with ``<*>`` for its variable words; only its first line counts."""
    head = message.partition("\n")[0][:_LONGEST]
    return _RUN.sub("<*>", _WORD.sub("<*>", _QUOTED.sub("<*>", head))).strip()


class Masks:
    """`masked` that remembers messages by their shape; not thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, message: str) -> str:
        """The template of a message."""
        shape = _DIGITS.sub("0", message)
        template = self._known.get(shape)
        if template is None:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            template = self._known[shape] = masked(shape)
        return template
