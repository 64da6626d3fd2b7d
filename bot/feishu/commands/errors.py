"""The error of a chat line that cannot be read."""

from bot.feishu.texts.base import Say

_SHOWN = 80


class CommandError(Exception):
    """A known command with something in it that cannot be read; always answered, never silent.

    Attributes:
        found: What was found, shortened; untrusted text, "" when nothing was.
        wanted: What would be right.
        example: A line that works.
    """

    def __init__(self, found: str, wanted: Say, example: str) -> None:
        self.found = found if len(found) <= _SHOWN else found[: _SHOWN - 1] + "…"
        self.wanted = wanted
        self.example = example
        super().__init__(f"cannot read {self.found!r}; for example {example!r}")
