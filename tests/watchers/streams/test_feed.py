"""Entries of many streams, dealt with at different speeds, through crashes at any moment."""

from hypothesis import given
from hypothesis import strategies as st

from watchers.record import Block, FileEnd
from watchers.streams.entry import Entry, Stream
from watchers.streams.feed import MOST_STREAMS, Feed

STREAMS = [Stream(path=f"s{n}", labels=(("unit", f"u{n}"),)) for n in range(3)]


def entry(number: int, stream: Stream | None = None, at_s: float | None = None) -> Entry:
    return Entry(
        mark=str(number + 1),
        stream=stream or STREAMS[number % 3],
        id=f"e{number}",
        text=f"line {number}".encode(),
        at_s=float(number) if at_s is None else at_s,
    )


def feed(stored: str = "", keep_s: float = 0.0) -> Feed:
    return Feed(name="w", kind="k", stored=stored, keep_s=keep_s)


def blocks(one: Feed) -> list[Block]:
    return [item for item in one.take() if isinstance(item, Block)]


def test_entries_of_a_stream_are_one_block_with_its_labels() -> None:
    one = feed()
    for number in range(6):
        assert one.add(entry(number))
    found = blocks(one)
    assert [block.data for block in found] == [
        b"line 0\nline 3\n",
        b"line 1\nline 4\n",
        b"line 2\nline 5\n",
    ]
    assert (found[0].path, found[0].labels, found[0].lines) == ("s0", {"unit": "u0"}, 2)
    assert blocks(one) == []


def test_the_mark_waits_for_the_slowest_stream() -> None:
    one = feed()
    for number in range(6):
        one.add(entry(number))
    found = blocks(one)
    one.dealt_with(found[1].key, found[1].end)
    one.dealt_with(found[2].key, found[2].end)
    assert one.mark == ""
    one.dealt_with(found[0].key, len(b"line 0\n"))
    assert one.mark == "3"
    one.dealt_with(found[0].key, found[0].end)
    assert one.mark == "6"


def test_a_mark_alone_counts_once_all_before_it_is_dealt_with() -> None:
    one = feed()
    one.add(entry(0))
    one.add(Entry(mark="later"))
    assert one.mark == ""
    (block,) = blocks(one)
    one.dealt_with(block.key, block.end)
    assert one.mark == "later"


def test_what_is_read_again_within_the_time_kept_is_known() -> None:
    one = feed(keep_s=10.0)
    for number in range(3):
        one.add(entry(number))
    for block in blocks(one):
        one.dealt_with(block.key, block.end)
    again = feed(one.state() or "", keep_s=10.0)
    assert not again.add(entry(1))
    assert again.add(entry(50))
    for block in blocks(again):
        again.dealt_with(block.key, block.end)
    assert again.add(entry(1)), "long ago: not known any more"


def test_what_another_kind_or_nobody_wrote_is_not_read() -> None:
    for stored in ("", "{}", "[]", '{"v":1,"globs":["a"]}', '{"v":1,"kind":"x","mark":"7"}'):
        assert feed(stored).mark == ""


def test_of_very_many_streams_the_quietest_ends() -> None:
    one = feed()
    for number in range(MOST_STREAMS + 1):
        one.add(entry(number, Stream(path=f"p{number}")))
        for block in blocks(one):
            one.dealt_with(block.key, block.end)
    assert one.streams == MOST_STREAMS
    one.add(entry(9999, Stream(path="p0")))
    ended = [item for item in one.take() if isinstance(item, FileEnd)]
    assert len(ended) == 1


def test_a_stream_of_a_later_run_is_other_content() -> None:
    """Findings are told apart by it: places in both begin at 0."""
    ids = set()
    for number in (0, 3):
        one = feed()
        one.add(entry(number))
        ids |= {block.file_id for block in blocks(one)}
    assert len(ids) == 2


steps = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 4)),
    st.tuples(st.just("deal"), st.integers(0, 2)),
    st.tuples(st.just("save"), st.just(0)),
    st.tuples(st.just("kill"), st.just(0)),
)


@given(st.lists(steps, max_size=60))
def test_through_kills_every_entry_is_dealt_with_exactly_once(
    history: list[tuple[str, int]],
) -> None:
    """What was found goes into the store together with the state: a kill loses both or none."""
    one, stored, read = feed(), "", 0
    waiting: list[Block] = []
    dealt: list[str] = []  # with the state that is saved next
    kept: list[str] = []
    for step, count in [*history, ("save", 0), ("kill", 0), ("add", 1)]:
        if step == "add":
            for _ in range(count):
                one.add(entry(read))
                read += 1
            waiting += blocks(one)
        elif step == "deal" and waiting:
            block = waiting.pop(count % len(waiting))
            if any(other.key == block.key for other in waiting):
                waiting.append(block)  # a file's blocks are dealt with in order
                waiting.sort(key=lambda one: one.offset)
                block = waiting.pop(next(i for i, b in enumerate(waiting) if b.key == block.key))
            one.dealt_with(block.key, block.end)
            dealt += block.data.decode().splitlines()
        elif step == "save":
            stored = one.state() or stored
            kept, dealt = kept + dealt, []
        elif step == "kill":
            one, waiting, dealt = feed(stored), [], []
            read = int(one.mark or 0)
    for number in range(read, read + 20):
        one.add(entry(number))
    for block in [*waiting, *blocks(one)]:
        one.dealt_with(block.key, block.end)
        kept += block.data.decode().splitlines()
    last = read + 20
    assert sorted(kept) == sorted(f"line {number}" for number in range(last))
    assert one.mark == str(last)
