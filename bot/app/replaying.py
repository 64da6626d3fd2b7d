"""Files that are there → what one subscriber would have been sent, on the time of their lines."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app.backtesting import replay_files
from bot.app.incidents import watched_by_incidents
from bot.app.rehearsing import Message, rehearse
from bot.config.load import rules_of
from bot.config.schema import Config
from watchers.as_watched import zone_of
from watchers.detectors.templates.constant import Constants
from watchers.errors import ReplayError
from watchers.finding import Finding, Response
from watchers.incidents.entry import Entry, Kind, News
from watchers.incidents.findings import finding_of
from watchers.replay.incidents import incidents_in
from watchers.replay.opening import STDIN, lines_at
from watchers.replay.reading import Count, Log, entries_of
from watchers.sources.file.decode import Decoder
from watchers.trials.rehearsal import replay as rehearsed

_EVIDENCE = 20
_AGENT = "replay"
_GREW_EVERY_S = 2400.0
"""A silent edit is not shown here: it is enough that the engine hears that it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message, and the numbers of lines that show what it is about."""

    message: Message
    lines: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Replaying:
    """One replay.

    Attributes:
        file: Of the configuration, "" for none.
        now: For times that name no year; aware.
        read: Told how many more bytes were read.
        count: What was read so far.
    """

    config: Config
    file: str
    paths: Sequence[str]
    since: datetime | None
    until: datetime | None
    now: datetime
    read: Callable[[int], object]
    count: Count = field(default_factory=Count)
    _last: datetime | None = None
    _lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)

    def sent(self) -> list[Sent]:
        """What one subscriber would have been sent, oldest first.

        Raises:
            ReplayError: If a file cannot be read, or says no times.
        """
        found = heapq.merge(self._rules(), self._incidents(), key=lambda one: one[0])
        messages = list(rehearse(self.config, found, lambda: self._last))
        numbers = self._numbers(messages)
        return [
            Sent(message=one, lines=self._lines.get(one.found.id) or numbers.get(one.found.id, ()))
            for one in messages
        ]

    def _incidents(self) -> Iterator[tuple[datetime, Finding]]:
        logs = [one for path in self.paths if (one := self._log(path)) is not None]
        entries = self._within(entries_of(logs, self.now, self.count, self._have_read))
        if not watched_by_incidents(self.config):
            for _ in entries:
                pass
            return
        terms = self.config.incidents.terms()
        for news in _seldom(incidents_in(entries, Constants(), terms)):
            finding = finding_of(news, _AGENT, self.config.incidents.quiet)
            self._lines[finding.id] = tuple(one.source for one in news.evidence)
            yield datetime.fromtimestamp(round(news.at_s, 3), UTC), finding

    def _log(self, path: str) -> Log | None:
        """A file as the watch reads it that leads there; None when that one is not live."""
        if path == STDIN:
            return Log(path=path, decoder=Decoder("utf-8"), service="stdin")
        (file,) = replay_files(self.config, self.file, [path])
        if file.settings.stage != "live":
            return None
        return Log(
            path=path,
            decoder=file.settings.decoder(),
            zone=zone_of(file.settings),
            service=file.labels["service"],
        )

    def _within(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        first = self.since.timestamp() if self.since is not None else float("-inf")
        end = self.until.timestamp() if self.until is not None else float("inf")
        last_s = None
        for one in entries:
            if one.at_s >= end:
                last_s = end  # of many lines in a row only the last is told
                break
            if one.at_s >= first:
                last_s = one.at_s
                yield one
        if last_s is not None:
            self._last = datetime.fromtimestamp(last_s, UTC)

    def _rules(self) -> Iterator[tuple[datetime, Finding]]:
        """What rules find that are not told as incidents."""
        as_incidents = watched_by_incidents(self.config)
        alerting = (one for one in rules_of(self.config) if Response.ALERT in one.wanted)
        rules = [one for one in alerting if one.name not in as_incidents]
        if not rules:
            return
        if STDIN in self.paths:
            raise ReplayError(
                "- can be read once only: put it into a file to use rules of your own"
            )
        files = replay_files(self.config, self.file, self.paths)
        done = rehearsed(rules, files, now=self.now, since=self.since)
        for path, reason in done.refused.items():
            raise ReplayError(f"{path}: {reason}")
        for at, finding in done.findings:
            if self.until is None or at < self.until:
                yield at, finding

    def _numbers(self, messages: Sequence[Message]) -> dict[str, tuple[int, ...]]:
        """Lines of what rules found, which is known by its place in bytes."""
        places: dict[str, dict[int, int]] = {}
        for one in messages:
            for sample in one.found.samples:
                path, _, offset = sample.place.rpartition(":")
                places.setdefault(path, {})[int(offset)] = 0
        for path, offsets in places.items():
            offsets.update(lines_at(path, offsets))
        numbers: dict[str, tuple[int, ...]] = {}
        for one in messages:
            split = [sample.place.rpartition(":") for sample in one.found.samples]
            lines = [places[path][int(offset)] for path, _, offset in split]
            numbers[one.found.id] = tuple(lines[:_EVIDENCE])
        return numbers

    def _have_read(self, path: str, done: int) -> None:
        self.read(done - self._read.get(path, 0))
        self._read[path] = done


def _seldom(news: Iterable[News]) -> Iterator[News]:
    """The same with fewer silent edits; no line goes uncounted."""
    shown: dict[int, float] = {}
    held: dict[int, News] = {}
    for one in news:
        before = held.pop(one.incident, None)
        lines = one.lines + (before.lines if before is not None else 0)
        if one.kind is Kind.GREW and one.at_s - shown.get(one.incident, 0.0) < _GREW_EVERY_S:
            held[one.incident] = replace(one, lines=lines)
            continue
        if one.kind is Kind.RESOLVE and before is not None:
            yield replace(before, at_s=one.at_s)
        shown[one.incident] = one.at_s
        yield replace(one, lines=lines)


def size_of(paths: Sequence[str]) -> int:
    """Bytes of the files, as far as they can be told."""
    return sum(Path(one).stat().st_size for one in paths if Path(one).is_file())
