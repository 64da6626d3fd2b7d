"""Rules that change while files are read, and looking back into files."""

import gzip
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from tests.watchers.following import append
from tests.watchers.test_agent import Desk, until
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.detectors.keyword import DEFAULT_RULES, KeywordRule
from watchers.finding import Response, Severity
from watchers.parsers.timestamps import time_of
from watchers.rules.rulebook import RuleBook, RuleSet, rule_set_from_dict, rule_set_to_dict
from watchers.sources.file.settings import WatchSettings
from watchers.trials.backtest import look_back

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def rule(name: str = "card", pattern: str = "card", **fields: object) -> KeywordRule:
    given = {"severity": Severity.HIGH, **fields}
    return KeywordRule.model_validate({"name": name, "pattern": pattern, **given})


def test_rules_take_effect_between_lines_and_nothing_is_lost_or_repeated(tmp_path: Path) -> None:
    desk, book, log = Desk(), RuleBook(DEFAULT_RULES), tmp_path / "pay.log"
    append(log, "")
    agent = Agent(
        name="agent",
        host="box",
        watches=[WatchSettings(name="w", files=[str(log)], from_start=True, trace_idle_s=0.05)],
        rules=book,
        sink=desk,
        positions={},
        clock=SystemClock(),
    )
    agent.start()
    writing = threading.Thread(
        target=lambda: [append(log, f"ERROR number {n}\n") for n in range(300)]
    )
    writing.start()
    for turn in range(40):
        given = (rule(f"extra{turn}", f"nothing{turn}"),) * (turn % 2)
        book.exchange(RuleSet(version=str(turn), rules=given))
    writing.join()
    until(lambda: sum(f.count for f in desk.findings) >= 300)
    book.exchange(RuleSet(version="card", rules=(rule(),)))
    append(log, "INFO card 7\n")
    until(lambda: any(f.rule == "card" for f in desk.findings))
    book.exchange(RuleSet(version="paused", rules=(rule(),), paused=frozenset({"card", "error"})))
    append(log, "INFO card 8\nERROR unheard\nPANIC heard\n")
    until(lambda: any(f.rule == "panic" for f in desk.findings))
    assert agent.stop(5)
    errors = [f for f in desk.findings if f.rule == "error"]
    assert sum(f.count for f in errors) == 300
    assert [f.count for f in desk.findings if f.rule == "card"] == [1]
    assert desk.reports[-1].rules in ("card", "paused")


def test_a_trace_that_is_open_while_rules_change_stays_one(tmp_path: Path) -> None:
    desk, book, log = Desk(), RuleBook(DEFAULT_RULES), tmp_path / "pay.log"
    append(log, "")
    watch = WatchSettings(name="w", files=[str(log)], from_start=True, trace_idle_s=2.0)
    agent = Agent(
        name="a", host="b", watches=[watch], rules=book, sink=desk, positions={},
        clock=SystemClock(),
    )  # fmt: skip
    agent.start()
    append(log, "ERROR boom\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n")
    until(lambda: any(one.lines >= 3 for one in agent.progress))
    book.exchange(RuleSet(version="1", rules=(rule("first", "nothing"),)))
    append(log, "\tat a.B.d(B.java:2)\nINFO next\n")
    until(lambda: bool(desk.findings))
    assert agent.stop(5)
    (found,) = desk.findings
    assert (found.rule, found.count) == ("error", 1)
    assert "B.java:2" in found.samples[0].text


def test_a_rule_in_the_shadow_takes_no_line_from_one_that_alerts(tmp_path: Path) -> None:
    desk, log = Desk(), tmp_path / "pay.log"
    quiet = rule(pattern="ERROR", severity=Severity.CRITICAL, responses=(Response.RECORD,))
    elsewhere = rule("elsewhere", "ERROR", severity=Severity.CRITICAL, files=("other", "*.txt"))
    here = rule("here", "INFO", files=("pay.*",))
    append(log, "ERROR one\nINFO two\n")
    agent = Agent(
        name="a",
        host="b",
        watches=[WatchSettings(name="w", files=[str(log)], from_start=True, trace_idle_s=0.05)],
        rules=RuleBook(DEFAULT_RULES, RuleSet(version="1", rules=(quiet, elsewhere, here))),
        sink=desk,
        positions={},
        clock=SystemClock(),
    )
    agent.start()
    until(lambda: len(desk.findings) >= 3)
    assert agent.stop(5)
    assert sorted(one.rule for one in desk.findings) == ["card", "error", "here"]


@pytest.mark.parametrize(
    ("stage", "wanted"), [("live", {Response.ALERT}), ("shadow", set()), ("training", None)]
)
def test_what_is_found_in_a_watch_is_told_once_it_is_live(
    tmp_path: Path, stage: Literal["live", "shadow", "training"], wanted: set[Response] | None
) -> None:
    desk, log = Desk(), tmp_path / "pay.log"
    append(log, "ERROR one\n")
    watch = WatchSettings(
        name="w", files=[str(log)], from_start=True, trace_idle_s=0.05, stage=stage
    )
    agent = Agent(
        name="a",
        host="b",
        watches=[watch],
        rules=RuleBook(DEFAULT_RULES),
        sink=desk,
        positions={},
        clock=SystemClock(),
    )
    agent.start()
    until(lambda: any(one.positions for one in desk.reports))
    assert agent.stop(5)
    assert [one.responses for one in desk.findings] == ([] if wanted is None else [wanted])
    learned = [found.rule for one in desk.reports for found in one.learned]
    assert learned == ([] if stage == "live" else ["error"])


