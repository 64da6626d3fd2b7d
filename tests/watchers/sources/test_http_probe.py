"""An address asked again and again: good, bad and missing answers are lines."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.watchers.drawing import Drawing
from tests.watchers.following import MovedClock
from tests.watchers.sources.exchanges import Loki, loki
from watchers.watch import Watch


@pytest.fixture
def server() -> Iterator[Loki]:
    with loki() as server:
        server.fails = (200, "queue 3\nERROR stuck\n")
        yield server


def watch(server: Loki, **said: Any) -> Watch:
    settings = {"url": f"{server.url}/queue?key=secret", **said}
    return Watch.model_validate({"name": "queue", "http": settings})


def test_a_good_answer_is_a_line_of_level_info(server: Loki) -> None:
    with Drawing(watch(server), MovedClock()) as drawing:
        (line,) = drawing.look()
        address = server.url.removeprefix("http://")
        assert line.startswith(f"level=info address={address}/queue status=200 took_s=")
        assert "secret" not in line
        assert drawing.blocks[0].labels == {"service": "queue"}


def test_a_bad_answer_is_one_of_level_error(server: Loki) -> None:
    server.fails = (503, "")
    with Drawing(watch(server), MovedClock()) as drawing:
        (line,) = drawing.look()
        assert line.startswith("level=error ")
        assert " status=503 " in line


def test_which_codes_are_good_can_be_said(server: Loki) -> None:
    server.fails = (404, "")
    with Drawing(watch(server, status=[404]), MovedClock()) as drawing:
        assert drawing.look()[0].startswith("level=info ")


def test_what_it_says_can_be_read_too(server: Loki) -> None:
    with Drawing(watch(server, body=True), MovedClock()) as drawing:
        assert drawing.look()[1:] == ["queue 3", "ERROR stuck"]


def test_it_is_asked_when_its_time_has_come_also_over_a_restart(server: Loki) -> None:
    clock = MovedClock()
    with Drawing(watch(server, every="1m"), clock) as drawing:
        assert len(drawing.look()) == 1
        clock.pass_by(30)
        drawing.restart()
        assert drawing.look() == []
        clock.pass_by(31)
        assert len(drawing.look()) == 1


def test_nobody_there_is_a_line_and_a_trouble(server: Loki) -> None:
    settings = watch(server)
    server.close()
    with Drawing(settings, MovedClock()) as drawing:
        (line,) = drawing.look()
        assert line.startswith("level=error ")
        assert 'msg="Connection refused"' in line
        (trouble,) = drawing.source.troubles()
        assert trouble.absent
        assert "cannot be reached" in trouble.text
