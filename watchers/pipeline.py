"""One watch: files → records around hits → findings → sink, with positions behind them."""

import glob
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchers.backlog import Backlog
from watchers.clock import Clock
from watchers.detection import Detection
from watchers.detectors.base import Origin, RuleSettings
from watchers.errors import SinkError
from watchers.finding import Finding, Report, SourceProgress, Spot
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.opening import path_labels, source_of
from watchers.parsers.interleaved import InterleavedCutter
from watchers.parsers.line_reader import LineReader
from watchers.parsers.multiline import Joined, Shape, Traces
from watchers.parsers.open_record import Hits, Matching
from watchers.parsers.records import RecordCutter
from watchers.record import Block, FileEnd, Record
from watchers.rulebook import RuleBook
from watchers.sinks.base import Sink
from watchers.sources.file.discovery import expand, service_of
from watchers.sources.file.settings import WatchSettings
from watchers.sources.file.wake import Wake
from watchers.sources.file.whole import WholeLines
from watchers.surroundings import Surroundings
from watchers.windows import Whereabouts

if TYPE_CHECKING:
    from datetime import datetime

_CONTEXT_BYTES = 4096
_POSITIONS_EVERY_S = 1.0
_TICK_S = 1.0
_PROGRESS_EVERY_S = 1.0
_COALESCE_S = 0.005
_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 30.0
_BEHIND_BYTES = 1 << 20
_BEHIND_S = 5.0
_TOLD_TROUBLES = 3
_MOST_FILES = 1000
NO_LABELS: Mapping[str, str] = {}

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _FileState:
    """What is known of one file between its blocks."""

    cutter: RecordCutter | InterleavedCutter
    origin: Origin
    context: bytes = b""
    context_damage: int = 0
    end: int = 0
    fed_at: float = 0.0
    lead: bytes = b""
    around: Surroundings | None = None
    opened: Spot | None = None
    backlog: Backlog | None = None


