"""What is folded at a glance comes to the findings that records cut one by one come to."""

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchers.blocks.alone import AloneLines, Lines
from watchers.blocks.looks import Looks
from watchers.detectors.base import Origin
from watchers.detectors.keyword import KeywordRule
from watchers.fields.settings import FieldsSettings
from watchers.finding import Severity, Spot
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.parsers.line_reader import LineReader
from watchers.parsers.records import RecordCutter
from watchers.record import Record
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = (
    KeywordRule(name="error", pattern="ERROR", severity=Severity.HIGH),
    KeywordRule(name="five", pattern=r" 50[23] ", severity=Severity.LOW, responses=("record",)),
    KeywordRule(name="slow", pattern=r"took \d{4,} ms", severity=Severity.MEDIUM),
)
_LINES = st.one_of(
    st.builds("2026-11-23 10:00:{:02d} ERROR card {} declined".format, *2 * [st.integers(0, 59)]),
    st.builds("10.0.0.{} - GET /pay {} 17".format, st.integers(1, 3), st.integers(500, 504)),
    st.builds('{{"level":"ERROR","id":"{:x}"}}'.format, st.integers(0, 1 << 20)),
    st.builds("2026-11-23 10:00:00 WARN took {} ms".format, st.integers(1, 99_999)),
    st.sampled_from(
        (
            "2026-11-23 10:00:01 INFO fine",
            "2026-11-23 10:00:02 ERROR java.io.IOException: gone",
            "\tat a.B.c(D.java:1)",
            "ERROR",
            "",
        )
    ),
)


class Watch:
    """Detection of what is fed, block by block."""

    def __init__(self, *, glances: bool) -> None:
        whose = Whereabouts(agent="a", watch="w", reads=LineReader("auto").read)
        fields = FieldsSettings(sample=100_000)
        self.detection = Detection(whose, RULES, DistinctCap(), {}, 0.0, fields)
        scanner = Scanner(self.detection.patterns)
        self.cutter = RecordCutter(scanner.lines, scanner.matching)
        self.looks = Looks() if glances else None
        self.base = 0
        self.glanced = 0

    def feed(self, block: list[str]) -> None:
        text, base = "".join(f"{line}\n" for line in block).encode(), self.base
        self.base += len(text)
        alone = AloneLines(text, self.detection.counting, self.looks or Looks())
        glancing = alone if self.looks is not None else None
        records = list(self.cutter.feed(text, 0, lambda at: base + at, glancing))
        lines = list(alone.lines(lambda at: base + at))
        self.glanced += sum(one.count for one in lines)
        self.count(records, lines)
        if self.looks is not None:
            self.detection.let_go()

    def count(self, records: list[Record], lines: list[Lines]) -> None:
        def spot(record: Record, around: bool) -> Spot:
            before = (f"before {record.offset}",) if around else ()
            return Spot(file="f", offset=record.offset, end=record.end, before=before)

        origin = Origin(path="/w.log", file_id="f", labels={"service": "w"}, watch="w")
        assert self.detection.count(records, lines, origin, NOW, 0.0, spot) == []

    def told(self) -> list[object]:
        self.count(list(self.cutter.close()), [])
        fields = self.detection.take_fields(0.0)
        tallied = fields.tallied if fields is not None else ()
        values = {
            (one.rules, one.at, each.name): (one.records, dict(each.values), each.numbers)
            for one in tallied
            for each in one.fields
        }
        found = sorted(self.detection.take(), key=lambda one: (one.rule, str(one.labels)))
        return [
            values,
            [(one.id, one.rule, one.labels, one.count, one.first_at, one.samples) for one in found],
            [(one.first_written_at, one.written_at, one.title) for one in found],
            [sorted((each.id, each.count) for each in one.templates) for one in found],
            [sorted(n for _, n in one.kinds) for one in found],
        ]


@settings(max_examples=40)
@example([["ERROR 1", "ERROR 2", "ERROR 3"]])
@example([['{"level":"ERROR"}', '{"level":"ERROR"}', "\tat a.B.c(D.java:1)", "ERROR 7"]])
@given(st.lists(st.lists(_LINES, max_size=12), max_size=4))
def test_folding_at_a_glance_loses_nothing(blocks: list[list[str]]) -> None:
    folded, one_by_one = Watch(glances=True), Watch(glances=False)
    for block in blocks:
        folded.feed(block)
        one_by_one.feed(block)
    assert folded.told() == one_by_one.told()
    assert one_by_one.glanced == 0
    if blocks == [["ERROR 1", "ERROR 2", "ERROR 3"]]:
        assert folded.glanced == 2, "all but the one that may go on"
