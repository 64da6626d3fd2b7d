"""Runs rules of every kind over files as they stand, by the time that their lines say."""

import heapq
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from watchers.as_watched import cutter_of, reader_of
from watchers.detectors.base import Origin, RuleSettings, WindowRule
from watchers.errors import ReplayError
from watchers.finding import Finding
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.record import Record
from watchers.records.reading import Read
from watchers.replay.texts import texts_in
from watchers.rules.detection import Detection
from watchers.rules.windows import Whereabouts
from watchers.sources.file.settings import WatchSettings

_HEAD_BYTES = 64 * 1024
_TICKS_IN_SPAN = 20
_AT_ONCE = timedelta(seconds=1)
"""Records of one file that come within it are looked at together, as in a block that was read."""
_MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFile:
    """A file, and what its findings are labelled with.

    Attributes:
        settings: Of the watch that reads it; rules count each watch for itself.
        common: Labels that all files of the watch have.
    """

    path: str
    labels: Mapping[str, str]
    settings: WatchSettings
    common: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Replayed:
    """What came of it.

    Attributes:
        findings: With when each showed; oldest first. Those of a watch in the shadow ask for
            nothing, those of one in training are left out.
        began: When the oldest line was written that says when; None without any.
        ended: The same of the newest.
        lines: How many were read.
        refused: Files that were not read, with the reason.
    """

    findings: list[tuple[datetime, Finding]] = field(default_factory=list)
    began: datetime | None = None
    ended: datetime | None = None
    lines: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def span(self) -> timedelta:
        """From the oldest line to the newest."""
        return self.ended - self.began if self.began and self.ended else timedelta()

    def saw(self, at: datetime) -> None:
        """Note that a line is of then."""
        self.began = min(self.began or at, at)
        self.ended = max(self.ended or at, at)


class _Step(NamedTuple):
    """A moment of one file, with the record that ends then, if there is one."""

    at: datetime
    origin: Origin
    record: Record | None


def replay(
    rules: Sequence[RuleSettings],
    files: Sequence[ReplayFile],
    *,
    now: datetime,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Replayed:
    """Run rules over files, merged by time within each watch.

    Args:
        rules: Of every kind.
        files: In any order; gzip is read too.
        now: For lines that name no year, and for those that say no time at all; aware.
        since: Earlier lines are left out.
        progress: Told how many bytes were read.
    """
    done = Replayed()
    by_watch: dict[str, list[ReplayFile]] = {}
    for file in files:
        by_watch.setdefault(file.settings.name, []).append(file)
    for watch, some in by_watch.items():
        reads = reader_of(some[0].settings).read
        at = Whereabouts(agent="replay", watch=watch, common=some[0].common, reads=reads)
        stage = some[0].settings.stage
        running = _Running(Detection(at, rules, DistinctCap()), rules, done, stage)
        steps = [running.steps(one, now, reads, progress) for one in some]
        merged = steps[0] if len(steps) == 1 else heapq.merge(*steps, key=lambda one: one.at)
        for step in merged:
            if since is None or step.at >= since:
                running.take(step)
        running.end()
    done.findings.sort(key=lambda one: one[0])
    return done


class _Running:
    """One watch."""

    def __init__(
        self, detection: Detection, rules: Sequence[RuleSettings], done: Replayed, stage: str
    ) -> None:
        self._detection = detection
        self._scanner = Scanner(detection.patterns)
        self._done = done
        self._stage = stage
        spans = [getattr(one, "timeframe", None) for one in rules if _waits(one)]
        shortest = min((one for one in spans if one), default=timedelta(seconds=1))
        self._every = max(timedelta(seconds=1), shortest / _TICKS_IN_SPAN)
        self._late = max(
            (one.query_delay for one in rules if isinstance(one, WindowRule)), default=timedelta()
        )
        self._ticked: datetime | None = None
        self._last: datetime | None = None
        self._known: set[str] = set()
        self._held: list[_Step] = []

    def take(self, step: _Step) -> None:
        """Let the time pass up to a moment, and count its record in."""
        if self._held and not self._goes_with(step):
            self._let_go()
        self._done.saw(step.at)
        if step.origin.path not in self._known:
            self._known.add(step.origin.path)
            self._detection.look([step.origin], step.at)
        self._pass(step.at)
        self._last = max(self._last or step.at, step.at)
        if step.record is not None:
            self._held.append(step)

    def _goes_with(self, step: _Step) -> bool:
        """Whether nothing happens between what is held and this."""
        first = self._held[0]
        if step.origin is not first.origin or len(self._held) >= _MOST_AT_ONCE:
            return False
        if self._detection.ticks and self._ticked and step.at >= self._ticked + self._every:
            return False
        return step.at < first.at + _AT_ONCE

    def _let_go(self) -> None:
        """Count in what is held."""
        at, origin = self._held[-1].at, self._held[-1].origin
        records = [one.record for one in self._held if one.record is not None]
        self._held.clear()
        self._found(at, self._detection.detect(records, origin, at, at.timestamp()))

    def end(self) -> None:
        """Let as much time pass as lines may be late."""
        if self._held:
            self._let_go()
        if self._last is not None:
            self._pass(self._last + self._late)

    def _pass(self, until: datetime) -> None:
        if not self._detection.ticks:
            return
        at = self._ticked = self._ticked or until
        while at + self._every <= until:
            at += self._every
            found = self._detection.tick(at, at.timestamp())
            self._found(at, found)
        self._ticked = at

    def _found(self, at: datetime, findings: Iterable[Finding]) -> None:
        """Keep what was found, as far as the watch is past its training."""
        if self._stage == "shadow":
            findings = [replace(one, responses=frozenset()) for one in findings]
        if self._stage != "training":
            self._done.findings += [(at, one) for one in findings]

    def steps(
        self,
        file: ReplayFile,
        now: datetime,
        reads: Read,
        progress: Callable[[int], None],
    ) -> Iterator[_Step]:
        """The moments of a file; a line that says no time is of the time before it."""
        settings = file.settings
        origin = Origin(path=file.path, file_id="", labels=file.labels, watch=settings.name)
        cutter = cutter_of(settings, self._scanner.lines, self._scanner.matching)
        last: datetime | None = None

        def moment(line: bytes) -> datetime:
            nonlocal last
            said = reads(line[:_HEAD_BYTES], now).at
            last = max(last, said) if last is not None and said is not None else said or last
            return last or now.astimezone(UTC)

        try:
            for one in texts_in(file.path, settings.decoder(), progress):
                text = one.text
                self._done.lines += text.count(b"\n")
                yield _Step(moment(text[: text.find(b"\n")]), origin, None)
                for record in cutter.feed(text, 0, one.place):
                    yield _Step(moment(record.lines[0]), origin, record)
                ending = text[text.rfind(b"\n", 0, -1) + 1 : -1]
                if cutter.open_at is None:
                    yield _Step(moment(ending), origin, None)
            for record in cutter.close():
                yield _Step(moment(record.lines[0]), origin, record)
        except (ReplayError, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            self._done.refused[file.path] = getattr(error, "strerror", None) or str(error)


def _waits(rule: RuleSettings) -> bool:
    return isinstance(rule, WindowRule) and rule.times
