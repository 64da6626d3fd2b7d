"""One watch: files → records around hits → findings → sink, with positions behind them."""

import glob
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from watchers.as_watched import cutter_of, reader_of
from watchers.backlog import Backlog, Backlogs
from watchers.blocks.alone import Lines
from watchers.blocks.file_state import FileState
from watchers.blocks.looks import Looks
from watchers.clock import Clock
from watchers.detectors.base import Origin, RuleSettings
from watchers.errors import SinkError
from watchers.finding import Finding, Report, SourceProgress
from watchers.labels import common_labels, labels_of
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.opening import source_of
from watchers.record import Block, FileEnd, Record
from watchers.records.clocks import Clocks
from watchers.rules.detection import Detection
from watchers.rules.rulebook import RuleBook
from watchers.rules.windows import Whereabouts
from watchers.sinks.base import Sink
from watchers.sources.file.discovery import expand
from watchers.sources.file.settings import WatchSettings
from watchers.sources.file.wake import Wake
from watchers.sources.file.whole import WholeLines
from watchers.standing import Standing
from watchers.streams.pushed import Pushed

if TYPE_CHECKING:
    from datetime import datetime

_POSITIONS_EVERY_S = 1.0
_TICK_S = 1.0
_FOLDED_FOR_S = 1.0
_MOST_FOUND = 1000
_MOST_BLOCKS = 4
"""Kept for what is folded; each may be two megabytes."""
_COALESCE_S = 0.005
_FIRST_DELAY_S = 0.1
_ALONE = 0.4
"""A line that is no trace yet waits for so much of the time: traces are written at once."""
_LONGEST_DELAY_S = 30.0
_MOST_FILES = 1000

log = logging.getLogger(__name__)


