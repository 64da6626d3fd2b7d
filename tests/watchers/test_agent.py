"""The agent from written line to report: rules, labels, progress, refusals, restarts."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.waiting import until
from tests.watchers.following import append
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.detectors.keyword import DEFAULT_RULES, KeywordRule
from watchers.errors import SinkError
from watchers.finding import Finding, Report, Response, Severity, SourceProgress
from watchers.sinks.direct import DirectSink
from watchers.sources.file.settings import WatchSettings


class Desk:
    """A sink that keeps what it takes, and refuses while told to."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.positions: dict[str, str] = {}
        self.refusing = False
        self.refused = 0
        self.last_key = ""

    def accept(self, report: Report) -> None:
        if self.refusing:
            self.refused += 1
            raise SinkError("closed for the night")
        self.reports.append(report)
        self.positions.update(report.positions)
        if self.last_key and any(key.startswith(self.last_key) for key in report.positions):
            self.refusing = True

    @property
    def findings(self) -> list[Finding]:
        return [finding for report in self.reports for finding in report.findings]


class Town:
    """A folder, a desk and the agents that were started between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "pay.log"
        self.desk = Desk()
        self.agent: Agent | None = None
        self.clock = SystemClock()

    def start(self, rules: tuple[KeywordRule, ...] = DEFAULT_RULES, **settings: Any) -> None:
        watch = WatchSettings(
            name="w", files=[str(self.folder / "*.log")], trace_idle_s=0.05, **settings
        )
        self.agent = Agent(
            name="agent",
            host="box",
            watches=[watch],
            rules=rules,
            sink=self.desk,
            positions=dict(self.desk.positions),
            clock=self.clock,
        )
        before = len(self.desk.reports)
        self.agent.start()
        until(lambda: len(self.desk.reports) > before or self.desk.refusing or before > 0)

    def stop(self) -> None:
        assert self.agent is not None
        assert self.agent.stop(5)
        self.agent = None

    def found(self, count: int) -> list[Finding]:
        until(lambda: sum(f.count + f.held_back for f in self.desk.findings) >= count)
        return self.desk.findings


class RacingClock(SystemClock):
    """Much passes between two blocks of a file, so that each is handed over by itself."""

    def monotonic(self) -> float:
        return super().monotonic() * 1000


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    if town.agent is not None:
        town.stop()


def test_the_default_rules_tell_panic_error_and_timeout_apart(town: Town) -> None:
    town.start()
    append(town.log, "INFO ok\nERROR card declined\nTIMEOUT at bank\nFATAL ERROR disk\n")
    found = {f.rule: f for f in town.found(3)}
    assert {name: (f.severity, f.responses) for name, f in found.items()} == {
        "error": (Severity.HIGH, {Response.ALERT}),
        "timeout": (Severity.MEDIUM, {Response.RECORD}),
        "panic": (Severity.CRITICAL, {Response.ALERT, Response.RECORD}),
    }
    error = found["error"]
    assert error.labels == {"service": "pay", "host": "box"}
    assert error.annotations == {"file": str(town.log), "message": "ERROR card declined"}
    assert error.samples[0].place == f"{town.log}:8"
    assert error.count == 1


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"level": "error", "m": 1}', "error"),
        ('{"severity":"FATAL"}', "panic"),
        ("ts=1 level=error msg=x", "error"),
        ("level=fatal x", "panic"),
        ("2026/11/23 [error] 7#0: upstream", "error"),
        ("panic: nil map", "panic"),
        ("Traceback (most recent call last):", "error"),
        ("SEVERE: x", "error"),
    ],
)
def test_the_default_rules_know_the_usual_formats(town: Town, line: str, rule: str) -> None:
    town.start()
    append(town.log, f"INFO no ERRORS, MYTIMEOUT, errors=0\r\n{line}\r\n")
    assert [f.rule for f in town.found(1)] == [rule]


def test_a_trace_written_in_pieces_is_one_finding_named_after_its_exception(town: Town) -> None:
    town.start()
    append(town.log, "ERROR failed\njava.net.SocketTimeoutException: TIMEOUT\n\tat a.B(C:1)\n")
    append(town.log, "\tat d.E(ERROR.java:2)\n")
    append(town.log, "INFO on\n")
    (error, timeout) = town.found(2)
    assert error.title == error.labels["error_type"] == "SocketTimeoutException"
    assert error.samples[0].text.endswith("ERROR.java:2)")
    assert (error.count, timeout.count) == (1, 1)


def test_a_rule_can_say_title_labels_and_what_is_left_out(town: Town) -> None:
    rule = KeywordRule(
        name="http-5xx",
        pattern=r'" 5\d\d ',
        severity=Severity.HIGH,
        title="HTTP 5xx",
        exclude="/health",
        labels={"kind": "http"},
    )
    town.start((rule,), service="web", labels={"env": "prod"})
    append(town.log, '"GET /health HTTP/1.1" 500 1\n"GET /a HTTP/1.1" 502 1\n"GET /" 200 1\n')
    (finding,) = town.found(1)
    assert finding.title == "HTTP 5xx"
    assert finding.labels == {"service": "web", "host": "box", "env": "prod", "kind": "http"}
    assert finding.count == 1


def test_a_rule_that_takes_too_long_is_given_up_and_the_others_go_on(town: Town) -> None:
    slow = KeywordRule(name="slow", pattern=r"(?=.*k)(?:x+x+)+y(?!z)", severity=Severity.HIGH)
    town.start(rules=(slow, *DEFAULT_RULES))
    append(town.log, "x" * 3000 + "yzk\nERROR after it\n")
    assert [one.rule for one in town.found(1)] == ["error"]
    until(lambda: any(report.given_up for report in town.desk.reports))
    append(town.log, "kxxy\nERROR again\n")
    assert {one.rule for one in town.found(2)} == {"error"}
    told = [report.given_up for report in town.desk.reports if report.given_up]
    assert told == [{"slow": str(town.log)}]


def test_too_many_kinds_fold_into_one_that_says_what_is_held_back(town: Town) -> None:
    town.start()
    append(town.log, "".join(f"ERROR A{n}Error: x\n" for n in range(80)))
    found = town.found(80)
    other = [f for f in found if f.labels["error_type"] == "other"]
    assert len(found) - len(other) == 50
    assert sum(f.count + f.held_back for f in other) == 30


def test_case_44_refused_reports_are_kept_and_nothing_counts_twice_after_a_restart(
    town: Town,
) -> None:
    town.start()
    town.desk.refusing = True
    append(town.log, "ERROR a\n")
    until(lambda: town.desk.refused > 1)
    town.desk.refusing = False
    assert [f.annotations["message"] for f in town.found(1)] == ["ERROR a"]
    town.desk.refusing = True
    append(town.log, "ERROR b\n")
    until(lambda: town.desk.refused > 3)
    town.stop()
    town.desk.refusing = False
    town.start()
    append(town.log, "ERROR c\n")
    town.found(3)
    assert [s.text for f in town.desk.findings for s in f.samples] == [
        "ERROR a",
        "ERROR b",
        "ERROR c",
    ]


def test_case_26_a_record_open_at_a_stop_is_found_after_it(town: Town) -> None:
    town.start()
    append(town.log, "ERROR a\nINFO\nERROR last\n")
    town.found(1)
    town.stop()
    town.start()
    town.found(2)
    assert sum(f.count for f in town.desk.findings) == 2


def test_case_43_48_a_huge_backlog_is_recorded_and_told_in_one_alert(town: Town) -> None:
    town.start(catch_up_mb=0.01)
    append(town.log, "INFO first\n")
    until(lambda: any("w/" in key and text for key, text in town.desk.positions.items()))
    until(lambda: any('"offset":11' in text for text in town.desk.positions.values()))
    town.stop()
    append(town.log, "ERROR old\nTIMEOUT old\n" * 1000 + "INFO up to here\n")
    town.start(catch_up_mb=0.01)
    until(lambda: any(f.rule == "catch-up" for f in town.desk.findings))
    append(town.log, "ERROR fresh\n")
    until(lambda: town.desk.findings[-1].annotations.get("message") == "ERROR fresh")
    alerts = [f for f in town.desk.findings if Response.ALERT in f.responses]
    assert [f.rule for f in alerts] == ["catch-up", "error"]
    assert alerts[0].title == "1,000 matches were written while nobody read"
    assert alerts[0].severity is Severity.HIGH
    assert "error 1,000" in alerts[0].annotations["message"]
    old = [f for f in town.desk.findings if f.rule == "error" and f not in alerts]
    assert sum(f.count for f in old) == 1000


@pytest.mark.parametrize("left", ["read on", "gone"])
def test_case_43_a_stop_amid_a_backlog_neither_loses_nor_doubles_its_count(
    town: Town, left: str
) -> None:
    town.start(catch_up_mb=0.01)
    append(town.log, "INFO first\n")
    until(lambda: any('"offset":11' in text for text in town.desk.positions.values()))
    town.stop()
    lines = "ERROR old\n" + "INFO nothing to see here\n" * 40
    append(town.log, lines * 3000)
    town.desk.last_key = "backlog:"  # killed after that
    town.clock = RacingClock()
    town.start(catch_up_mb=0.01)
    until(lambda: town.desk.refused > 0)
    town.stop()
    town.desk.last_key, town.desk.refusing = "", False
    counted = sum(f.records for f in town.desk.findings if f.rule == "error")
    assert 0 < counted < 3000
    if left == "gone":
        town.log.unlink()
    town.start(catch_up_mb=10)  # more than what is left
    until(lambda: any(f.rule == "catch-up" for f in town.desk.findings))
    (told_once,) = [f for f in town.desk.findings if f.rule == "catch-up"]
    expected = 3000 if left == "read on" else counted
    assert told_once.title.startswith(f"{expected:,} matches")
    assert sum(f.records for f in town.desk.findings if f.rule == "error") == expected
    assert not any(Response.ALERT in f.responses for f in town.desk.findings if f != told_once)
    until(lambda: not any(k.startswith("backlog:") and t for k, t in town.desk.positions.items()))


def test_case_16_a_last_line_without_its_end_is_found_once(town: Town) -> None:
    town.start(unfinished_idle_s=0.1)
    append(town.log, "panic: died")
    assert [f.rule for f in town.found(1)] == ["panic"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_patterns_find_chinese_in_any_encoding_and_damage_does_not_hide_a_hit(
    town: Town, encoding: str
) -> None:
    rule = KeywordRule(name="zh", pattern="支付.*失败$", severity=Severity.HIGH)
    town.start((rule,), encoding=encoding)
    append(town.log, "好\r\n".encode(encoding) + "支付".encode(encoding) + b"\xff ")
    append(town.log, "失败\r\n".encode(encoding))
    (finding,) = town.found(1)
    assert finding.samples[0].place == f"{town.log}:{len('好'.encode(encoding)) + 2}"


def told(town: Town) -> list[SourceProgress]:
    return [one for report in town.desk.reports for one in report.progress]


def test_progress_says_what_is_absent_and_comes_without_findings(town: Town) -> None:
    town.start()
    until(lambda: any(one.state == "absent" for one in told(town)))
    progress = told(town)[-1]
    assert (progress.name, progress.state) == ("w", "absent")
    assert "no file matches yet" in progress.error


def test_case_11_progress_says_what_deleted_files_still_take_up(town: Town) -> None:
    town.start()
    append(town.log, "ERROR one\n" * 500)
    until(lambda: any(one.lines == 500 for one in told(town)))
    town.log.unlink()
    until(lambda: any(one.held_deleted_bytes == 5000 for one in told(town)))


def test_unknown_settings_and_encodings_are_refused() -> None:
    with pytest.raises(ValidationError, match="filez"):
        WatchSettings(name="w", files=["a"], filez=1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="known by its looks"):
        WatchSettings(name="w", files=["a"], encoding="utf-16")
    with pytest.raises(ValidationError, match="one newline byte"):
        WatchSettings(name="w", files=["a"], encoding="utf-32")


def test_the_direct_sink_folds_what_waits_and_repeats_what_failed() -> None:
    first, go = threading.Event(), threading.Event()
    taken: list[Report] = []

    def receive(report: Report) -> None:
        first.set()
        assert go.wait(10)
        if len(taken) == 1 and not failed:
            failed.append(True)
            raise RuntimeError("database is locked")
        taken.append(report)

    failed: list[bool] = []
    sink = DirectSink(receive, capacity=4)
    sink.accept(Report(agent="a", positions={"k": "0"}))
    assert first.wait(10)
    for n in range(1, 4):
        sink.accept(Report(agent="a", positions={"k": str(n)}))
    go.set()
    assert sink.close()
    assert [dict(report.positions) for report in taken] == [{"k": "0"}, {"k": "3"}]
    assert failed
    with pytest.raises(SinkError):
        sink.accept(Report(agent="a"))
