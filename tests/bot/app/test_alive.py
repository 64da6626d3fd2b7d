"""The signs of life that systemd and health checks look for."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.alive import PULSE, SOCKET, WATCHDOG, WATCHED, Alive


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.settimeout(10)
        yield door


def test_systemd_hears_that_it_is_ready_lives_and_stops(systemd: socket.socket) -> None:
    alive = Alive({SOCKET: systemd.getsockname(), WATCHDOG: "120000000", WATCHED: str(os.getpid())})
    alive.ready()
    alive.stopping()
    heard = [systemd.recv(100) for _ in range(3)]
    assert heard == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


@pytest.mark.parametrize("more", [{}, {WATCHDOG: "120000000", WATCHED: "1"}])
def test_life_is_said_only_by_the_process_whose_life_is_awaited(
    systemd: socket.socket, more: dict[str, str]
) -> None:
    alive = Alive({SOCKET: systemd.getsockname(), **more})
    alive.beat()
    alive.stopping()
    assert systemd.recv(100) == b"STOPPING=1"


def test_an_abstract_address_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind("")  # the kernel gives it an abstract address
        door.settimeout(10)
        Alive({SOCKET: "@" + door.getsockname()[1:].decode()}).stopping()
        assert door.recv(100) == b"STOPPING=1"


def test_each_beat_touches_the_file_that_a_health_check_looks_at(tmp_path: Path) -> None:
    pulse = tmp_path / "pulse"
    Alive({PULSE: str(pulse)}).beat()
    assert pulse.exists()


def test_nobody_asked_and_nothing_is_done() -> None:
    alive = Alive({})
    alive.ready()
    alive.beat()
    alive.stopping()


def test_signs_that_cannot_be_given_are_complained_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alive = Alive({SOCKET: str(tmp_path / "gone"), PULSE: str(tmp_path / "no" / "folder")})
    alive.ready()
    alive.beat()
    assert [one.message for one in caplog.records] == ["a sign of life could not be given"]