class Pipeline:
    """Runs one watch in the thread that calls `run`.

    Attributes:
        progress: How the watch stands, renewed about once a second; read by other threads.
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
        """
        self.progress = SourceProgress(name=settings.name, state="ok")
        self.positions = dict(positions)
        self._settings = settings
        self._agent = agent
        self._host = host
        self._sink = sink
        self._clock = clock
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
        self._files: dict[str, _FileState] = {}
        self._findings: list[Finding] = []
        self._moved: dict[str, str] = {}
        self._given_up: dict[str, str] = {}
        self._reported_at = self._measured_at = clock.monotonic()
        self._measured_lines = 0
        self._last_line_at: datetime | None = None
        self._sink_error = ""
        self._stop = threading.Event()
        self._wake = Wake(inotify=settings.wake == "inotify")
        self._source = source_of(settings, positions, clock)

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
                self._measure()
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
            if self._findings or self._given_up:
                self._report()
            if self._stop.is_set():
                return
        now = self._clock.monotonic()
        for key, file in self._files.items():
            idle = now - file.fed_at >= self._settings.trace_idle_s
            if file.cutter.open_at is not None and idle:
                self._detect(list(file.cutter.close()), file)
                # What is reported is not reached back into, but still stands before what follows.
                file.lead += self._decoder.view(file.context).text
                file.context = b""
                self._move(key, file.end)
        self._moved.update(self._source.take_settled())
        self._tick(now)
        due = now - self._reported_at >= _POSITIONS_EVERY_S or self._detector.fields_due(now)
        if self._findings or due:
            self._report()

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
        self._rules = self._book.rules
        moved = self._detector.exchange(self._rules)
        self._scanner = Scanner(self._detector.patterns)
        for file in self._files.values():
            file.cutter.exchange(self._scanner.hits, self._scanner.matching, moved)

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
            file.backlog = Backlog(block.backlog) if block.offset < block.backlog else None
        self._files[block.key] = file  # the one fed last comes last
        if file.end != block.offset:
            file.context, file.context_damage, file.lead = b"", 0, b""
        context = file.context
        raw = context + block.data if context else block.data
        base = block.offset - len(context)
        view = self._decoder.view(raw)
        size = len(view.text)

        def place(at: int) -> int:
            return block.end if at >= size else base + view.raw_offset(at)

        start = view.text_offset(len(context))
        file.around = Surroundings(
            block=block,
            raw=raw,
            base=base,
            view=view,
            start=start,
            lead=file.lead,
            opened=file.opened,
        )
        self._detect(list(file.cutter.feed(view.text, start, place)), file)
        self._caught_up(file, block.end)
        file.end, file.fed_at = block.end, self._clock.monotonic()
        self._source.counts.damaged += view.replaced - file.context_damage
        file.context = self._decoder.last_lines(raw, _CONTEXT_BYTES)
        file.context_damage = self._decoder.view(file.context).replaced if view.replaced else 0
        self._last_line_at = self._clock.now()
        file.lead = file.lead[-_CONTEXT_BYTES:] if len(raw) <= _CONTEXT_BYTES else b""
        open_at = file.cutter.open_at
        file.opened = self._opened(file, open_at)
        file.around = None if open_at is None else file.around
        self._move(block.key, block.end if open_at is None else open_at)
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

    @staticmethod
    def _opened(file: _FileState, open_at: int | None) -> Spot | None:
        """Where the record begins that stays open; its block is gone when it ends."""
        opened, around = file.opened, file.around
        if open_at is None or around is None:
            return None
        if opened is not None and opened.offset == open_at:
            return opened
        if open_at < around.base:
            return None  # of records that overlap, one that began earlier ended later
        return around.beginning(open_at, around=True)

    def _new_file(self, block: Block) -> _FileState:
        labels = labels_of(self._settings, block.path, self._host, block.labels)
        return _FileState(
            cutter=cutter_of(self._settings, self._scanner.hits, self._scanner.matching),
            origin=Origin(
                path=block.path, file_id=block.file_id, labels=labels, watch=self._settings.name
            ),
        )

    def _detect(self, records: list[Record], file: _FileState) -> None:
        if records and file.around is not None:
            now, monotonic = self._clock.now(), self._clock.monotonic()
            found = self._detector.detect(records, file.origin, now, monotonic, file.around.spot)
            self._findings += file.backlog.take(found) if file.backlog else found

    def _caught_up(self, file: _FileState, reached: int | None = None) -> None:
        """Tell in one finding of what was in a file's backlog, once it is behind."""
        if file.backlog is None or (reached is not None and reached < file.backlog.end):
            return
        summary = file.backlog.summary(self._agent, file.origin, self._clock.now())
        self._findings += [summary] if summary else []
        file.backlog = None

    def _move(self, key: str, offset: int) -> None:
        """Note how far a file is dealt with; what the source settled itself came before."""
        self._moved.update(self._source.take_settled())
        position = self._source.position(key, offset)
        if position is not None:
            self._moved[key] = position
        self._moved.update(self._source.take_settled())  # of a source with one for all streams

    def _report(self, *, last: bool = False) -> None:
        """Hand over what was found and the positions behind it, however long that takes."""
        self._reported_at = self._clock.monotonic()
        self._moved.update(self._detector.take_changes(self._clock.now()))
        due = last or self._detector.fields_due(self._reported_at)
        fields = self._detector.take_fields(self._reported_at) if due else None
        if not (self._findings or self._moved or self._given_up or fields):
            return
        report = Report(
            agent=self._agent,
            findings=tuple(self._findings),
            positions=dict(self._moved),
            rules=self._book.version,
            given_up=dict(self._given_up),
            fields=fields,
        )
        delay = _FIRST_DELAY_S
        while not self._accepted(report):
            if last or self._stop.wait(delay):
                return  # not taken, so the positions did not move: it is found again
            self._measure()
            delay = min(delay * 2, _LONGEST_DELAY_S)
        self.positions.update(report.positions)
        self._findings.clear()
        self._moved.clear()
        self._given_up.clear()

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

    def _longest_wait(self) -> float:
        waits = [self._settings.poll_interval_s]
        now = self._clock.monotonic()
        waits += [
            file.fed_at + self._settings.trace_idle_s - now
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

    def _measure(self) -> None:
        now = self._clock.monotonic()
        elapsed = now - self._measured_at
        if elapsed < _PROGRESS_EVERY_S and self.progress.files == self._source.open_files:
            return
        lines = self._source.counts.lines
        rate = (lines - self._measured_lines) / elapsed if elapsed > 0 else 0.0
        self._measured_at, self._measured_lines = now, lines
        lag_bytes, lag_s = self._source.lag()
        troubles = self._source.troubles()
        errors = [f"{t.path} {t.text}" for t in troubles if not t.absent]
        absent = [f"{t.path} {t.text}" for t in troubles if t.absent]
        more = len(errors) + len(absent) - _TOLD_TROUBLES
        told = [*([self._sink_error] if self._sink_error else []), *errors, *absent]
        if errors or self._sink_error:
            state = "error"
        elif absent:
            state = "absent"
        else:
            state = "behind" if lag_bytes > _BEHIND_BYTES or lag_s > _BEHIND_S else "ok"
        self.progress = replace(
            self.progress,
            state=state,
            files=self._source.open_files,
            lines=lines,
            lines_per_s=rate,
            lag_bytes=lag_bytes,
            lag_s=lag_s,
            last_line_at=self._last_line_at,
            error="; ".join(told[:_TOLD_TROUBLES]) + (f"; and {more} more" if more > 0 else ""),
        )


def labels_of(
    settings: WatchSettings, path: str, host: str, known: Mapping[str, str] = NO_LABELS
) -> dict[str, str]:
    """What findings in a file of this watch are labelled with, beside their rule's own labels.

    Args:
        settings: Of the watch; what it says itself goes before all else.
        path: Of the file.
        host: This machine.
        known: What the source knows of these lines.
    """
    found = {"service": service_of(path), "host": host, **path_labels(settings, path), **known}
    said = {"service": settings.service} if settings.service else {}
    return {**found, **said, **settings.labels}


def reader_of(settings: WatchSettings) -> LineReader:
    """What reads the lines of a watch around hits.

    Raises:
        PatternError: If one of its own patterns cannot be used.
        ValueError: If there is no format of that name.
    """
    zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
    return LineReader(settings.format, settings.grok.formats, settings.grok.patterns, zone)


def cutter_of(
    settings: WatchSettings, hits: Hits, matching: Matching
) -> RecordCutter | InterleavedCutter:
    """What cuts the records of a watch out of one file."""
    said = settings.multiline
    shape: Shape = Traces()
    if said.start or said.continues or said.end:
        shape = Joined(start=said.start, continues=said.continues, end=said.end, negate=said.negate)
    if said.key:
        return InterleavedCutter(hits, matching, shape, said.key, said.max_lines)
    return RecordCutter(hits, matching, shape, said.max_lines)


def common_labels(settings: WatchSettings, host: str) -> dict[str, str]:
    """What everything found in this watch is labelled with, whatever its file."""
    service = {"service": settings.service} if settings.service else {}
    return {**service, "host": host, **settings.labels}
