"""Watches of what is no file, from what was said to the report: labels, places, progress."""

import sys
from typing import Any

import pytest
from pydantic import ValidationError

from tests.waiting import until
from tests.watchers.test_agent import Desk
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.watch import Watch


def agent(desk: Desk, **said: Any) -> Agent:
    watch = Watch.model_validate({"name": "w", "trace_idle_s": 0.05, **said})
    return Agent(
        name="agent",
        host="box",
        watches=[watch],
        rules=DEFAULT_RULES,
        sink=desk,
        positions=dict(desk.positions),
        clock=SystemClock(),
    )


def test_what_a_program_prints_is_found_and_placed() -> None:
    desk = Desk()
    script = "print('x'); print('ERROR disk'); print('  at: sda')"
    running = agent(desk, command={"run": [sys.executable, "-c", script]}, labels={"team": "a"})
    running.start()
    until(lambda: bool(desk.findings))
    until(lambda: "w/" in desk.positions)
    assert running.stop(5)
    (found,) = desk.findings
    assert found.labels == {"service": "w", "host": "box", "team": "a"}
    assert found.samples[0].text == "ERROR disk\n  at: sda"
    assert found.samples[0].place.startswith("command:python")
    assert found.samples[0].spot is not None
    assert found.samples[0].spot.before == ("x",)
    assert found.watch == "w"


def test_a_run_that_fails_is_found_by_the_built_in_rules() -> None:
    desk = Desk()
    running = agent(desk, command={"run": [sys.executable, "-c", "raise SystemExit(2)"]})
    running.start()
    until(lambda: bool(desk.findings))
    assert running.stop(5)
    assert "exit=2" in desk.findings[0].samples[0].text


def test_two_runs_that_print_the_same_count_twice() -> None:
    """A finding's id must not be that of another run's: places in both begin at 0."""
    desk = Desk()
    for _ in range(2):
        running = agent(desk, command={"run": ["echo", "ERROR same"], "every": "1s"})
        before = len(desk.findings)
        running.start()
        until(lambda before=before: len(desk.findings) > before)  # type: ignore[misc]
        assert running.stop(5)
    assert len({one.id for one in desk.findings}) == len(desk.findings) >= 2


def test_a_source_that_is_not_there_says_so_in_its_progress(tmp_path: Any) -> None:
    running = agent(Desk(), journald={"directory": str(tmp_path / "nothing")})
    running.start()
    until(lambda: running.progress[0].state == "error")
    assert "journalctl ended" in running.progress[0].error
    assert running.stop(5)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"files": []},
        {"files": ["a"], "stdin": True},
        {"files": ["a"], "journald": {}, "containers": "docker"},
        {"containers": "podman"},
        {"command": {"run": []}},
        {"command": {"run": ["x"], "every": "often"}},
        {"journald": {"unit": "x"}},
    ],
)
def test_what_is_no_watch_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Watch.model_validate({"name": "w", **said})


def test_what_stands_in_no_file_has_lines_around_and_cannot_be_read_again() -> None:
    desk = Desk()
    script = "print('before'); print('ERROR disk'); print('after')"
    running = agent(desk, command={"run": [sys.executable, "-c", script]})
    running.start()
    until(lambda: bool(desk.findings))
    assert running.stop(5)
    spot = desk.findings[0].samples[-1].spot
    assert spot is not None
    assert (spot.before, spot.findable) == (("before",), False)


def test_a_source_that_fails_is_not_heard(tmp_path: Any) -> None:
    """Else its silence would count as the end of what it told before."""
    running = agent(Desk(), journald={"directory": str(tmp_path / "nothing")})
    running.start()
    until(lambda: running.progress[0].state == "error")
    assert running.progress[0].files == 0
    assert running.stop(5)


def test_a_container_says_what_it_said_and_not_how_its_runtime_keeps_it(tmp_path: Any) -> None:
    desk = Desk()
    home = tmp_path / "shop_pay-7d9f8b6c5-x2x9k_0a1b2c3d" / "app"
    home.mkdir(parents=True)
    log = home / "0.log"
    log.write_text(
        "2026-11-23T10:00:00.1Z stderr P ERROR card \n2026-11-23T10:00:00.2Z stderr F no\n"
    )
    files = [str(tmp_path / "*/*/*.log")]
    running = agent(desk, containers="kubernetes", files=files, from_start=True)
    running.start()
    until(lambda: bool(desk.findings))
    assert running.stop(5)
    (found,) = desk.findings
    assert found.samples[0].text == "ERROR card no"
    assert found.labels == {
        "service": "pay",
        "host": "box",
        "namespace": "shop",
        "pod": "pay-7d9f8b6c5-x2x9k",
        "container": "app",
    }