class Pipeline:
    """Runs one watch in the thread that calls `run`.

    Attributes:
        positions: What the sink took last, by key.
    """

    def __init__(  # noqa: PLR0913 - a watch stands between everything
        self,
        settings: WatchSettings,
        rules: Sequence[RuleSettings] | RuleBook,
        *,
        agent: str,
        host: str,
        sink: Sink,
        positions: Mapping[str, str],
        clock: Clock,
        clean: Callable[[str], str] = str,
        pushed: Pushed | None = None,
        durable: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Nothing is opened before `run`.

        Args:
            settings: What is watched.
            rules: What is looked for; what changes in a book takes effect between two blocks.
            agent: Name under which reports are handed over.
            host: Value of the `host` label.
            sink: Where reports go.
            positions: Everything stored earlier.
            clock: The time.
            clean: Takes out of a text what must not be kept.
            pushed: What others push to this process.
            durable: Everything stored by now; from the thread of `run`.
        """
        self.positions = dict(positions)
        self._settings = settings
        self._agent = agent
        self._host = host
        self._sink = sink
        self._clock = clock
        joined = settings.multiline
        self._joins_any = bool(joined.start or joined.continues or joined.end)
        self._decoder = settings.decoder()
        self._whole_lines = WholeLines(self._decoder, clock)
        self._book = rules if isinstance(rules, RuleBook) else RuleBook(rules)
        self._rules = self._book.rules
        at = Whereabouts(
            agent=agent,
            watch=settings.name,
            common=common_labels(settings, host),
            reads=reader_of(settings).read,
            clean=clean,
        )
        now_s = clock.now().timestamp()
        self._detector = Detection(
            at, self._rules, DistinctCap(), positions, now_s, settings.fields
        )
        self._ticked_at = clock.monotonic()
        self._scanner = Scanner(self._detector.patterns)
        self._looks = Looks()
        self._files: dict[str, FileState] = {}
        self._backlogs = Backlogs(settings.name, positions)
        self._findings: list[Finding] = []
        self._moved: dict[str, str] = {}
        self._given_up: dict[str, str] = {}
        self._reported_at = clock.monotonic()
        self._last_line_at: datetime | None = None
        self._sink_error = ""
        self._clocks = Clocks()
        self._stop = threading.Event()
        self._wake = Wake(inotify=settings.wake == "inotify")
        self._source = source_of(
            settings, positions, clock, pushed, durable=durable, settle=self._settle
        )
        self._standing = Standing(settings.name, self._source, clock)

    @property
    def progress(self) -> SourceProgress:
        """How the watch stands, renewed about once a second; for any thread."""
        return self._standing.progress

    def stop(self) -> None:
        """Make `run` return soon; from any thread, also before it was called."""
        self._stop.set()
        self._wake.interrupt()

    def run(self) -> None:
        """Follow the files until `stop`; whatever goes wrong otherwise is raised."""
        looks = 0
        if self._detector.begins_empty:
            self._detector.look(self._expected(), self._clock.now())
        try:
            while not self._stop.is_set():
                self._pass()
                self._standing.measure(self._sink_error, self._clocks, self._last_line_at)
                if not self._source.caught_up:
                    continue
                if looks != self._source.looks:
                    looks = self._source.looks
                    self._source.told = self._wake.watch(self._source.folders)
                    self._wake.listen(self._source.descriptors)
                if self._wake.wait(self._longest_wait()):
                    self._stop.wait(_COALESCE_S)  # what is written at once is read at once
            self._report(last=True)
        finally:
            self._source.close()
            self._wake.close()

    def _pass(self) -> None:
        """One block of every file, and the records that were waited for long enough."""
        look_now, touched = self._wake.take()
        read = self._source.read(look_now=look_now, touched=touched)
        for item in self._whole_lines.of(read):
            if self._book.rules is not self._rules:
                self._exchange()
            if isinstance(item, Block):
                self._take(item)
                if self._scanner.given_up:
                    self._give_up(item.path)
            else:
                self._end(item)
            if self._due(reading=True):
                self._report()
            if self._stop.is_set():
                return
        now = self._clock.monotonic()
        self._close_idle(now)
        self._moved.update(self._source.take_settled())
        self._sum_up_left()
        self._tick(now)
        if self._due(reading=not self._source.caught_up):
            self._report()

    def _close_idle(self, now: float) -> None:
        """Records that were waited for long enough."""
        for key, file in self._files.items():
            if file.cutter.open_at is not None and now >= self._whole_at(file):
                self._detect(list(file.cutter.close()), file)
                file.forget_context(self._decoder)
                self._move(key, file.end)

    def _settle(self) -> None:
        """Hand over all that was read: the source gives it away to another reader."""
        for key, file in self._files.items():
            if file.cutter.open_at is not None:
                self._detect(list(file.cutter.close()), file)
                self._move(key, file.end)
        self._moved.update(self._source.take_settled())
        self._report()

    def _due(self, *, reading: bool) -> bool:
        """Whether to hand over now; while much is to be read, what is found is folded."""
        if self._given_up:
            return True
        passed = self._clock.monotonic() - self._reported_at
        if not self._findings and not self._detector.holds:
            fields = self._detector.fields_due(self._clock.monotonic())
            return fields or passed >= _POSITIONS_EVERY_S
        return len(self._findings) >= _MOST_FOUND or not reading or passed >= _FOLDED_FOR_S

    def _tick(self, now: float) -> None:
        """Let rules see the time pass, unless lines wait that may tell another story."""
        if self._detector.ticks and self._source.caught_up and now - self._ticked_at >= _TICK_S:
            self._ticked_at = now
            self._findings += self._detector.tick(self._clock.now(), now)

    def _expected(self) -> list[Origin]:
        """The files there are or should be, also those in which nothing is written."""
        named = [one for one in self._settings.files if not glob.has_magic(one)]
        there = [one.path for one in expand(self._settings.files)[0]]
        paths = dict.fromkeys((*named, *there)) or self._settings.files[:1]
        return [
            Origin(
                path=path,
                file_id="",
                labels=labels_of(self._settings, path, self._host),
                watch=self._settings.name,
            )
            for path in paths
        ]

    def _exchange(self) -> None:
        """Go on with the rules as they are now; records that are open keep what they matched."""
        self._findings += self._taken()
        self._rules = self._book.rules
        moved = self._detector.exchange(self._rules)
        self._scanner = Scanner(self._detector.patterns)
        for file in self._files.values():
            file.cutter.exchange(self._scanner.lines, self._scanner.matching, moved)

    def _give_up(self, path: str) -> None:
        """Rules that took too long here are looked for nowhere, and people are told."""
        places, rules = self._detector.places, {rule.name: rule for rule in self._rules}
        for index, seconds in self._scanner.given_up.items():
            rule = rules[places[index][0]]
            log.error("rule given up", extra={"rule": rule.name, "took_s": round(seconds, 3)})
            self._given_up[rule.name] = path
            self._book.give_up(rule)
        self._scanner.given_up.clear()
        self._exchange()

    def _take(self, block: Block) -> None:
        file = self._files.pop(block.key, None)
        if file is None or file.origin.file_id != block.file_id:
            file = self._new_file(block)
            file.backlog = self._backlogs.of(block)
        self._files[block.key] = file  # the one fed last comes last
        cut = file.cut(block, self._decoder, self._detector.counting, self._looks)
        self._detect(cut.records, file, cut.lines)
        self._caught_up(file, block.end)
        self._source.counts.damaged += file.settle(self._decoder, self._clock.monotonic())
        self._last_line_at = self._clock.now()
        self._move(block.key, file.dealt_with)
        self._bound()

    def _bound(self) -> None:
        """Of very many files only those written to last keep the lines before the next ones."""
        if len(self._files) > _MOST_FILES:
            oldest = next(iter(self._files))
            file = self._files.pop(oldest)
            if file.cutter.open_at is not None or file.backlog is not None:
                self._files[oldest] = file

    def _end(self, end: FileEnd) -> None:
        file = self._files.pop(end.key, None)
        if file is not None:
            self._detect(list(file.cutter.close()), file)
            self._caught_up(file)
            self._move(end.key, file.end)

    def _new_file(self, block: Block) -> FileState:
        labels = labels_of(self._settings, block.path, self._host, block.labels)
        return FileState(
            cutter=cutter_of(self._settings, self._scanner.lines, self._scanner.matching),
            origin=Origin(
                path=block.path, file_id=block.file_id, labels=labels, watch=self._settings.name
            ),
        )

    def _taken(self) -> list[Finding]:
        """What was folded, heard of its clock."""
        found = self._detector.take()
        self._clocks.hear(found)
        return found

    def _detect(self, records: list[Record], file: FileState, lines: Iterable[Lines] = ()) -> None:
        counted = list(lines)
        if not (records or counted) or file.around is None:
            return
        now, monotonic, spot = self._clock.now(), self._clock.monotonic(), file.around.spot
        records = file.times.given(records)
        found = self._detector.count(records, counted, file.origin, now, monotonic, spot)
        if file.backlog is not None or found or not self._detector.folds:
            found = [*self._detector.take(), *found]
        elif self._detector.blocks >= _MOST_BLOCKS:
            self._detector.let_go()
        if file.backlog is None:
            self._clocks.hear(found)
        self._findings += file.backlog.take(found) if file.backlog else found

    def _caught_up(self, file: FileState, reached: int | None = None) -> None:
        """Tell in one finding of what was in a file's backlog, once it is behind."""
        if file.backlog is None or (reached is not None and reached < file.backlog.end):
            return
        self._sum_up(file.backlog, file.origin)
        file.backlog = None

    def _sum_up(self, backlog: Backlog, origin: Origin) -> None:
        summary = backlog.summary(self._agent, origin, self._clock.now())
        self._findings += [summary] if summary else []
        self._moved[self._backlogs.key(backlog.file_id)] = ""

    def _sum_up_left(self) -> None:
        """What was counted before a stop, of files that are gone since or need no more reading."""
        for backlog in self._backlogs.take_left() if self._source.caught_up else ():
            labels = labels_of(self._settings, backlog.path, self._host)
            watch = self._settings.name
            origin = Origin(path=backlog.path, file_id=backlog.file_id, labels=labels, watch=watch)
            self._sum_up(backlog, origin)

    def _move(self, key: str, offset: int) -> None:
        """Note how far a file is dealt with; what the source settled itself came before."""
        self._moved.update(self._source.take_settled())
        position = self._source.position(key, offset)
        if position is not None:
            self._moved[key] = position
        file = self._files.get(key)
        if file is not None and file.backlog is not None:
            self._moved[self._backlogs.key(file.backlog.file_id)] = file.backlog.to_text()
        self._moved.update(self._source.take_settled())  # of a source with one for all streams

    def _report(self, *, last: bool = False) -> None:
        """Hand over what was found and the positions behind it, however long that takes."""
        self._reported_at = self._clock.monotonic()
        self._findings += self._taken()
        self._moved.update(self._detector.take_changes(self._clock.now()))
        due = last or self._detector.fields_due(self._reported_at)
        behind = not self._source.caught_up
        fields = self._detector.take_fields(self._reported_at, behind=behind) if due else None
        numbers = tuple(self._detector.take_numbers())
        if not (self._findings or self._moved or self._given_up or fields or numbers):
            return
        report = Report(
            agent=self._agent,
            findings=self._staged(),
            positions=dict(self._moved),
            rules=self._book.version,
            given_up=dict(self._given_up),
            fields=fields,
            numbers=numbers,
            learned=() if self._settings.stage == "live" else tuple(self._findings),
        )
        delay = _FIRST_DELAY_S
        while not self._accepted(report):
            if last or self._stop.wait(delay):
                return  # not taken, so the positions did not move: it is found again
            self._standing.measure(self._sink_error, self._clocks, self._last_line_at)
            delay = min(delay * 2, _LONGEST_DELAY_S)
        self.positions.update(report.positions)
        self._findings.clear()
        self._moved.clear()
        self._given_up.clear()

    def _staged(self) -> tuple[Finding, ...]:
        """What was found, as far as the watch is past its training."""
        match self._settings.stage:
            case "live":
                return tuple(self._findings)
            case "shadow":
                return tuple(replace(one, responses=frozenset()) for one in self._findings)
            case "training":
                return ()

    def _accepted(self, report: Report) -> bool:
        try:
            self._sink.accept(report)
        except SinkError as error:
            if str(error) != self._sink_error:
                log.warning("report not taken", extra={"reason": str(error)})
            self._sink_error = str(error)
            self._stop.wait(error.retry_after_s or 0.0)
            return False
        self._sink_error = ""
        return True

    def _whole_at(self, file: FileState) -> float:
        """Monotonic second at which the open record of a file is whole if no line follows."""
        idle_s = self._settings.trace_idle_s
        patient = self._joins_any or file.cutter.in_trace
        return file.fed_at + (idle_s if patient else idle_s * _ALONE)

    def _longest_wait(self) -> float:
        waits = [self._settings.poll_interval_s]
        now = self._clock.monotonic()
        waits += [
            self._whole_at(file) - now
            for file in self._files.values()
            if file.cutter.open_at is not None
        ]
        if (due := self._whole_lines.due_at) is not None:
            waits.append(due - now)
        if self._detector.ticks:
            waits.append(self._ticked_at + _TICK_S - now)
        if self._moved or self._detector.fields_wait:
            waits.append(self._reported_at + _POSITIONS_EVERY_S - now)
        return max(0.0, min(waits))
