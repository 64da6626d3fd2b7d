"""Searches what watches read that is no file: a journal, or a server that keeps lines."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from watchers.as_watched import reader_of
from watchers.clock import Clock
from watchers.labels import common_labels, labels_of
from watchers.lookback.meant import conditions_of, meant
from watchers.lookback.search import AROUND, Hit
from watchers.lookback.told import told
from watchers.questions import LogLine, Question
from watchers.redaction.redactor import Redactor
from watchers.sources.file.settings import WatchSettings
from watchers.streams.entry import Entry, SupplyError
from watchers.streams.wanted import Seen, Wanted
from watchers.watch import Watch

WITHIN_S = 3.0
"""So long all of them together may take."""
MOST_HITS = 60
_MOST_SIFTED = 1000
"""Asked for where conditions on labels and fields are held against them here."""
_LONGEST_BACK = timedelta(days=1)
_AHEAD_S = 60.0
"""Clocks of others may be ahead of ours."""
_SAID = 160
_KINDS = {
    "journald": "watchers.sources.journald.lookback",
    "loki": "watchers.sources.loki.lookback",
    "elasticsearch": "watchers.sources.elasticsearch.lookback",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """What was found beside files.

    Attributes:
        lines: Of each watch the newest first.
        sources: Watches that were searched, by name and kind.
        unsearched: Watches that were not, with the reason if there is one.
        bound: Whether there may be more.
    """

    lines: tuple[LogLine, ...]
    sources: tuple[str, ...]
    unsearched: tuple[str, ...]
    bound: bool


class Elsewhere:
    """Searches the watches that read no files; safe to use from several threads."""

    def __init__(
        self, watches: Sequence[WatchSettings], host: str, redactor: Redactor, clock: Clock
    ) -> None:
        """`host` is the label that findings of the watches get."""
        self._watches = [one for one in watches if isinstance(one, Watch) and one.kind != "files"]
        self._host = host
        self._redactor = redactor
        self._clock = clock

    def search(self, asked: Question) -> Also:
        """What there is, as far as it is told in time; never raises for what others say."""
        lines: list[LogLine] = []
        sources: list[str] = []
        unsearched: list[str] = []
        bound = False
        ends = self._clock.monotonic() + WITHIN_S
        for watch in self._watches:
            if not self._may_mean(watch, asked):
                continue
            name = f"{watch.name} ({watch.kind})"
            if watch.kind not in _KINDS:
                unsearched.append(name)
                continue
            try:
                seen = self._seen(watch, asked, ends - self._clock.monotonic())
            except SupplyError as error:
                unsearched.append(f"{name}: {error}"[:_SAID])
                continue
            found = self._lines(watch, seen.entries, asked)
            lines += found[:MOST_HITS]
            bound |= seen.bound or len(found) > MOST_HITS
            sources.append(name)
        clean = self._redactor.text
        return Also(
            lines=tuple(lines),
            sources=tuple(map(clean, sources)),
            unsearched=tuple(map(clean, unsearched)),
            bound=bound,
        )

    def _may_mean(self, watch: Watch, asked: Question) -> bool:
        """Whether what is known of all its lines leaves it in question.

        The host is known of what others do not keep for many hosts.
        """
        known = common_labels(watch, self._host)
        if watch.kind in _KINDS and "host" not in watch.labels:
            del known["host"]
        return meant(known, [one for one in asked.labels if one[0] in known])

    def _seen(self, watch: Watch, asked: Question, left_s: float) -> Seen:
        """Ask its keeper.

        Raises:
            SupplyError: If that does not say, or there is no time left to ask.
        """
        if left_s <= 0:
            raise SupplyError("there was no time left for it")
        now = self._clock.now()
        since = asked.since or now - _LONGEST_BACK
        kind: Any = importlib.import_module(_KINDS[watch.kind])
        seen: Seen = kind.look_back(
            getattr(watch, watch.kind),
            Wanted(
                words=asked.words,
                since_s=since.timestamp(),
                until_s=now.timestamp() + _AHEAD_S,
                most=_MOST_SIFTED if asked.labels else MOST_HITS,
                within_s=left_s,
            ),
        )
        return seen

    def _lines(self, watch: Watch, entries: Sequence[Entry], asked: Question) -> list[LogLine]:
        reads = reader_of(watch).read
        now = self._clock.now()
        found: list[LogLine] = []
        for entry in entries:
            if (stream := entry.stream) is None:
                continue
            labels = labels_of(watch, stream.path, self._host, dict(stream.labels))
            conditions = conditions_of(one for one in asked.labels if one[0] not in labels)
            if conditions is None or not meant(
                labels, (one for one in asked.labels if one[0] in labels)
            ):
                continue
            line = told(_hit(entry, asked.words), stream.path, 0, asked.words, self._redactor)
            if line is None:
                continue
            # What is redacted in a line is not found by it either.
            fields = reads(line.text.encode(), now).fields if conditions else {}
            if all(each.holds(fields) for each in conditions):
                found.append(line)
        return found


def _hit(entry: Entry, words: str) -> Hit:
    """The line of an entry that holds the words, with those around it."""
    lines = entry.text.decode("utf-8", "replace").split("\n")
    lowered = words.lower()
    at = next((n for n, line in enumerate(lines) if lowered in line.lower()), 0)
    return Hit(
        line=at,
        text=lines[at],
        before=tuple(lines[max(0, at - AROUND) : at]),
        after=tuple(lines[at + 1 : at + 1 + AROUND]),
        at=datetime.fromtimestamp(entry.at_s, UTC) if entry.dated else None,
    )
