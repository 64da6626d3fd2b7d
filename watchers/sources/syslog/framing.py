"""Cuts what comes over TCP into messages: by counted octets or by line ends (RFC 6587)."""

import re

LONGEST = 64 * 1024
"""Bytes kept of a message; what goes on beyond them is skipped."""
_COUNTED = re.compile(rb"([1-9]\d{0,8}) (?=<)")
_MAYBE_COUNTED = re.compile(rb"[1-9]\d{0,8} ?")
_END = re.compile(rb"[\n\x00]")


class Frames:
    """One connection's messages; holds no more of them than one.

    Each message says by its beginning how it ends: digits before a blank and ``<`` count what
    follows, anything else goes on to the next line end.

    Attributes:
        cut: Messages of which only the beginning was kept.
    """

    def __init__(self) -> None:
        self.cut = 0
        self._held = b""
        self._left = 0
        """Octets of a counted message that are skipped."""
        self._skipping = False
        """The rest of a line is."""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now; empty ones are none."""
        held, at = self._held + data, 0
        found: list[bytes] = []
        while at < len(held):
            if self._left:
                passed = min(self._left, len(held) - at)
                self._left -= passed
                at += passed
                continue
            end = self._one(held, at, found)
            if end < 0:
                break
            at = end
        self._held = held[at:]
        return [one for one in found if one.strip()]

    def end(self) -> list[bytes]:
        """What is left of a connection that has ended."""
        rest, self._held = self._held, b""
        if counted := _COUNTED.match(rest):
            rest = rest[counted.end() :]
        return [rest] if rest.strip() and not self._skipping else []

    def _one(self, held: bytes, at: int, found: list[bytes]) -> int:
        """Take the message that begins at a place; where the next begins, -1 for not yet."""
        if self._skipping:
            stop = _END.search(held, at)
            self._skipping = stop is None
            return len(held) if stop is None else stop.end()
        if counted := _COUNTED.match(held, at):
            return self._counted(held, counted.end(), int(counted[1]), found)
        if _MAYBE_COUNTED.fullmatch(held, at):
            return -1  # the rest of the count may be on its way
        stop = _END.search(held, at)
        end = len(held) if stop is None else stop.start()
        if end - at > LONGEST:
            self.cut += 1
            self._skipping = True
            found.append(held[at : at + LONGEST])
            return end
        if stop is None:
            return -1
        found.append(held[at:end])
        return stop.end()

    def _counted(self, held: bytes, begin: int, size: int, found: list[bytes]) -> int:
        kept = min(size, LONGEST)
        if len(held) < begin + kept:
            return -1
        found.append(held[begin : begin + kept])
        self.cut += size > kept
        self._left = size - kept
        return begin + kept
