"""Which file is read after which: older generations come first."""

from collections.abc import Sequence

from watchers.sources.file import discovery, likeness
from watchers.sources.file.followed import Followed
from watchers.sources.file.generations import Generations
from watchers.sources.file.tail import Tail


class Order:
    """Lets files wait for older ones; not thread-safe."""

    def __init__(self, files: Followed, places: Generations) -> None:
        self._files = files
        self._places = places

    @staticmethod
    def passed(tail: Tail) -> bool:
        """Whether nothing is left that others would have to wait for."""
        return tail.at_eof and tail.waits_for is None

    def line_up_before(self, tail: Tail, first: Tail | None, between: Sequence[Tail]) -> None:
        """Let each wait for the one before, and the file for the last of them."""
        waiting = first
        for younger in between:
            younger.waits_for, waiting = waiting, younger
        if waiting is not None:
            self._wait(tail, waiting)

    def line_up(self, fresh: set[str]) -> None:
        """Within a family older generations are read before younger ones."""
        for family in sorted({name for key in fresh for name in self._files.by_key[key].families}):
            tails = sorted(self._files.family(family), key=self._age)
            place = {tail.key: number for number, tail in enumerate(tails)}
            older: Tail | None = None
            for tail in tails:
                unread = tail.key in fresh or not tail.read_at
                if older is not None and unread and not _waits(tail, older):
                    first = tail.waits_for
                    if first is None or place.get(first.key, -1) < place[older.key]:
                        self._insert(older, before=tail)
                if tail.at_eof and tail.changed:
                    tail.at_eof = False
                    self._files.due[tail.key] = tail
                older = older if self.passed(tail) else tail

    def after_older(self, tail: Tail, between: list[Tail]) -> list[Tail]:
        """Let an unread file wait for what was copied from it before; the younger ones."""
        if tail.read_at:
            return between
        older = self.older(tail, between)
        self.line_up_before(tail, None, older)
        return [one for one in between if one not in older]

    def older(self, tail: Tail, others: list[Tail]) -> list[Tail]:
        """Those that are older than a file."""
        age = self._age(tail)
        return [one for one in others if self._age(one) < age]

    def _age(self, tail: Tail) -> tuple[int, float, int, str]:
        """Sort key within a family, by where a file stands now, if that is known."""
        stat = tail.content.stat()
        key = discovery.age_order(tail.at, stat.st_mtime)
        if tail.gone_at is None:
            return key
        for place in self._places.of(tail.real or tail.at):
            same = (place.device, place.inode) == (stat.st_dev, stat.st_ino)
            packed = not stat.st_nlink and place.packed and place.changed_at == stat.st_mtime
            if same or (packed and likeness.packed_of(place, [tail.content])):
                return discovery.age_order(place.path, stat.st_mtime)
        return 0, *key[1:]

    def _insert(self, older: Tail, *, before: Tail) -> None:
        """Let a file wait for an older one, and that for what the file waited for so far."""
        if _waits(older, before):
            return
        first = before.waits_for
        self._wait(before, older)
        if first is not None and older.waits_for is None and not _waits(first, older):
            self._wait(older, first)

    def _wait(self, tail: Tail, older: Tail) -> None:
        tail.waits_for = older
        self._files.due[tail.key] = tail  # what is due is asked whether it still waits


def _waits(tail: Tail, other: Tail) -> bool:
    """Whether one waits for another, or for one that does."""
    waiting: Tail | None = tail
    while waiting is not None and waiting is not other:
        waiting = waiting.waits_for
    return waiting is other
