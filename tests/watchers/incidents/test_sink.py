"""Incidents in place of single errors, on the way from the watches to their sink."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders import finding, report, sample
from tests.fakes import MovableClock
from watchers.errors import SinkError
from watchers.finding import Finding, Report, Response, Severity, TemplateCount
from watchers.incidents.findings import JOINED, RULE
from watchers.incidents.settings import IncidentTerms
from watchers.incidents.sink import KEY, LINES, OPEN, IncidentSink

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYDAY = ("slow query took {n} ms", "cannot parse header {n}", "token {n} refused")
BROKEN = "pool exhausted, {n} waiting"


class Taken:
    """A sink that keeps what it takes.

    Attributes:
        refuses: It takes nothing.
    """

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.refuses = False

    def accept(self, one: Report) -> None:
        if self.refuses:
            raise SinkError("busy")
        self.reports.append(one)

    @property
    def findings(self) -> list[Finding]:
        return [found for one in self.reports for found in one.findings]

    def incidents(self) -> list[Finding]:
        return [one for one in self.findings if one.rule == RULE]


class Flow:
    """An agent's reports on their way."""

    def __init__(self, positions: dict[str, str] | None = None) -> None:
        self.clock = MovableClock()
        self.taken = Taken()
        self.numbers: Iterator[int] = iter(range(10, 1_000_000))
        self.sink = self.made(positions or {})

    def made(self, positions: dict[str, str]) -> IncidentSink:
        return IncidentSink(
            self.taken,
            agent="a",
            rules={"error", "panic"},
            learn=timedelta(hours=1),
            terms=IncidentTerms(),
            positions=positions,
            clock=self.clock,
        )

    def found(self, text: str, service: str = "pay", **fields: object) -> Finding:
        number = next(self.numbers)
        labels = {"service": service, "host": "web-1"}
        shown = (sample(f"ERROR {text.format(n=number)}"),)
        return finding(
            f"f{number}", **{"rule": "error", "labels": labels, "samples": shown, **fields}
        )

    def tell(self, *findings: Finding, **positions: str) -> Report:
        self.sink.accept(report(*findings, positions=positions))
        return self.taken.reports[-1]

    def live(self, **span: float) -> None:
        """Let everyday errors come for a while."""
        for second in range(0, int(timedelta(**span).total_seconds()), 30):
            self.clock.move(seconds=30)
            self.tell(self.found(EVERYDAY[second // 30 % 3]))

    def burn(self, seconds: int, service: str = "pay", text: str = BROKEN) -> None:
        for _ in range(seconds):
            self.clock.move(seconds=1)
            self.tell(self.found(text, service))


@pytest.fixture
def flow() -> Flow:
    return Flow()


@pytest.fixture
def settled() -> Flow:
    flow = Flow()
    flow.live(hours=2)
    return flow


def test_until_the_everyday_is_known_everything_is_told_as_it_is(flow: Flow) -> None:
    flow.live(minutes=59)
    flow.burn(20)
    assert flow.taken.incidents() == []
    assert all(one.responses == {Response.ALERT} for one in flow.taken.findings)


def test_what_a_watch_finds_in_training_is_everyday_once_it_is_live(flow: Flow) -> None:
    for second in range(0, 7200, 30):
        flow.clock.move(seconds=30)
        flow.sink.accept(report(learned=(flow.found(EVERYDAY[second // 30 % 3]),)))
    assert flow.taken.findings == []
    assert not any(one.learned for one in flow.taken.reports)
    flow.live(minutes=10)
    assert {one.responses for one in flow.taken.findings} == {frozenset({Response.RECORD})}
    flow.burn(20)
    assert [one.labels["service"] for one in flow.taken.incidents()[:1]] == ["pay"]


def test_with_few_errors_there_is_no_everyday_to_be_kept_from(flow: Flow) -> None:
    flow.tell(flow.found(BROKEN))
    flow.clock.move(hours=30)
    (one,) = flow.tell(flow.found(BROKEN)).findings
    assert one.responses == {Response.ALERT}


def test_then_the_everyday_goes_to_the_record_and_no_further(settled: Flow) -> None:
    (one,) = settled.tell(settled.found(EVERYDAY[0])).findings
    assert one.responses == {Response.RECORD}


def test_one_error_of_a_kind_that_was_never_seen_is_told_once(settled: Flow) -> None:
    (recorded,) = settled.tell(settled.found("heap of shard is damaged")).findings
    assert recorded.responses == {Response.RECORD}
    settled.clock.move(seconds=6)
    (told,) = settled.tell().findings
    assert told.responses == {Response.ALERT}
    assert told.labels == recorded.labels
    assert told.id != recorded.id
    settled.live(minutes=30)
    before = len(settled.taken.findings)
    settled.tell(settled.found("heap of shard is damaged"))
    settled.clock.move(seconds=6)
    settled.tell()
    assert [one.responses for one in settled.taken.findings[before:]] == [{Response.RECORD}]


def test_what_becomes_an_incident_is_not_told_singly(settled: Flow) -> None:
    before = len(settled.taken.findings)
    settled.burn(30)
    told = [one for one in settled.taken.findings[before:] if Response.ALERT in one.responses]
    assert {one.rule for one in told} == {RULE}


def test_where_new_kinds_are_everyday_one_more_is_not_told(settled: Flow) -> None:
    for n in range(60):
        settled.clock.move(minutes=1)
        settled.tell(settled.found(f"{chr(97 + n % 26)}{chr(97 + n // 26)} is odd"))
    before = len(settled.taken.findings)
    settled.tell(settled.found("heap of shard is damaged"))
    settled.clock.move(seconds=6)
    settled.tell()
    assert [one.responses for one in settled.taken.findings[before:]] == [{Response.RECORD}]


def test_an_incident_is_one_alert_from_its_first_line_to_its_last(settled: Flow) -> None:
    settled.burn(60)
    settled.live(minutes=20)
    told = settled.taken.incidents()
    assert len({tuple(sorted(one.labels.items())) for one in told}) == 1
    assert len({one.id for one in told}) == len(told)
    first, *_, last = told
    assert first.title == "ERROR pool exhausted, <*> waiting"
    assert first.labels["service"] == "pay"
    assert first.responses == {Response.ALERT}
    assert first.samples
    assert first.annotations["hosts"] == "web-1"
    assert sum(one.count for one in told if not one.recovers) == 60
    assert last.recovers
    assert not any(one.recovers for one in told[:-1])


def test_it_says_of_which_kinds_its_lines_are_so_that_verdicts_hold_for_it(settled: Flow) -> None:
    kinds = (TemplateCount(id="t1", text="pool exhausted", count=1),)
    for _ in range(20):
        settled.clock.move(seconds=1)
        settled.tell(settled.found(BROKEN, templates=kinds))
    told = settled.taken.incidents()
    assert [one.id for one in told[0].templates] == ["t1"]
    assert told[0].templates[0].count >= told[0].count
    settled.sink = settled.made(kept(settled))
    settled.clock.move(seconds=20)
    settled.tell(settled.found(BROKEN, templates=kinds))
    settled.clock.move(seconds=20)
    settled.tell()
    later = settled.taken.incidents()[-1]
    assert [one.id for one in later.templates] == ["t1"]
    settled.burn(20)  # of no kind that is known: a verdict on the others does not hold for these
    assert settled.taken.incidents()[-1].templates == ()


def test_a_service_that_joins_is_named_with_the_reason(settled: Flow) -> None:
    settled.burn(20)
    settled.burn(20, "web", "upstream pay answered {n}")
    settled.burn(12)
    joined = settled.taken.incidents()[-1].annotations[JOINED]
    assert '"web"' in joined
    assert '"names"' in joined
    assert len({one.labels["service"] for one in settled.taken.incidents()}) == 1


def test_each_kind_of_line_in_a_block_counts_with_its_first_line(settled: Flow) -> None:
    kinds = tuple(
        (sample(f"ERROR {text.format(n=n)}"), count)
        for n, (text, count) in enumerate(((BROKEN, 5000), ("lease of {n} is lost", 40)), 1)
    )
    block = settled.found("the newest is of no such kind", count=5050, kinds=kinds)
    (recorded,) = settled.tell(block).findings
    assert recorded.kinds == ()
    settled.clock.move(seconds=6)
    (told,) = settled.tell().findings
    assert told.count == 5050
    assert told.annotations["message"] == kinds[0][0].text
    assert {one.text for one in told.samples} >= {one.text for one, _ in kinds}


def test_other_rules_and_recoveries_pass_untouched(settled: Flow) -> None:
    own = settled.found(BROKEN, rule="mine")
    over = settled.found(BROKEN, recovers=True)
    assert settled.tell(own, over).findings == (own, over)


def test_critical_lines_are_told_in_the_same_report(settled: Flow) -> None:
    fatal = settled.found("disk is gone", rule="panic", severity=Severity.CRITICAL)
    findings = settled.tell(fatal).findings
    assert [one.rule for one in findings] == ["panic", RULE]
    assert findings[1].severity is Severity.CRITICAL


def test_positions_wait_for_the_incident_that_is_not_told_yet(settled: Flow) -> None:
    for n in range(3):
        held = settled.tell(settled.found(BROKEN), file=str(n))
        settled.clock.move(seconds=1)
    assert held.positions == {}
    settled.clock.move(seconds=5)
    told = settled.tell(other="x")
    assert [one.rule for one in told.findings] == [RULE]
    assert told.positions.keys() == {"file", "other", KEY, OPEN, LINES}
    assert told.positions["file"] == "2"


def test_a_report_that_was_not_taken_is_counted_once(settled: Flow) -> None:
    one = report(settled.found(BROKEN))
    settled.taken.refuses = True
    for _ in range(5):
        with pytest.raises(SinkError):
            settled.sink.accept(one)
    settled.taken.refuses = False
    settled.sink.accept(one)
    settled.clock.move(seconds=6)
    settled.tell()
    assert settled.taken.incidents() == []


def test_a_restart_knows_what_is_everyday(settled: Flow) -> None:
    kept = [one.positions[KEY] for one in settled.taken.reports if KEY in one.positions]
    settled.sink = settled.made({KEY: kept[-1]})
    settled.live(minutes=10)
    assert settled.taken.findings[-1].responses == {Response.RECORD}
    settled.burn(12)
    assert len(settled.taken.incidents()) == 1


def kept(flow: Flow) -> dict[str, str]:
    """What is stored by now."""
    found: dict[str, str] = {}
    for one in flow.taken.reports:
        found |= one.positions
    return {key: text for key, text in found.items() if text}


def test_an_open_incident_goes_on_after_a_restart_as_the_same_alert(settled: Flow) -> None:
    settled.burn(20)
    settled.burn(5, "web", "upstream pay answered {n}")
    before = settled.taken.incidents()
    settled.sink = settled.made(kept(settled))
    settled.burn(30)
    settled.burn(12, "web", "upstream pay answered {n}")
    settled.live(minutes=20)
    after = settled.taken.incidents()[len(before) :]
    assert {tuple(sorted(one.labels.items())) for one in after} == {
        tuple(sorted(before[0].labels.items()))
    }
    assert {one.first_at for one in after} == {before[0].first_at}
    assert '"web"' in after[0].annotations[JOINED]
    assert [one.recovers for one in after].count(True) == 1
    assert after[-1].recovers
    told = settled.taken.incidents()
    assert sum(one.count for one in told if not one.recovers) == 67  # each line once
    stored = [one.positions[OPEN] for one in settled.taken.reports if OPEN in one.positions]
    assert stored[-1] == ""


def test_what_ended_while_nobody_looked_is_told_to_be_over(settled: Flow) -> None:
    settled.burn(20)
    before, stored = len(settled.taken.incidents()), kept(settled)
    settled.clock.move(hours=2)
    settled.sink = settled.made(stored)
    settled.tell()
    assert len(settled.taken.incidents()) == before  # it may still be in what is yet to be read
    settled.clock.move(minutes=16)
    settled.tell()
    assert [one.recovers for one in settled.taken.incidents()[before:]] == [True]


@pytest.mark.parametrize("damaged", ["{", '{"version":9,"open":[]}', '{"version":1}', "[]", "7"])
def test_open_incidents_that_cannot_be_read_are_left_behind(settled: Flow, damaged: str) -> None:
    settled.burn(20)
    settled.sink = settled.made(kept(settled) | {OPEN: damaged})
    (one,) = settled.tell(settled.found(EVERYDAY[0])).findings
    assert one.responses == {Response.RECORD}


def test_what_is_kept_of_open_incidents_is_bounded(settled: Flow) -> None:
    for n in range(300):
        settled.clock.move(milliseconds=100)
        settled.tell(
            *(settled.found(f"{chr(97 + n % 26)}{chr(97 + n // 26)} is broken") for _ in range(3))
        )
    settled.clock.move(seconds=20)
    settled.tell()
    assert len(kept(settled)[OPEN]) < 100_000


@pytest.mark.parametrize("damaged", ["{", '{"version":9}', '{"version":1,"keys":[[1]]}', "[]"])
def test_what_cannot_be_read_is_learned_anew(damaged: str) -> None:
    flow = Flow({KEY: damaged})
    assert flow.tell(flow.found(BROKEN)).findings[0].responses == {Response.ALERT}
