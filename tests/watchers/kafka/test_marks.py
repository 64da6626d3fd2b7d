"""How far partitions are read, as it is stored."""

from hypothesis import given
from hypothesis import strategies as st

from watchers.sources.kafka.marks import MOST_ORIGINS, Marks, offsets_in

DRAWS = st.lists(
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 12)), max_size=8),
    min_size=1,
    max_size=6,
)


@given(DRAWS, st.integers(0, 40))
def test_whoever_goes_on_from_any_mark_knows_the_same_lines_for_known(
    draws: list[list[tuple[str, int]]], stop: int
) -> None:
    log = [one for draw in draws for one in draw]
    marks, known, said, at = Marks(), [], [], 0
    marks.set("t/0", 0)
    for draw in draws:
        marks.begin()
        for origin, end in draw:
            known.append(marks.again(origin, end))
            said.append(marks.mark("t/0", at))
            at += 1
    if not said:
        return
    stop = min(stop, len(said) - 1)
    later = Marks.read(said[stop])
    later.begin()  # nothing is assigned yet
    assert later.at == {"t/0": stop + 1}
    found = {n: later.again(*log[n]) for n in range(later.since["t/0"], len(log))}
    assert [found[n] for n in range(stop + 1, len(log))] == known[stop + 1 :]


def test_a_mark_tells_each_partition_and_what_is_none_tells_of_no_partition() -> None:
    marks = Marks(at={'t"x/0': 3, "t/1": 4})
    marks.begin()
    said = marks.mark("t/1", 9)
    assert list(offsets_in(said)) == [('t"x', 0, 3), ("t", 1, 10)]
    assert marks.text() == said
    assert list(offsets_in("")) == list(offsets_in("{")) == list(offsets_in("[]")) == []


def test_of_very_many_files_those_heard_of_last_are_known() -> None:
    marks = Marks()
    for n in range(MOST_ORIGINS + 1):
        assert not marks.again(str(n), 1)
    assert not marks.again("0", 1)
    assert marks.again(str(MOST_ORIGINS), 1)
