"""Logs of containers: what the runtime puts around lines is taken off, and parts are joined."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.watching import Watching, shown
from watchers.sources.file.decode import Decoder
from watchers.sources.file.settings import WatchSettings
from watchers.sources.file.unwrap import open_at, unwrapped

TIME = "2026-11-23T10:00:00.123456789Z"


def docker(text: str, stream: str = "stdout", *, ends: bool = True) -> str:
    log = text + "\n" if ends else text
    return json.dumps({"log": log, "stream": stream, "time": TIME}, separators=(",", ":")) + "\n"


def cri(text: str, stream: str = "stdout", *, ends: bool = True) -> str:
    return f"{TIME} {stream} {'F' if ends else 'P'} {text}\n"


RUNTIMES = pytest.mark.parametrize("written", [docker, cri], ids=["docker", "cri"])


@RUNTIMES
def test_case_51_lines_are_as_the_container_wrote_them(written: object) -> None:
    assert callable(written)
    lines = ["ERROR plain", "", "\tindented", 'quo"ted \\ 支付 <a>', "CRLF"]
    for chosen in (lines, lines[:1], lines[:2]):
        raw = "".join(written(line) for line in chosen).encode()
        view = Decoder("utf-8", wrapped=True).view(raw)
        assert view.text.decode() == "".join(f"{line}\n" for line in chosen)
        starts = [0, *itertools.accumulate(len(written(line).encode()) for line in chosen)]
        ours = [0, *itertools.accumulate(len(line.encode()) + 1 for line in chosen)]
        assert [view.raw_offset(at) for at in ours] == starts
        assert [view.text_offset(at) for at in starts] == ours


@RUNTIMES
def test_case_51_parts_of_a_line_are_joined_although_another_stream_writes_in_between(
    written: object,
) -> None:
    assert callable(written)
    pieces = [
        written("ERROR one ", ends=False),
        written("other", "stderr"),
        written("two ", ends=False),
        written("three"),
        written("four"),
    ]
    found = unwrapped("".join(pieces).encode())
    assert found.text == b"ERROR one two three\nother\nfour\n"
    assert found.open_at == open_at("".join(pieces).encode()) == len("".join(pieces))
    cut = unwrapped("".join(pieces[:3]).encode())
    assert cut.open_at == open_at("".join(pieces[:3]).encode()) == 0
    assert cut.text == b"ERROR one two \nother\n"


def test_what_no_runtime_wrapped_stays() -> None:
    raw = b'plain\n{"log":7}\n{"log":"torn\n' + cri("x").encode()
    assert unwrapped(raw).text == b'plain\n{"log":7}\n{"log":"torn\nx\n'
    assert Decoder("utf-8", wrapped=True).text(docker("ERROR x").encode()) == "ERROR x"


def test_a_line_that_never_ends_is_cut() -> None:
    part = docker("x" * 16384, ends=False).encode()
    found = unwrapped(part * 100)
    assert found.text.count(b"\n") == 2
    assert found.open_at > 0


@given(st.lists(st.tuples(st.text(max_size=8), st.booleans(), st.booleans()), max_size=12))
def test_the_quick_way_and_the_thorough_one_agree(
    said: list[tuple[str, bool, bool]],
) -> None:
    lines = [text.replace("\n", "").replace("\r", "") for text, _, _ in said]
    for written in (docker, cri):
        raw = "".join(map(written, lines)).encode("utf-8", "replace")
        # A foreign line switches to the thorough way.
        thorough = unwrapped(raw + b"foreign\n").text.removesuffix(b"foreign\n")
        assert unwrapped(raw).text == thorough


@RUNTIMES
def test_case_51_a_watch_finds_traces_and_long_lines_of_containers_once(
    tmp_path: Path, written: object
) -> None:
    assert callable(written)
    log = tmp_path / "x-json.log"
    log.write_text(written("2026-11-23 10:00:00 ERROR pay failed") + written("\tat a.b(C.java:1)"))
    watching = Watching(log, format="docker")
    (found,) = watching.look()
    assert shown([found]) == ["2026-11-23 10:00:00 ERROR pay failed\n\tat a.b(C.java:1)"]
    with log.open("a") as file:
        file.write(written("ERROR long ", ends=False))
    watching.pipeline._pass()
    watching.restart()
    with log.open("a") as file:
        file.write(written("and longer ", ends=False) + written("line") + written("fine"))
    (found,) = watching.look()
    assert shown([found]) == ["ERROR long and longer line"]
    watching.restart()
    assert watching.look() == []
    with log.open("a") as file:
        file.write(written("ERROR without an end", ends=False))
    assert shown(watching.look(seconds=3.0) + watching.look()) == ["ERROR without an end"]
    watching.close()


def test_the_folders_of_runtimes_are_known() -> None:
    def wrapped(*files: str, **said: str) -> bool:
        return WatchSettings.model_validate({"name": "a", "files": files, **said}).wrapped

    assert wrapped("/var/lib/docker/containers/*/*-json.log")
    assert wrapped("/var/log/pods/*/*/*.log", "/var/log/containers/*.log")
    assert wrapped("/x.log", format="cri")
    assert not wrapped("/var/log/pods/a.log", "/var/log/x.log")
    assert not wrapped("/var/log/pods/a.log", format="json")
