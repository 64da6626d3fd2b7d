"""Reads back what is known of log lines: around a record, by words, and whole timelines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.core.alert import Alert, Transition
from bot.core.hearing import HEARD_LATELY
from bot.core.lookup import FRESH, Lookup, Recorded
from bot.core.matcher import Matcher, Operator
from bot.core.ports import Store
from bot.core.subscription import Target
from bot.engine.recorded_lines import LinesWanted, recorded_lines
from watchers.finding import Sample, Severity
from watchers.questions import Answer, Ending, LogLine

MOST_RECORDED = 200
MOST_HOSTS = 20
_LOOKED_AT = 5
"""What is a column of its own."""


class Source(StrEnum):
    """How it stands with the host that has the file."""

    ANSWERED = "answered"
    ASKED = "asked"
    SILENT = "silent"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextView:
    """Lines around a record.

    Attributes:
        first: First line wanted, counted from the record's first line.
        last: Last line wanted.
        answer: What the host said, None while it has said nothing.
        source: How it stands with it.
    """

    alert: Alert
    sample: Sample
    first: int
    last: int
    source: Source
    answer: Answer | None = None

    @property
    def record(self) -> int:
        """How many lines the record has, as far as they were kept."""
        return len(self.sample.text.split("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHit:
    """One line that a search found.

    Attributes:
        at: When it was written, or found where it does not say; None where nothing says so; aware.
        read_at: When it was read, of what a rule recorded; aware.
        number: From 1; 0 when it is not known.
        rule: The rule that recorded it, "" for a line of a file.
    """

    at: datetime | None
    host: str
    path: str
    number: int
    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    rule: str = ""
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSearch:
    """How searching the files of one host went.

    Attributes:
        sources: Its watches of what is no file that were searched too, by name and kind.
        unsearched: Those that were not, with the reason if there is one.
    """

    host: str
    source: Source
    files: int = 0
    bytes: int = 0
    bound: bool = False
    sources: tuple[str, ...] = ()
    unsearched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsView:
    """What a search found.

    Attributes:
        number: Of the lookup.
        words: What was searched for, conditions where there are no words; untrusted text.
        again: The command that asks for it, without its page.
        hits: Newest first.
        recorded_only: Files were not searched, since they know nothing of what was asked.
    """

    number: int
    words: str
    again: str
    span: timedelta
    hits: tuple[LogHit, ...]
    hosts: tuple[HostSearch, ...]
    recorded_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """Some of what happened to an alert.

    Attributes:
        entries: Oldest first.
        page: From 1.
        total: Entries in all.
    """

    alert: Alert
    entries: tuple[Transition, ...]
    page: int
    pages: int
    total: int


class LookupViews:
    """Read models; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store, named: Callable[[Transition], Transition]) -> None:
        """`named` gives a transition the names known by now."""
        self._store = store
        self._named = named

    def lookup(self, number: int) -> Lookup | None:
        """One lookup as it stands."""
        return self._store.lookups.get(number)

    def hosts(self, now: datetime) -> tuple[tuple[str, bool], ...]:
        """Agents that watch files, and whether they are heard."""
        return tuple(
            (one.agent, now - one.heard_at < HEARD_LATELY)
            for one in self._store.agents.all()
            if one.sources
        )[:MOST_HOSTS]

    def heard(self, agent: str, now: datetime) -> bool:
        """Whether an agent is heard."""
        return any(one == agent and heard for one, heard in self.hosts(now))

    def subject(self, alert: Alert, sample: Sample) -> str:
        """What a lookup of lines around a record is about."""
        spot = sample.spot
        return f"{alert.agent}:{spot.file}:{spot.offset}" if spot is not None else ""

    def known(
        self, subject: str, first: int, last: int, target: Target, now: datetime
    ) -> Answer | None:
        """An answer of before that holds these lines already."""
        for one in self._store.lookups.lately(subject, target, now - FRESH, _LOOKED_AT):
            for part in one.parts:
                if part.answer is not None and _covers(part.answer, first, last):
                    return part.answer
        return None

    def lately(self, subject: str, target: Target, since: datetime) -> Lookup | None:
        """The newest lookup about the same, None when it was longer ago."""
        return next(iter(self._store.lookups.lately(subject, target, since, 1)), None)

    def sent_lately(self, subject: str, target: Target, since: datetime) -> bool:
        """Whether a record was asked for and not refused since."""
        lookup = self.lately(subject, target, since)
        if lookup is None:
            return False
        told = [part.answer for part in lookup.parts if part.answer is not None]
        return lookup.open_until is not None or any(one.lines for one in told)

    def card_in(self, alert_id: int, target: Target) -> str:
        """The message of an alert's card in a chat, "" without one."""
        card = self._store.outbox.card(alert_id, target)
        return card.message_id if card is not None else ""

    def context(self, lookup: Lookup) -> ContextView | None:
        """A lookup of lines around a record, None when the alert is gone."""
        alert = self._store.alerts.get(lookup.alert_id or 0)
        if alert is None or not lookup.parts:
            return None
        part = lookup.parts[0]
        sample = next(
            (s for s in alert.samples if self.subject(alert, s) == lookup.subject), None
        ) or _from_question(lookup)
        return ContextView(
            alert=alert,
            sample=sample,
            first=int(lookup.asked["first"]),
            last=int(lookup.asked["last"]),
            answer=part.answer,
            source=_source(lookup, part.answer),
        )

    def logs(self, lookup: Lookup) -> LogsView:
        """A search as it stands."""
        asked = lookup.asked
        since = lookup.asked_at - timedelta(seconds=asked["span_s"])
        recorded = self._recorded(lookup, since)
        found = [
            _hit(line, part.agent)
            for part in lookup.parts
            if part.answer is not None
            for line in part.answer.lines
        ]
        there = {(hit.host, hit.path, hit.number) for hit in found if hit.number}
        texts = {(hit.host, hit.text) for hit in found}
        found += [
            hit
            for hit in recorded
            if (hit.host, hit.path, hit.number) not in there and (hit.host, hit.text) not in texts
        ]
        found.sort(key=lambda hit: hit.at or lookup.asked_at, reverse=True)
        silent = (HostSearch(host=one, source=Source.SILENT) for one in asked.get("silent", ()))
        return LogsView(
            number=lookup.id,
            words=asked["words"] or _conditions(asked),
            again=asked["again"],
            span=timedelta(seconds=asked["span_s"]),
            hits=tuple(found),
            hosts=(*(_searched(lookup, part.agent, part.answer) for part in lookup.parts), *silent),
            recorded_only=bool(asked.get("recorded_only")),
        )

    def timeline(self, alert_id: int, page: int, length: int) -> TimelineView | None:
        """One page of what happened, the last one with 0 or beyond the end."""
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            return None
        total = self._store.timelines.count(alert_id)
        pages = max(1, -(-total // length))
        shown = page if 0 < page <= pages else pages
        entries = self._store.timelines.page(alert_id, (shown - 1) * length, length)
        return TimelineView(
            alert=alert,
            entries=tuple(map(self._named, entries)),
            page=shown,
            pages=pages,
            total=total,
        )

    def entries(self, alert_id: int, offset: int, limit: int) -> tuple[tuple[Transition, ...], int]:
        """Some of what happened to an alert, oldest first, and how much that is in all."""
        found = self._store.timelines.page(alert_id, offset, limit)
        return tuple(map(self._named, found)), self._store.timelines.count(alert_id)

    def _recorded(self, lookup: Lookup, since: datetime) -> Iterable[LogHit]:
        matchers = tuple(
            Matcher(label=a, operator=Operator(b), value=c) for a, b, c in lookup.asked["matchers"]
        )
        asked = lookup.asked
        words = asked["words"]
        wanted = LinesWanted(
            words=words,
            matchers=matchers,
            fields=tuple((a, b, c) for a, b, c in asked.get("fields", ())),
            least=Severity(asked["least"]).rank if asked["least"] else 0,
        )
        found = recorded_lines(self._store, wanted, since, MOST_RECORDED)
        return [_from_record(one, words) for one in found]


def _conditions(asked: Mapping[str, Any]) -> str:
    least = [f"level>={asked['least']}"] if asked["least"] else []
    return " ".join([*map("".join, (*asked["matchers"], *asked.get("fields", ()))), *least])


def _covers(answer: Answer, first: int, last: int) -> bool:
    if answer.ending is not Ending.DONE:
        return False
    end = answer.first + len(answer.lines) - 1
    return (answer.begins or answer.first <= first) and (answer.ends or end >= last)


def _source(lookup: Lookup, answer: Answer | None) -> Source:
    if answer is not None:
        return Source.ANSWERED
    return Source.ASKED if lookup.open_until is not None else Source.UNANSWERED


def _searched(lookup: Lookup, agent: str, answer: Answer | None) -> HostSearch:
    source = _source(lookup, answer)
    if answer is None:
        return HostSearch(host=agent, source=source)
    return HostSearch(
        host=agent,
        source=source,
        files=answer.files,
        bytes=answer.bytes,
        bound=answer.ending is Ending.BOUND,
        sources=answer.sources,
        unsearched=answer.unsearched,
    )


def _from_question(lookup: Lookup) -> Sample:
    """The record as the question named it: the alert has newer ones by now."""
    asked: Mapping[str, str] = lookup.asked
    return Sample(text=asked.get("text", ""), place=asked.get("place", ""), at=lookup.asked_at)


def _hit(line: LogLine, agent: str) -> LogHit:
    return LogHit(
        at=line.at,
        host=agent,
        path=line.path,
        number=line.number,
        text=line.text,
        before=line.before,
        after=line.after,
    )


def _from_record(one: Recorded, words: str) -> LogHit:
    """The line of the record that holds the words."""
    lines, spot = one.sample.text.split("\n"), one.sample.spot
    at = next((n for n, text in enumerate(lines) if words.lower() in text.lower()), 0)
    return LogHit(
        at=one.sample.written_at or one.at,
        read_at=one.sample.at,
        host=one.agent,
        path=one.sample.path,
        number=spot.line + at if spot is not None and spot.line else 0,
        text=lines[at],
        before=(*(spot.before if spot is not None else ()), *lines[:at])[-2:],
        after=(*lines[at + 1 :], *(spot.after if spot is not None else ()))[:2],
        rule=one.rule,
    )
