"""A source whose supply fails: patience, what is said of it, and when it is well again."""

from collections.abc import Iterator

from tests.watchers.following import MovedClock
from watchers.record import Block
from watchers.streams.entry import Entry, Stream, SupplyError
from watchers.streams.source import SETTLED_S, StreamSource

STREAM = Stream(path="x")


class Supply:
    """Says nothing at its first draw, then fails while told to, else has a line."""

    more = False
    lag_s = 0.0
    note = ""
    descriptors: frozenset[int] = frozenset()

    def __init__(self, place: "Place") -> None:
        self._place = place
        self._drawn = 0

    def draw(self) -> Iterator[Entry]:
        self._drawn += 1
        if self._drawn == 1:
            return
        if self._place.fails:
            raise SupplyError("it broke", absent=True)
        if self._place.speaks:
            self._place.said += 1
            name = str(self._place.said)
            yield Entry(mark=name, stream=STREAM, id=name, text=name.encode())

    def close(self) -> None:
        """Nothing is held."""


class Place:
    def __init__(self) -> None:
        self.fails = self.speaks = True
        self.said = self.built = 0
        self.clock = MovedClock()
        self.source = StreamSource(
            name="w", kind="k", positions={}, clock=self.clock, build=self._build
        )

    def _build(self, _mark: str) -> Supply:
        self.built += 1
        return Supply(self)

    def look(self, seconds: int) -> list[bytes]:
        found = []
        for _ in range(seconds * 2):
            found += [one.data for one in self.source.read() if isinstance(one, Block)]
            self.clock.pass_by(0.5)
        return found


def test_what_opens_and_fails_a_moment_later_is_tried_with_growing_patience() -> None:
    place = Place()
    place.look(65)
    assert place.built == 6  # after 1, 2, 4, 8, 16 and 32 seconds, and the moments they took


def test_meanwhile_it_is_said_all_the_time_and_nothing_is_heard() -> None:
    place = Place()
    place.look(2)
    for _ in range(20):
        place.look(1)
        (trouble,) = place.source.troubles()
        assert (trouble.text, trouble.absent) == ("it broke", True)
        assert place.source.open_files == 0
    assert place.source.lag()[1] > 15


def test_it_is_well_again_with_the_first_word() -> None:
    place = Place()
    place.look(2)
    place.fails = False
    assert place.look(4) != []
    assert place.source.troubles() == []
    assert place.source.lag() == (0, 0.0)


def test_or_when_it_stayed_open_for_a_while() -> None:
    place = Place()
    place.look(2)
    place.fails = place.speaks = False
    place.look(2)
    assert place.source.troubles() != []
    place.look(int(SETTLED_S) + 2)
    assert place.source.troubles() == []
