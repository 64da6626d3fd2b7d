"""The watch over a machine: what it samples, checks and finds, and how its pace changes."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.builders import report
from tests.waiting import until
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.errors import SinkError
from watchers.finding import Finding, Report
from watchers.health import CheckStatus, HostSample, HostStatus
from watchers.health_watch import HealthSettings, HealthWatch
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.sources.checks.runner import Checks
from watchers.sources.checks.settings import CheckSettings

FAST = timedelta(seconds=2)


def check(**fields: Any) -> CheckSettings:
    return CheckSettings.model_validate(
        {"name": "n", "kind": "command", "command": ["true"], "fails": 1, **fields}
    )


class Desk:
    """A sink that refuses while told to."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.refusing = False

    def accept(self, report: Report) -> None:
        if self.refusing:
            raise SinkError("closed")
        self.reports.append(report)

    @property
    def samples(self) -> list[HostSample]:
        return [one.host for one in self.reports if one.host is not None]

    @property
    def findings(self) -> list[Finding]:
        return [one for some in self.reports for one in some.findings if not one.recovers]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def start(desk: Desk) -> Iterator[Callable[..., Agent]]:
    running: list[Agent] = []

    def begin(*checks: CheckSettings, every: timedelta = FAST, **more: Any) -> Agent:
        clock = SystemClock()
        agent = Agent(
            name="web-1", host="web-1", watches=(), rules=(), sink=desk, positions={}, clock=clock
        )
        settings = HealthSettings(every=every, checks=checks)
        agent.look_after(
            HealthWatch(agent="web-1", host="web-1", settings=settings, clock=clock, **more)
        )
        agent.start()
        running.append(agent)
        return agent

    yield begin
    for agent in running:
        assert agent.stop(10)


def test_a_failing_check_makes_the_host_down_and_is_found(
    desk: Desk, start: Callable[..., Agent]
) -> None:
    start(check(), check(name="queue", command=["false"], service="pay"))
    until(lambda: desk.findings)
    (finding,) = desk.findings
    assert finding.labels == {"host": "web-1", "check": "queue", "service": "pay"}
    assert finding.title == "queue fails: exit code 1"
    sample = desk.samples[0]
    assert sample.status is HostStatus.DOWN
    assert [one.status for one in sample.checks] == [CheckStatus.UP, CheckStatus.DOWN]
    assert sample.every_s == 2.0


def test_what_was_not_taken_comes_again(desk: Desk, start: Callable[..., Agent]) -> None:
    desk.refusing = True
    taken: list[HostSample] = []
    start(check(command=["false"]), offer=taken.append)
    until(lambda: taken)
    threading.Event().wait(0.5)
    desk.refusing = False
    until(lambda: desk.findings and desk.samples)
    assert desk.findings[0].rule == "health:check"


def test_a_new_pace_holds_at_once_and_the_sample_says_so(
    desk: Desk, start: Callable[..., Agent]
) -> None:
    agent = start(every=timedelta(minutes=10))
    until(lambda: len(desk.samples) == 1)
    agent.sample_every(FAST)
    until(lambda: len(desk.samples) >= 3)
    assert desk.samples[-1].every_s == 2.0
    agent.sample_every(None)
    until(lambda: desk.samples[-1].every_s == 600.0)


def test_a_check_that_hangs_neither_holds_up_the_samples_nor_counts_as_well(
    desk: Desk, start: Callable[..., Agent]
) -> None:
    hangs = check(name="hangs", command=["sleep", "60"], timeout="4s")
    start(hangs, check())
    until(lambda: desk.samples)
    assert [one.name for one in desk.samples[0].checks] == ["n"]
    until(lambda: len(desk.samples[-1].checks) == 2)
    stuck = desk.samples[-1].checks[0]
    assert (stuck.name, stuck.status) == ("hangs", CheckStatus.DOWN)
    assert stuck.detail == "did not end within 4 s"


def test_a_check_runs_no_more_often_than_it_says(tmp_path: Path) -> None:
    note = tmp_path / "runs"
    line = f"echo run >> {note}"
    checks = Checks([check(command=["sh", "-c", line], every="1h")], SystemClock())
    for _ in range(3):
        checks.begin()
        assert len(checks.results(10)) == 1
    checks.close()
    assert note.read_text() == "run\n"


def test_what_a_check_saw_is_redacted_like_all_that_leaves_the_host() -> None:
    checks = Checks([check(command=["echo", "password=hunter22 ok"])], SystemClock())
    checks.begin()
    (result,) = checks.results(10)
    checks.close()
    sample = HostSample(host="a", at=result.at, cpu=0, memory=0, disk=0, checks=(result,))
    shown = Redactor(RedactionSettings()).report(report(host=sample)).host
    assert shown is not None
    assert "hunter22" in result.detail
    assert "hunter22" not in shown.checks[0].detail


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "tcp"}, 'for kind tcp also address = "db.example:5432"'),
        ({"kind": "tcp", "address": "db"}, "a host and a port"),
        ({"kind": "tcp", "address": "db:99999"}, "a host and a port"),
        ({"kind": "tcp", "address": "a:1", "url": "http://a"}, "only address, not url"),
        ({"kind": "http", "url": "ftp://a"}, "a web address"),
        ({"kind": "dns", "lookup": "a b"}, "for lookup a name"),
        ({"kind": "dns", "lookup": "a", "server": "1.1.1.1"}, "for server a host and a port"),
        ({"kind": "systemd", "unit": "--help"}, "the name of a unit"),
        ({"kind": "command", "command": ["a"], "timeout": "5m"}, 'from "1s" to "1m"'),
        ({"kind": "command", "command": ["a"], "every": "soon"}, "a span such as"),
        ({"kind": "ping"}, "'tcp', 'http'"),
    ],
)
def test_a_check_that_cannot_be_meant_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CheckSettings.model_validate({"name": "n", **fields})
    assert said in str(refused.value)
