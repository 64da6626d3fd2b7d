"""Asking by time: whatever comes when, in pages of whatever size, counts once."""

from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.following import MovedClock
from watchers.record import Block
from watchers.streams.entry import Stream
from watchers.streams.feed import MOST_RECENT
from watchers.streams.paging import LONGEST_SPAN, SECOND, Found, Paging
from watchers.streams.reach import Schedule
from watchers.streams.source import StreamSource

STREAM = Stream(path="x")
DELAY, OVERLAP = 10, 60


class Server:
    """Lines with a time and, perhaps later, an arrival; and who reads them, through restarts."""

    def __init__(self, page: int = 10) -> None:
        self.clock = MovedClock()
        self.began = round(self.clock.now().timestamp() * SECOND)
        self.lines: list[tuple[int, str]] = []
        self.spans: list[tuple[int, int]] = []
        self.positions: dict[str, str] = {}
        self.read: list[str] = []
        self._page = page
        self.source = self._open()

    def restart(self) -> None:
        self.source.close()
        self.source = self._open()

    def say(self, text: str, late_s: float = 0.0) -> None:
        now = round(self.clock.now().timestamp() * SECOND)
        self.lines.append((now - round(late_s * SECOND), text))

    def look(self) -> None:
        for _ in range(1000):
            for item in self.source.read():
                if isinstance(item, Block):
                    self.read += item.data.decode().split("\n")[:-1]
                    self.source.position(item.key, item.end)
            self.positions.update(self.source.take_settled())
            if self.source.caught_up:
                return
        raise AssertionError("never caught up")

    def _open(self) -> StreamSource:
        schedule = Schedule.model_validate(
            {"page": self._page, "delay": f"{DELAY}s", "overlap": f"{OVERLAP}s", "every": "5s"}
        )
        return StreamSource(
            name="w",
            kind="k",
            positions=self.positions,
            clock=self.clock,
            build=lambda mark: Paging(
                fetch=self._fetch,
                schedule=schedule,
                mark=mark,
                clock=self.clock,
                close=lambda: None,
            ),
            keep_s=OVERLAP + 1.0,
        )

    def _fetch(self, since: int, until: int, most: int) -> list[Found]:
        self.spans.append((since, until))
        inside = sorted(one for one in self.lines if since <= one[0] < until)
        return [
            Found(at=at, id=text, text=text.encode(), stream=STREAM) for at, text in inside[:most]
        ]


acts = st.one_of(
    st.tuples(st.just("say"), st.floats(0, OVERLAP)),
    st.tuples(st.just("burst"), st.integers(1, 40)),
    st.tuples(st.just("wait"), st.floats(0.1, 30)),
    st.tuples(st.just("sleep"), st.floats(100, 20_000)),
    st.tuples(st.just("restart"), st.just(0)),
)


@given(st.lists(acts, max_size=40))
def test_whatever_happens_every_line_is_read_exactly_once(history: list[tuple[str, float]]) -> None:
    server = Server()
    server.look()
    server.clock.pass_by(OVERLAP + DELAY)
    said = 0
    for act, figure in history:
        if act == "say":
            server.say(f"line {said}", figure)
            said += 1
        elif act == "burst":
            for _ in range(int(figure)):
                server.say(f"line {said}")
                said += 1
        elif act == "restart":
            server.restart()
        else:
            server.clock.pass_by(figure)
        server.look()
    server.clock.pass_by(DELAY + 6)
    server.look()
    assert sorted(server.read) == sorted(f"line {n}" for n in range(said))


def test_a_long_absence_is_caught_up_with_span_by_span() -> None:
    server = Server()
    server.look()
    server.clock.pass_by(10 * 3600)
    server.spans.clear()
    server.look()
    assert len(server.spans) >= 10
    assert all(until - since <= LONGEST_SPAN for since, until in server.spans)


def test_more_lines_than_are_remembered_are_still_read_once() -> None:
    server = Server(page=5000)
    server.look()
    for round_ in range(4):
        for n in range(MOST_RECENT // 2):
            server.lines.append((server.began + (round_ * 5 + 1) * SECOND + n, f"{round_}.{n}"))
        server.clock.pass_by(5)
        server.look()
    server.clock.pass_by(DELAY + 60)
    server.look()
    server.restart()
    server.look()
    assert len(server.read) == len(set(server.read)) == 2 * MOST_RECENT


def test_how_far_it_is_behind_is_said_while_it_catches_up() -> None:
    server = Server()
    server.look()
    server.clock.pass_by(5 * 3600)
    list(server.source.read())
    assert not server.source.caught_up
    assert 3 * 3600 < server.source.lag()[1] < 5 * 3600
    server.look()
    assert server.source.lag() == (0, 0.0)


def test_an_instant_with_more_lines_than_can_be_asked_for_is_said_and_passed() -> None:
    server = Server(page=5000)
    server.look()
    for n in range(6000):
        server.lines.append((server.began + SECOND, f"a{n}"))
    server.lines.append((server.began + 2 * SECOND, "after"))
    server.clock.pass_by(60)
    list(server.source.read())
    list(server.source.read())
    (trouble,) = server.source.troubles()
    assert "more than 5000 lines at one instant" in trouble.text
    server.look()
    assert "after" in server.read
