"""Rules that remember, in a running agent: from written lines to findings, over a crash."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.watchers.detectors.kinds import rule
from tests.watchers.following import append
from tests.watchers.test_agent import Desk, until
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.detectors.base import RuleSettings
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.rules.groups import MARK
from watchers.sources.file.settings import WatchSettings


class Skipping(SystemClock):
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)  # noqa: TID251 - it is a clock

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


class Host:
    """A folder, a desk, and the agents between them, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.desk, self.clock = folder, Desk(), Skipping()
        self.agent: Agent | None = None

    def start(self, *rules: RuleSettings, **settings: object) -> None:
        plain = {"name": "w", "files": [f"{self.folder}/*.log"], "trace_idle_s": 0.05}
        self.agent = Agent(
            name="agent",
            host="box",
            watches=[WatchSettings.model_validate({**plain, **settings})],
            rules=rules,
            sink=self.desk,
            positions=dict(self.desk.positions),
            clock=self.clock,
        )
        self.agent.start()

    def stop(self) -> None:
        if self.agent is not None:
            assert self.agent.stop(5)
            self.agent = None

    def windows(self) -> list[str]:
        return [text for key, text in self.desk.positions.items() if key.startswith(MARK) and text]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path)
    yield made
    made.stop()


def test_a_window_goes_on_over_a_restart_together_with_the_positions(host: Host) -> None:
    many = rule("frequency", pattern="ERROR", num_events=3, timeframe="1h")
    append(host.folder / "pay.log", "ERROR 1\nERROR 2\n")
    host.start(many, *DEFAULT_RULES, from_start=True)
    until(lambda: any('"course"' in text for text in host.windows()))
    host.stop()
    append(host.folder / "pay.log", "ERROR 3\n")
    host.start(many, *DEFAULT_RULES)
    until(lambda: any(one.rule == "r" for one in host.desk.findings))
    (found,) = [one for one in host.desk.findings if one.rule == "r"]
    assert (found.title, found.count) == ("r: 3 in 1h", 3)
    assert sum(one.count for one in host.desk.findings if one.rule == "error") == 3
    for report in host.desk.reports:  # what counted a line goes with the position behind it
        kept = [json.loads(text) for key, text in report.positions.items() if key.startswith(MARK)]
        if any(one["key"] for one in kept):
            assert any(key.startswith("w/") for key in report.positions)


def test_silence_is_found_without_any_line_and_its_end_too(host: Host) -> None:
    host.start(rule("flatline", timeframe="1h"), files=[f"{host.folder}/pay.log"])
    until(lambda: any('"course"' in text for text in host.windows()))
    assert not host.desk.findings
    host.clock.ahead += 3700
    until(lambda: bool(host.desk.findings))
    assert host.desk.findings[0].title == "r: 0 in 1h"
    assert host.desk.findings[0].labels == {"service": "pay", "host": "box"}
    append(host.folder / "pay.log", "back again\n")
    until(lambda: host.desk.findings[-1].recovers)


def test_silence_goes_on_over_a_restart(host: Host) -> None:
    flat = rule("flatline", timeframe="1h")
    append(host.folder / "pay.log", "the last line\n")
    host.start(flat, from_start=True)
    until(lambda: any("course" in text for text in host.windows()))
    host.stop()
    host.clock.ahead += 3700
    host.start(flat)
    until(lambda: bool(host.desk.findings))
