"""Takes what was pushed out of where the server kept it."""

from collections.abc import Iterator

from watchers.sources.otlp.settings import OtlpSettings
from watchers.streams.entry import Entry, Opening, Stream, SupplyError
from watchers.streams.pushed import Pushed

_AT_ONCE = 2000


def build(_settings: OtlpSettings, opening: Opening) -> "PushedRecords":
    """Go on behind the mark.

    Raises:
        SupplyError: If nothing can be pushed to this process.
    """
    if opening.pushed is None:
        raise SupplyError("is pushed to larkwatch serve: give this watch to the server")
    return PushedRecords(opening, opening.pushed)


def keep_s(_settings: OtlpSettings) -> float:
    """Numbers lead behind what was read: nothing is read twice."""
    return 0.0


class PushedRecords:
    """Reads on from a number; it is the mark.

    Attributes:
        more: Whether there is more at once.
        lag_s: How long ago the line read last came, while there is more.
        note: Nothing is wrong with what is there.
        descriptors: None; it is looked at again and again.
    """

    note = ""
    descriptors: frozenset[int] = frozenset()

    def __init__(self, opening: Opening, pushed: Pushed) -> None:
        self.more = False
        self.lag_s = 0.0
        self._watch = opening.watch
        self._clock = opening.clock
        self._pushed = pushed
        self._number = int(opening.mark or 0)

    def draw(self) -> Iterator[Entry]:
        """What came since, in the order in which it came."""
        found = self._pushed.after(self._watch, self._number, _AT_ONCE)
        self.more = len(found) == _AT_ONCE
        self.lag_s = 0.0
        for number, line in found:
            self._number = number
            yield Entry(
                mark=str(number),
                stream=Stream(path=line.path, labels=line.labels),
                id=str(number),
                text=line.text.encode("utf-8", "replace"),
                at_s=line.at.timestamp(),
                dated=line.dated,
            )
        if self.more:
            self.lag_s = max(0.0, (self._clock.now() - found[-1].line.at).total_seconds())

    def close(self) -> None:
        """Let go of the way there."""
        self._pushed.close()