def test_what_cannot_be_used_is_left_out_and_said() -> None:
    huge = rule("huge", r"\pL{900}x")
    book = RuleBook(DEFAULT_RULES)
    given = (
        rule("error", "x"),
        rule(),
        *(huge.model_copy(update={"name": f"h{n}"}) for n in range(60)),
    )
    book.exchange(RuleSet(version="1", rules=given))
    names = [one.name for one in book.rules]
    assert names[0] == "card"
    assert names[-3:] == ["panic", "error", "timeout"]
    assert "has one of this name" in book.problems[0]


def test_the_wire_form_is_read_back_and_leaves_out_what_is_broken() -> None:
    given = RuleSet(
        version="7", rules=(rule(exclude="a", recovery="b", files=("w",)),), paused=frozenset({"p"})
    )
    wire = rule_set_to_dict(given)
    assert rule_set_from_dict(wire) == given
    broken = {**wire, "rules": [*wire["rules"], {"name": "x", "pattern": "("}, 7]}
    read = rule_set_from_dict(broken)
    assert [one.name for one in read.rules] == ["card"]
    assert len(read.problems) == 2
    with pytest.raises(ValueError, match="no rule set"):
        rule_set_from_dict({"version": 7})


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-11-23T09:12:01Z x", "2026-11-23T09:12:01+00:00"),
        ("2026-11-23 09:12:01,123 x", "2026-11-23T09:12:01.123000+00:00"),
        ("[2026/11/23 09:12:01] x", "2026-11-23T09:12:01+00:00"),
        ('{"ts":"2026-11-23T17:12:01.5+08:00"}', "2026-11-23T09:12:01.500000+00:00"),
        ("1.2.3.4 - - [23/Nov/2026:17:12:01 +0800] x", "2026-11-23T09:12:01+00:00"),
        ("Nov 23 09:12:01 web x", "2026-11-23T09:12:01+00:00"),
        ("Dec  9 09:12:01 web x", "2025-12-09T09:12:01+00:00"),
    ],
)
def test_the_time_of_a_line_is_read(line: str, at: str) -> None:
    assert time_of(line, NOW, UTC) == datetime.fromisoformat(at)


@pytest.mark.parametrize("line", ["x", "2026-13-40 09:12:01", "Foo 23 09:12:01", "9999-12-31 1:1"])
def test_what_is_no_time_is_none(line: str) -> None:
    assert time_of(line, NOW, UTC) is None


def test_looking_back_finds_the_last_day_in_files_and_their_packed_ones(tmp_path: Path) -> None:
    log, packed = tmp_path / "pay.log", tmp_path / "pay.log.1.gz"
    filler = "2026-11-23 11:00:00 INFO filler of some length\n" * 60_000
    log.write_text(
        "2026-11-21 09:00:00 card too old\n2026-11-23 09:12:00 card 1\n"
        + filler
        + "2026-11-23 11:40:00 card 2\n2026-11-23 11:41:00 test card\ncard without a time\n"
    )
    with gzip.open(packed, "wt") as out:
        out.write("2026-11-22 23:00:00 card 0\n2026-11-21 01:00:00 card too old\n")
    (tmp_path / "pay.bin").write_bytes(b"\x00\x01" * 4000)
    watch = WatchSettings(name="w", files=[str(tmp_path / "pay.*")])
    error = rule("error", "card 2")
    looked = look_back(rule(exclude="test"), (error,), [watch], NOW, 400 * DAY, lambda: 0.0, UTC)
    assert len([one for one in looked.found if one.text != "card without a time"]) == 5
    looked = look_back(rule(exclude="test"), (error,), [watch], NOW, DAY, lambda: 0.0, UTC)
    texts = sorted(one.text for one in looked.found)
    assert texts == [
        "2026-11-22 23:00:00 card 0",
        "2026-11-23 09:12:00 card 1",
        "2026-11-23 11:40:00 card 2",
        "card without a time",
    ]
    assert [one.also for one in looked.found if "card 2" in one.text] == [(0,)]
    assert looked.whole
    elsewhere = look_back(rule(files=("x",)), (), [watch], NOW, DAY, lambda: 0.0, UTC)
    assert (elsewhere.found, elsewhere.files) == ((), 0)


def test_looking_back_ends_when_its_time_is_over(tmp_path: Path) -> None:
    log = tmp_path / "pay.log"
    log.write_text("card\n" * 10)
    watch = WatchSettings(name="w", files=[str(log)])
    ticks = iter(range(100))
    looked = look_back(rule(), (), [watch], NOW, 9999 * DAY, lambda: float(next(ticks)), UTC)
    assert not looked.whole
    assert looked.found == ()


def test_a_rule_given_up_stays_so_until_its_pattern_is_another_one() -> None:
    slow = rule("slow", "(?=.*k)(?:x+x+)+y")
    book = RuleBook((rule(),), RuleSet(version="1", rules=(slow,)))
    book.give_up(slow)
    assert [one.name for one in book.rules] == ["card"]
    book.exchange(RuleSet(version="2", rules=(slow, rule("other"))))
    assert [one.name for one in book.rules] == ["other", "card"]
    book.exchange(RuleSet(version="3", rules=(rule("slow", "x+y"),)))
    assert [one.name for one in book.rules] == ["slow", "card"]
