"""When records were written, as the source of a stream knows it better than their text."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from watchers.record import Block, Record


class Times:
    """The times of the entries of one stream, as long as records of them may be open."""

    __slots__ = ("_begins", "_times")

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._times: list[float] = []

    def add(self, block: Block) -> None:
        """Know those of a block."""
        for begin, at_s in block.times:
            if self._begins and begin <= self._begins[-1]:
                continue  # of a block that was cut in two
            self._begins.append(begin)
            self._times.append(at_s)

    def given(self, records: Iterable[Record]) -> list[Record]:
        """The same records, each with the time of the entry that it begins in."""
        if not self._begins:
            return list(records)
        return [replace(one, at=self._at(one.offset)) for one in records]

    def forget(self, before: int) -> None:
        """No record begins before this offset any more."""
        gone = bisect_right(self._begins, before) - 1
        if gone > 0:
            del self._begins[:gone], self._times[:gone]

    def _at(self, offset: int) -> datetime | None:
        place = bisect_right(self._begins, offset) - 1
        return datetime.fromtimestamp(self._times[place], UTC) if place >= 0 else None
