"""From samples to findings: what lasts is told, what flutters is not, and what is over is said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.builders import NOW, host_sample
from watchers.detectors.health import CheckTerms, HealthDetector, HealthTerms
from watchers.finding import Finding, Severity
from watchers.health import CheckResult, CheckStatus, Disk, ProcessUse

MINUTE = timedelta(minutes=1)
TERMS = HealthTerms(
    levels={
        "disk": {Severity.HIGH: 0.9, Severity.CRITICAL: 0.95},
        "cpu": {Severity.MEDIUM: 0.95},
        "inodes": {Severity.HIGH: 0.9},
        "swap": {Severity.LOW: 0.5},
        "load": {Severity.LOW: 2.0},
    },
    lasts={"disk": MINUTE, "cpu": 5 * MINUTE},
    checks={"pay": CheckTerms(severity=Severity.CRITICAL, service="pay", fails=2)},
)


class Host:
    """A detector that gets a sample every ten seconds."""

    def __init__(self, terms: HealthTerms = TERMS) -> None:
        self.detector = HealthDetector("web-1", terms)
        self.now_s = 0.0

    def at(self, **fields: Any) -> tuple[Finding, ...]:
        self.now_s += 10
        at = NOW + timedelta(seconds=self.now_s)
        return self.detector.detect(host_sample(at=at, **fields), self.now_s)

    def disk(self, *shares: float) -> list[Finding]:
        found: list[Finding] = []
        for used in shares:
            one = Disk(mount="/data", used=used, total_bytes=100 << 30, free_bytes=3 << 30)
            found += [o for o in self.at(disks=(one,)) if o.rule == "health:disk"]
        return found

    def check(self, *states: CheckStatus, kind: str = "http") -> list[Finding]:
        found: list[Finding] = []
        for status in states:
            at = NOW + timedelta(seconds=self.now_s + 10)
            result = CheckResult(name="pay", kind=kind, status=status, at=at, detail="HTTP 503")
            found += [one for one in self.at(checks=(result,)) if one.rule == "health:check"]
        return found


UP, WARNING, DOWN = CheckStatus.UP, CheckStatus.WARNING, CheckStatus.DOWN


def test_a_disk_that_stays_almost_full_is_told_once_then_each_minute() -> None:
    host = Host()
    assert host.disk(*[0.92] * 6) == []
    (first,) = host.disk(0.92)
    assert (first.rule, first.severity) == ("health:disk", Severity.HIGH)
    assert first.labels == {"host": "host-1", "mount": "/data"}
    assert first.title == "Disk /data 92%, 3.0 GiB free"
    assert (first.value, first.unit, first.recovers) == (92.0, "%", False)
    again = host.disk(*[0.92] * 12)
    assert len(again) == 2
    assert len({one.id for one in (first, *again)}) == 3


def test_it_is_told_anew_at_once_when_it_gets_worse() -> None:
    host = Host()
    host.disk(*[0.92] * 7)
    worse = host.disk(*[0.96] * 7)
    assert [one.severity for one in worse][-1] is Severity.CRITICAL


def test_what_flutters_around_its_level_is_never_told_and_what_was_told_is_not_over() -> None:
    host = Host()
    assert host.disk(*[0.91, 0.89] * 30) == []
    host.disk(*[0.92] * 7)
    fluttering = host.disk(*[0.91, 0.87, 0.89] * 10)
    assert fluttering
    assert not any(one.recovers for one in fluttering)


def test_it_is_over_when_it_is_well_below_for_as_long() -> None:
    host = Host()
    host.disk(*[0.92] * 7)
    assert host.disk(*[0.89] * 30)[-1].recovers is False
    assert not any(one.recovers for one in host.disk(*[0.5] * 6))
    (over,) = host.disk(0.5)
    assert (over.recovers, over.rule) == (True, "health:disk")
    assert host.disk(*[0.5] * 30) == []


def test_what_was_told_before_the_agent_started_is_said_to_be_over_once() -> None:
    host = Host()
    assert [one.recovers for one in host.disk(*[0.5] * 30)] == [True]


def test_a_busy_cpu_is_told_with_who_is_busy() -> None:
    host = Host()
    java = ProcessUse(pid=7, name="java", cpu=0.91, memory_bytes=2 << 30)
    found = [one for n in range(31) for one in host.at(cpu=0.97, by_cpu=(java,))]
    (told,) = [one for one in found if one.rule == "health:cpu" and not one.recovers]
    assert "java (7)" in told.samples[0].text
    assert told.title == "CPU 97%"


def test_swap_load_and_inodes_are_told_where_they_have_levels() -> None:
    host = Host()
    full = Disk(mount="/", used=0.1, total_bytes=1, free_bytes=1, inodes=0.99)
    found = host.at(swap=0.6, load=(9.0, 1.0, 1.0), cores=4, disks=(full,))
    assert {one.rule for one in found if not one.recovers} == {
        "health:swap",
        "health:load",
        "health:inodes",
    }


def test_a_check_must_fail_and_pass_twice() -> None:
    host = Host()
    assert host.check(DOWN) == []
    (told,) = host.check(DOWN)
    assert told.severity is Severity.CRITICAL
    assert told.labels == {"host": "host-1", "check": "pay", "service": "pay"}
    assert told.title == "pay fails: HTTP 503"
    assert host.check(UP, DOWN, UP) == []
    (over,) = host.check(UP)
    assert over.recovers


def test_a_result_that_is_seen_again_is_no_second_run() -> None:
    host = Host()
    result = CheckResult(name="pay", kind="tcp", status=DOWN, at=NOW)
    assert not [one for n in range(5) for one in host.at(checks=(result,)) if "check" in one.rule]


def test_a_warning_is_medium_at_most() -> None:
    (told,) = Host().check(WARNING, WARNING)
    assert (told.severity, told.title) == (Severity.MEDIUM, "pay warns: HTTP 503")


def test_a_disk_that_is_gone_begins_anew_when_it_is_back() -> None:
    host = Host()
    host.disk(*[0.92] * 7)
    host.at()
    assert host.disk(*[0.92] * 6) == []


def test_a_figure_without_levels_is_never_told() -> None:
    host = Host(replace(TERMS, levels={}))
    assert host.disk(*[1.0] * 60) == []
