"""Standard input: every line once, whatever the pieces it comes in, until its end."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.following import MovedClock
from watchers.sources.stdin import ENDED, Stdin
from watchers.streams.entry import Opening


class Pipe:
    """A supply over a pipe, and its other end."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        opening = Opening(watch="in", mark="", from_start=False, clock=MovedClock())
        self.supply = Stdin(self.reading, opening)

    def write(self, data: bytes) -> None:
        os.write(self.writing, data)

    def draw(self) -> list[bytes]:
        found = [entry.text for entry in self.supply.draw()]
        while self.supply.more:
            found += [entry.text for entry in self.supply.draw()]
        return found

    def end(self) -> None:
        os.close(self.writing)
        self.writing = -1

    def close(self) -> None:
        os.close(self.reading)
        if self.writing >= 0:
            os.close(self.writing)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.close()


def test_lines_are_handed_out_whole(pipe: Pipe) -> None:
    assert pipe.draw() == []
    pipe.write(b"one\ntwo\nthr")
    assert pipe.draw() == [b"one\ntwo"]
    pipe.write(b"ee\n")
    assert pipe.draw() == [b"three"]


def test_the_end_gives_the_last_line_and_is_said(pipe: Pipe) -> None:
    pipe.write(b"last")
    pipe.end()
    assert pipe.draw() == [b"last"]
    assert pipe.supply.note == ENDED
    assert pipe.supply.descriptors == frozenset()
    assert pipe.draw() == []


def test_a_line_without_end_is_cut(pipe: Pipe) -> None:
    for _ in range(20):
        pipe.write(b"x" * 60_000)
        assert pipe.draw() == []
    pipe.write(b"\nnext\n")
    (found,) = pipe.draw()
    assert found == b"x" * 65536 + b"\nnext"


def test_each_run_is_told_apart_from_the_one_before() -> None:
    runs = []
    for second in (0, 1):
        clock = MovedClock()
        clock.pass_by(second)
        runs.append(Stdin(-1, Opening(watch="in", mark="", from_start=False, clock=clock))._run)
    assert len(set(runs)) == 2


@given(st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\x00", b"\n")), max_size=20))
def test_whatever_the_pieces_the_lines_are_the_same(pieces: list[bytes]) -> None:
    pipe = Pipe()
    found: list[bytes] = []
    for piece in pieces:
        pipe.write(piece)
        found += pipe.draw()
    pipe.end()
    found += pipe.draw()
    pipe.close()
    whole = b"".join(pieces)
    assert b"".join(one + b"\n" for one in found).rstrip(b"\n") == whole.rstrip(b"\n")
    lines = whole.count(b"\n") + (not whole.endswith(b"\n") and whole != b"")
    assert sum(one.count(b"\n") + 1 for one in found) == lines
