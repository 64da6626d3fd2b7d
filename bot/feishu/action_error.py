"""The error of a click that cannot be read."""

from bot.feishu.texts.base import Say


class ActionError(Exception):
    """A click cannot be read.

    Attributes:
        found: What came in, shortened; untrusted text.
        wanted: What would have been right.
    """

    def __init__(self, found: object, wanted: Say) -> None:
        self.found = found if isinstance(found, str) else repr(found)[:80]
        self.wanted = wanted
        super().__init__(f"cannot read the action {self.found!r}")
