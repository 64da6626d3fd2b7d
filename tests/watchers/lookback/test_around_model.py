"""Random content, rotation and restarts against a model: right lines with right numbers."""

import gzip
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.watchers.following import MovedClock
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Report, Sample, Severity
from watchers.lookback.looking import Looking
from watchers.pipeline import Pipeline
from watchers.questions import Ask, Ending, Question
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.sources.file.settings import WatchSettings

RULE = KeywordRule(name="error", pattern="^ERROR", severity=Severity.HIGH)
PLAIN = Redactor(RedactionSettings(enabled=False))
FILLERS = {
    "quiet": "",
    "chinese": "支付失败，请重试",
    "binary": "\x00\x01\x1b[31m",
    "accents": "Ü" * 30,
    "long": "x" * 400,
    "huge": "y" * 300_000,
}


class Desk:
    def __init__(self) -> None:
        self.reports: list[Report] = []

    def accept(self, report: Report) -> None:
        self.reports.append(report)


class FilesLookedBackInto(RuleBasedStateMachine):
    """A log in some encoding; every record found knows its line, and its lines are found again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder / "app.log"
        self.generations: list[list[str]] = [[]]
        self.where: dict[str, list[str]] = {}
        self.number = 0
        self.restarted = False
        self.clock = MovedClock()
        self.desk = Desk()
        self.pipeline: Pipeline | None = None

    @initialize(
        encoding=st.sampled_from(["utf-8", "gb18030"]), crlf=st.booleans(), early=st.integers(0, 30)
    )
    def begin(self, encoding: str, crlf: bool, early: int) -> None:
        self.encoding, self.end = encoding, "\r\n" if crlf else "\n"
        self.watch = WatchSettings(
            name="w", files=[str(self.log)], encoding=encoding, wake="poll", from_start=True
        )
        self.log.touch()
        self.write(["quiet"] * early)
        self.positions: dict[str, str] = {}
        self._start()

    def _start(self) -> None:
        self.pipeline = Pipeline(
            self.watch,
            [RULE],
            agent="a",
            host="h",
            sink=self.desk,
            positions=self.positions,
            clock=self.clock,
        )
        self._look()

    def _look(self) -> None:
        assert self.pipeline is not None
        for seconds in (3.0, 1.0):
            self.clock.pass_by(seconds)
            self.pipeline._pass()
            while not self.pipeline._source.caught_up:
                self.pipeline._pass()
        self.pipeline._report()
        self.positions = dict(self.pipeline.positions)

    @rule(kinds=st.lists(st.sampled_from(["ERROR", "trace", *FILLERS]), min_size=1, max_size=12))
    def write(self, kinds: list[str]) -> None:
        with self.log.open("ab") as file:
            for kind in kinds:
                self.number += 1
                line = f"ERROR {self.number}" if kind == "ERROR" else f"\tat a.b({self.number})"
                line = f"n{self.number} {FILLERS[kind]}" if kind in FILLERS else line
                self.generations[-1].append(line)
                self.where[line] = self.generations[-1]
                file.write((line + self.end).encode(self.encoding))

    @rule()
    def look(self) -> None:
        self._look()

    @rule()
    def restart(self) -> None:
        assert self.pipeline is not None
        self.pipeline._source.close()
        self.pipeline._wake.close()
        self.restarted = True
        self._start()

    @precondition(lambda self: self.generations[-1])
    @rule(packed=st.booleans())
    def rotate(self, packed: bool) -> None:
        self._look()
        for n in (3, 2, 1):
            for suffix in ("", ".gz"):
                older = self.folder / f"app.log.{n}{suffix}"
                if older.exists():
                    older.rename(self.folder / f"app.log.{n + 1}{suffix}")
        first = self.folder / "app.log.1"
        self.log.rename(first)
        self.log.touch()
        self._look()
        if packed:
            self.clock.pass_by(20.0)
            self._look()
            (self.folder / "app.log.1.gz").write_bytes(gzip.compress(first.read_bytes()))
            first.unlink()
        self.generations.append([])

    def teardown(self) -> None:
        if self.pipeline is not None:
            self._look()
            self.pipeline._source.close()
            self.pipeline._wake.close()
            looking = Looking([self.watch], "h", PLAIN, self.clock)
            for report in self.desk.reports:
                for finding in report.findings:
                    for sample in finding.samples:
                        self._right(sample, looking, newest=sample is finding.samples[-1])
        shutil.rmtree(self.folder)

    def _right(self, sample: Sample, looking: Looking, *, newest: bool) -> None:
        lines = self.where[first := sample.text.split("\n")[0]]
        at = lines.index(first)
        spot = sample.spot
        assert spot is not None
        assert spot.line == at + 1
        shown = [line.replace("\0", "")[:300] for line in lines]
        count = len(spot.before)
        assert [line[:300] for line in spot.before] == shown[at - count : at]
        if (
            newest
            and not self.restarted
            and not any(len(line) > 1000 for line in lines[max(0, at - 5) : at])
        ):
            assert count >= min(at, 1)
        behind = at + len(sample.text.split("\n"))
        assert [line[:300] for line in spot.after] == shown[behind : behind + len(spot.after)]
        self._found_again(sample, at, [line.replace("\0", "") for line in lines], looking)

    def _found_again(self, sample: Sample, at: int, lines: list[str], looking: Looking) -> None:
        spot = sample.spot
        assert spot is not None
        for first, last in ((-7, 6), (-30, -8), (3, 20)):
            answer = looking.answer(
                Question(
                    id=1,
                    ask=Ask.AROUND,
                    path=sample.path,
                    file=spot.file,
                    offset=spot.offset,
                    end=spot.end,
                    line=0,
                    mark=spot.mark,
                    first=first,
                    last=last,
                )
            )
            assert answer.ending is Ending.DONE
            wanted = range(max(0, at + first), max(0, min(len(lines), at + last + 1)))
            if any(len(line) > 1000 for line in lines):  # what is read ends at such a line
                begin = at + answer.first if answer.lines else wanted.start
                assert begin >= wanted.start
                wanted = range(begin, min(begin + len(answer.lines), wanted.stop))
            shown = [(n + 1, lines[n][:400]) for n in wanted]
            assert [(one.number, one.text) for one in answer.lines] == shown


FilesLookedBackInto.TestCase.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, report_multiple_bugs=False
)
TestFilesLookedBackInto = FilesLookedBackInto.TestCase
