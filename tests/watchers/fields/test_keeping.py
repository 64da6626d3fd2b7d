"""Fields of records are counted: exactly while they are few, sampled where there are many."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from watchers.detectors.base import Origin, RuleSettings, Says
from watchers.detectors.frequency import FrequencyRule
from watchers.detectors.keyword import KeywordRule
from watchers.fields.keeping import FieldKeeping
from watchers.fields.merging import quantile
from watchers.fields.sampling import Origin as SampleOrigin
from watchers.fields.sampling import Sample
from watchers.fields.settings import FieldsSettings, Names
from watchers.fields.tallied import (
    FieldCounts,
    FieldReport,
    Tallied,
    fields_from_dict,
    fields_to_dict,
)
from watchers.finding import Report, Severity, from_dict, to_dict
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.parsers.line_reader import LineReader
from watchers.record import Record
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts

NOW = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
GATE = Origin(path="/var/log/gate.log", file_id="1", labels={"service": "gate"}, watch="gate")
FIVE = KeywordRule(name="five", pattern=r'" 50\d ', severity=Severity.HIGH)
BAD = KeywordRule(name="bad", pattern=r"card=(?P<card>\w+)", severity=Severity.MEDIUM)


def access(path: str, status: int = 200, at: datetime = NOW, took: float = 0.1) -> str:
    stamp = f"{at:%d/%b/%Y:%H:%M:%S +0000}"
    return f'10.0.0.1 - lin [{stamp}] "GET {path} HTTP/1.1" {status} 90 "-" "curl" {took:.3f}'


class Gate:
    """A watch of access lines, without files."""

    def __init__(self, *rules: RuleSettings, **said: object) -> None:
        settings = FieldsSettings.model_validate(said)
        whose = Whereabouts(agent="a", watch="gate", reads=LineReader("auto").read)
        self.detection = Detection(whose, rules, DistinctCap(), {}, 0.0, settings)
        self.scanner = Scanner(self.detection.patterns)
        self.place = 0

    def write(self, *lines: str, now: datetime = NOW) -> None:
        records = []
        for line in lines:
            data = line.encode()
            rules = self.scanner.matching(data)
            end = self.place + len(data)
            if rules:
                records.append(
                    Record(
                        offset=self.place,
                        end=end,
                        lines=(data,),
                        omitted=0,
                        raised=b"",
                        rules=rules,
                    )
                )
            self.place = end + 1
        self.detection.detect(records, GATE, now, 0.0)

    def taken(self) -> dict[tuple[str, ...], Tallied]:
        report = self.detection.take_fields(0.0)
        return {one.rules: one for one in report.tallied} if report is not None else {}


def values(tallied: Tallied, name: str) -> dict[str, int]:
    return next((dict(one.values) for one in tallied.fields if one.name == name), {})


def test_values_of_what_rules_find_are_counted_and_of_nothing_else() -> None:
    gate = Gate(FIVE)
    gate.write(access("/pay", 502), access("/pay?id=7", 503), access("/cart"))
    found = gate.taken()
    assert list(found) == [("five",)]
    one = found["five",]
    assert (one.records, one.read, one.severity, one.labels) == (2, 2, "high", {"service": "gate"})
    assert values(one, "path") == {"/pay": 2}, "the query of a path makes no value of its own"
    assert values(one, "status") == {"502": 1, "503": 1}
    assert values(one, "user") == {"lin": 2}
    assert "time" not in {each.name for each in one.fields}
    assert gate.taken() == {}, "handed over once"


def test_every_line_of_a_watch_counts_where_that_is_said() -> None:
    gate = Gate(FIVE, every_line=True)
    gate.write(access("/pay", 502), access("/cart"), access("/cart"))
    found = gate.taken()
    assert {rules: one.records for rules, one in found.items()} == {("five",): 1, (): 2}
    assert (found[()].severity, values(found[()], "path")) == ("info", {"/cart": 2})


def test_a_record_of_two_rules_counts_once_and_has_the_groups_of_its_pattern() -> None:
    gate = Gate(FIVE, BAD.model_copy(update={"responses": ("record",)}))
    gate.write(access("/pay", 502) + " card=visa")
    ((rules, one),) = gate.taken().items()
    assert (rules, one.records, one.severity) == (("bad", "five"), 1, "high")
    assert values(one, "card") == {"visa": 1}, "a group of a pattern is kept without being named"


def test_of_very_many_records_some_are_read_and_the_count_stays_exact() -> None:
    gate = Gate(FIVE, sample=10)
    gate.write(*(access("/pay" if n % 4 else "/cart", 502) for n in range(1003)))
    (one,) = gate.taken().values()
    assert (one.records, one.read) == (1003, 5)
    assert sum(values(one, "status").values()) == 1003
    assert set(values(one, "path")) == {"/pay", "/cart"}, "also of what is written in turns"


def test_what_is_read_in_a_second_is_bounded_over_all_blocks() -> None:
    gate = Gate(FIVE, sample=100)
    for _ in range(20):
        gate.write(*(access("/pay", 502) for _ in range(50)))
    (one,) = gate.taken().values()
    assert one.records == 1000
    assert 100 / 3 <= one.read <= 100
    gate.write(*(access("/pay", 502) for _ in range(50)))
    (one,) = gate.taken().values()
    assert one.read == one.records == 50


def test_while_a_backlog_is_read_fewer_records_are_and_all_count() -> None:
    keeping = FieldKeeping(FieldsSettings(sample=100), [FIVE])
    keeping.note_lines([FIVE], 900, lambda _: lambda: ({"status": 502}, NOW))
    keeping.settle({}, NOW)
    found = keeping.take(0.0, behind=True)
    assert found is not None
    (one,) = found.tallied
    assert one.records == 900
    assert one.read <= 10


def test_numbers_have_quantiles_and_mixed_values_have_none() -> None:
    gate = Gate(every_line=True)
    gate.write(*(access("/a", took=n / 100) for n in range(1, 101)))
    fields = {one.name: one for one in gate.taken()[()].fields}
    took = fields["duration"].numbers
    assert took is not None
    assert (took.count, took.low, took.high) == (100, 0.01, 1.0)
    assert abs(quantile(took, 0.95) - 0.95) < 0.02
    assert fields["path"].numbers is None
    gate.write('{"msg":"a","code":"7"}', '{"msg":"b","code":"E7"}')
    fields = {one.name: one for one in gate.taken()[()].fields}
    assert fields["code"].numbers is None


def test_rare_values_are_counted_together() -> None:
    gate = Gate(every_line=True, values=2)
    gate.write(*(access(f"/{name}") for name in "aaabbcd"))
    (path,) = (one for one in gate.taken()[()].fields if one.name == "path")
    assert (path.values, path.others) == ({"/a": 3, "/b": 2}, 2)


def test_records_count_when_they_say_they_were_written_in_spans_as_wide_as_they_are_old() -> None:
    gate = Gate(every_line=True)
    for age in (timedelta(), timedelta(hours=7), timedelta(days=3), timedelta(days=400)):
        gate.write(access("/a", at=NOW - age))
    report = gate.detection.take_fields(0.0)
    assert report is not None
    day = datetime(2026, 11, 20, 10, tzinfo=UTC)
    hours = datetime(2026, 11, 23, 3, tzinfo=UTC)
    fresh = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert {one.at: one.records for one in report.tallied} == {fresh: 2, hours: 1, day: 1}


def test_it_is_handed_over_about_once_a_second() -> None:
    keeping = FieldKeeping(FieldsSettings(), (FIVE,))
    assert not keeping.due(100.0)
    keeping.note(0, lambda: ({"status": 502}, None), FIVE)
    keeping.settle({}, NOW)
    assert keeping.due(100.0)
    assert keeping.take(100.0) is not None
    keeping.note(0, lambda: ({"status": 502}, None), FIVE)
    keeping.settle({}, NOW)
    assert not keeping.due(100.5)
    assert keeping.due(101.0)


def test_names_are_patterns_and_some_are_never_kept() -> None:
    names = Names(FieldsSettings(keep=("status", "*_ms"), never=("secret_ms",)), ("Card",))
    kept = ("status", "http.status", "STATUS", "took_ms", "card", "user", "secret_ms")
    assert [name for name in kept if names.kept(name)] == list(kept[:5])
    assert not Names(FieldsSettings(keep=()), ("card",))


def test_nothing_is_kept_where_nothing_is_named() -> None:
    gate = Gate(FIVE, keep=[], every_line=True)
    assert len(gate.detection.patterns) == 1
    gate.write(access("/pay", 502))
    assert gate.taken() == {}


def test_a_watch_says_what_it_says_over_what_all_say() -> None:
    usual = FieldsSettings(keep=("status",), most=3)
    assert FieldsSettings.model_validate({"every_line": True}).over(usual) == FieldsSettings(
        keep=("status",), most=3, every_line=True
    )


def test_values_are_redacted_before_they_leave() -> None:
    counts = FieldCounts(name="user", values={"lin@example.com": 2, "a@example.com": 1, "7": 1})
    one = Tallied(at=NOW, rules=(), severity="info", labels={}, records=4, read=4, fields=(counts,))
    report = Report(agent="a", fields=FieldReport(id="r", tallied=(one,)))
    safe = Redactor(RedactionSettings()).report(report).fields
    assert safe is not None
    found = safe.tallied[0].fields[0].values
    assert found["7"] == 1
    assert not any("example.com" in value for value in found)
    assert sum(found.values()) == 4


def test_it_goes_over_the_wire_and_back() -> None:
    gate = Gate(FIVE)
    gate.write(access("/pay", 502))
    fields = gate.detection.take_fields(0.0)
    assert fields is not None
    assert fields_from_dict(fields_to_dict(fields)) == fields
    assert from_dict(to_dict(Report(agent="a", fields=fields))).fields == fields
    assert from_dict(to_dict(Report(agent="a"))).fields is None


def test_rules_that_remember_count_their_records_as_well() -> None:
    rule = FrequencyRule(
        kind="frequency",
        name="many",
        pattern=r'" 50\d ',
        severity=Severity.HIGH,
        num_events=100,
        timeframe=timedelta(minutes=1),
    )
    gate = Gate(rule, every_line=True)
    gate.write(access("/pay", 502), access("/cart"))
    assert {rules: one.records for rules, one in gate.taken().items()} == {("many",): 1, (): 1}


def test_of_ever_more_blocks_no_more_records_are_read_and_all_are_counted() -> None:
    keeping = FieldKeeping(FieldsSettings(sample=200), [FIVE])
    read: list[int] = []

    def reads(number: int) -> tuple[dict[str, int], datetime]:
        read.append(number)
        return {"status": 500}, NOW

    for _ in range(20):
        keeping.note_lines([FIVE], 1000, lambda n: partial(reads, n))
        keeping.settle({"service": "gate"}, NOW)
    assert not read, "it may yet be thinned out"
    found = keeping.take(0.0)
    assert found is not None
    assert 200 / 3 <= len(read) <= 200
    assert sum(one.records for one in found.tallied) == 20 * 1000
    assert found.tallied[0].fields[0].values == {"500": 20 * 1000}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 60)), max_size=12),
    st.integers(1, 20),
)
def test_what_is_taken_of_records_stands_for_all_of_them(
    blocks: list[tuple[str, int]], most: int
) -> None:
    sample, counts = Sample(most), Counter[str]()
    for name, count in blocks:
        before = counts[name]

        def says(number: int, before: int = before) -> Says:
            return lambda: ({"number": before + number}, None)

        sample.add(SampleOrigin((name,), Severity.LOW, ()), count, says, 0.0)
        counts[name] += count
    stood, read = Counter[str](), 0
    for origin, one, weight in sample.take():
        assert one.says()[0] == {"number": stood[origin.rules[0]]}, "from its own place on"
        stood[origin.rules[0]] += weight
        read += 1
    assert stood == counts
    assert read <= max(most, len(counts))
    assert not sample
