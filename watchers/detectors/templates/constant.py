"""The constant part of a message by the same masks as templates, for who needs one that stays.

A template may become one with others later; this text is of one message alone, so that what is
counted by it is counted by it for ever.
"""

from watchers.detectors.templates.chinese import seamless
from watchers.detectors.templates.masks import shape_of
from watchers.detectors.templates.miner import Clean
from watchers.detectors.templates.shaping import MOST_CHARS, Shaper, normal
from watchers.detectors.templates.spans import JOINT

_MOST_CHARS_KNOWN = 10_000_000
_NOUGHTS = bytes.maketrans(b"123456789", b"000000000")


class Constants:
    """Remembers messages by their shape; not thread-safe."""

    def __init__(self, clean: Clean = str) -> None:
        """Begin without any; `clean` takes out of a message what must not be kept."""
        self._clean = clean
        self._shaper = Shaper()
        self._known: dict[str | bytes, str] = {}
        self._chars = 0

    def __call__(self, message: str) -> str:
        """The constant part of the first line of a message."""
        head = message.partition("\n")[0][:MOST_CHARS]
        digits = head.encode("utf-8", "replace").translate(_NOUGHTS)
        found = self._known.get(digits)
        if found is None:
            shape = shape_of(head)
            found = self._known.get(shape)
            if found is None:
                words = normal(self._shaper.masked(self._clean(head)))
                found = self._keep(shape, seamless(" ".join(words).replace(JOINT, " ")))
            self._keep(digits, found)
        return found

    def _keep(self, shape: str | bytes, text: str) -> str:
        self._chars += len(shape)
        if self._chars > _MOST_CHARS_KNOWN:
            self._known.clear()
            self._chars = len(shape)
        self._known[shape] = text
        return text
