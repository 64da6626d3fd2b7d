"""Answers questions about what an agent's watches read, and about nothing else."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchers.as_watched import reader_of
from watchers.clauses.conditions import Condition
from watchers.clock import Clock
from watchers.lookback.elsewhere import Elsewhere
from watchers.lookback.generations import Content, Late, LateError, candidates, holding, opened
from watchers.lookback.meant import conditions_of, meant, words_of
from watchers.lookback.narrow import Narrow, encoding_of
from watchers.lookback.search import Piece, Takes, hits
from watchers.lookback.told import LINE_CHARS, told
from watchers.lookback.window import Window, number_at, window
from watchers.questions import Answer, Ask, Ending, LogLine, Question
from watchers.redaction.redactor import Redactor
from watchers.sources.file import discovery
from watchers.sources.file.decode import Decoder, refusal
from watchers.sources.file.settings import WatchSettings

log = logging.getLogger(__name__)

WITHIN_S = 1.5
"""So long looking into files may take."""
MOST_LINES = 240
MOST_HITS = 60
SEARCHED_BYTES = 512 << 20
RECORD_BYTES = 256 << 10
RECORD_LINES = 5000
_READ_CHARS = 4096
"""Of a line, before what is to be redacted in it is looked for."""
_KEY_LINES = 120
"""Read besides before what is wanted: a private key may begin there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searched:
    path: str
    decoder: Decoder
    changed: float
    watch: WatchSettings
    conditions: tuple[Condition, ...] = ()


class Looking:
    """Looks into files, and elsewhere where they are searched; safe to use from several threads.

    Whatever a question names, only files are opened that a watch's globs lead to, and what
    rotation made of these.
    """

    def __init__(
        self, watches: Sequence[WatchSettings], host: str, redactor: Redactor, clock: Clock
    ) -> None:
        """`host` is the label that findings of the watches get."""
        self._watches = watches
        self._host = host
        self._redactor = redactor
        self._clock = clock
        self._elsewhere = Elsewhere(watches, host, redactor, clock)

    def answer(self, question: Question) -> Answer:
        """What there is to say; never raises for what a file holds or lacks."""
        deadline = self._clock.monotonic() + WITHIN_S
        late = lambda: self._clock.monotonic() >= deadline  # noqa: E731 - one word for many callers
        try:
            if question.ask is Ask.SEARCH:
                return self._search(question, late)
            return self._record(question, late)
        except LateError:
            return Answer(id=question.id, ending=Ending.BOUND)
        except OSError as error:
            why = self._redactor.text(str(error.strerror or error))
            return Answer(id=question.id, ending=Ending.FAILED, why=why)

    # -- one record ------------------------------------------------------------------------

    def _record(self, question: Question, late: Late) -> Answer:
        watch = self._watch_of(question.path)
        if watch is None:
            return Answer(id=question.id, ending=Ending.FOREIGN)
        path, asked = question.path, question
        with holding(path, asked.file, asked.offset, asked.mark, late) as found:
            if found is None:
                return Answer(id=asked.id, ending=Ending.GONE)
            decoder, content = watch.decoder(), found.content
            if encoding := encoding_of(content):
                content = narrow = Narrow(content, encoding, late)
                decoder = Decoder("utf-8")
                begin, end = narrow.at(asked.offset), narrow.at(asked.end)
                asked = replace(asked, offset=begin, end=end)
            line = asked.line or number_at(content, asked.offset, late)
            if asked.ask is Ask.RECORD:
                answer = self._whole(asked, content, decoder, line)
            else:
                answer = self._around(asked, content, decoder, line)
            return replace(answer, files=1, path=self._redactor.text(found.path))

    def _around(self, asked: Question, content: Content, decoder: Decoder, line: int) -> Answer:
        first = asked.first
        last = min(max(asked.last, first), first + MOST_LINES - 1)
        back = max(0, -first) + _KEY_LINES
        seen = window(content, asked.offset, back, max(0, last + 1))
        texts = self._texts(seen, decoder)
        zero = len(seen.before)
        begin, stop = max(0, zero + first), max(0, zero + last + 1)
        shown = texts[begin:stop]
        return Answer(
            id=asked.id,
            ending=Ending.DONE,
            lines=tuple(
                LogLine(number=line + at if line else 0, text=text[:LINE_CHARS])
                for at, text in enumerate(shown, begin - zero)
            ),
            first=begin - zero,
            begins=seen.begins and begin == 0,
            ends=seen.ends and stop >= len(texts),
            bytes=seen.bytes,
        )

    def _whole(self, asked: Question, content: Content, decoder: Decoder, line: int) -> Answer:
        size = asked.end - asked.offset
        raw = content.read(asked.offset, min(max(0, size), RECORD_BYTES))
        lines = raw.removesuffix(b"\n").split(b"\n")
        cut = size > RECORD_BYTES or len(lines) > RECORD_LINES
        texts = self._redactor.lines([_text(decoder, one) for one in lines[:RECORD_LINES]])
        return Answer(
            id=asked.id,
            ending=Ending.BOUND if cut else Ending.DONE,
            lines=tuple(
                LogLine(number=line + at if line else 0, text=text) for at, text in enumerate(texts)
            ),
            bytes=len(raw),
        )

    def _texts(self, seen: Window, decoder: Decoder) -> tuple[str, ...]:
        return self._redactor.lines([_text(decoder, one) for one in (*seen.before, *seen.behind)])

    def _watch_of(self, path: str) -> WatchSettings | None:
        wanted = os.path.abspath(path)  # noqa: PTH100 - beside the other os calls
        for watch in self._watches:
            for pattern in watch.files:
                glob = os.path.abspath(os.path.expanduser(pattern))  # noqa: PTH100, PTH111
                if discovery.leads_to(glob, wanted):
                    return watch
        return None

    # -- searching -------------------------------------------------------------------------

    def _search(self, asked: Question, late: Late) -> Answer:
        found: list[LogLine] = []
        files = read = 0
        ending = Ending.DONE
        try:
            for one in self._searched(asked):
                files += 1
                for line, size in self._readable(one, asked, late):
                    read += size
                    if line is not None:
                        found.append(line)
                    if len(found) >= MOST_HITS or read > SEARCHED_BYTES:
                        raise LateError  # noqa: TRY301 - the same end as that of time
        except LateError:
            ending = Ending.BOUND
        also = self._elsewhere.search(asked)
        return Answer(
            id=asked.id,
            ending=Ending.BOUND if also.bound else ending,
            lines=(*found, *also.lines),
            files=files,
            bytes=read,
            sources=also.sources,
            unsearched=also.unsearched,
        )

    def _searched(self, asked: Question) -> Iterator[_Searched]:
        """The files to look into, that which was written last first."""
        found: dict[str, _Searched] = {}
        for watch in self._watches:
            files, _troubles = discovery.expand(
                [os.path.expanduser(pattern) for pattern in watch.files]  # noqa: PTH111
            )
            paths = dict.fromkeys(name for file in files for name in candidates(file.path))
            for path in paths:
                service = watch.service or discovery.service_of(path)
                labels = {"service": service, "host": self._host, **watch.labels}
                if not meant(labels, (one for one in asked.labels if one[0] in labels)):
                    continue
                wanted = conditions_of(one for one in asked.labels if one[0] not in labels)
                if wanted is None:
                    continue
                changed = discovery.age_order(path)[1]
                if asked.since is None or changed >= asked.since.timestamp():
                    found.setdefault(
                        path,
                        _Searched(
                            path=path,
                            decoder=watch.decoder(),
                            changed=changed,
                            watch=watch,
                            conditions=wanted,
                        ),
                    )
        yield from sorted(found.values(), key=lambda one: -one.changed)

    def _readable(
        self, one: _Searched, asked: Question, late: Late
    ) -> Iterator[tuple[LogLine | None, int]]:
        """What is found in a file, as far as it can be read."""
        try:
            yield from self._in_file(one, asked, late)
        except OSError as error:
            log.info("a file cannot be searched", extra={"path": one.path, "why": str(error)})

    def _in_file(
        self, one: _Searched, asked: Question, late: Late
    ) -> Iterator[tuple[LogLine | None, int]]:
        with opened(one.path, late) as file:
            if file is None or refusal(file.content.read(0, 1024)):
                return
            decoder, content = one.decoder, file.content
            if encoding := encoding_of(content):
                content, decoder = Narrow(content, encoding, late), Decoder("utf-8")
            first: int | None = None
            at = 0
            fits = self._fitting(one)
            words = asked.words or words_of(one.conditions)
            for found in hits(content, words, asked.since, decoder, _zoned, late, fits):
                if isinstance(found, Piece):
                    at, first = found.at, first - found.lines if first else first
                    yield None, found.size
                    continue
                if first is None:
                    first = number_at(content, at, late)
                number = first + found.line if first else 0
                line = told(found, one.path, number, asked.words, self._redactor)
                # What is redacted in a line is not found by it either.
                if line is not None and (fits is None or fits(line.text.encode())):
                    yield line, 0

    def _fitting(self, one: _Searched) -> Takes | None:
        """Whether the fields of a line are what is wanted; None where nothing is."""
        if not one.conditions:
            return None
        reads = reader_of(one.watch).read

        def fits(line: bytes) -> bool:
            fields = reads(line, self._clock.now()).fields
            return all(each.holds(fields) for each in one.conditions)

        return fits


def _text(decoder: Decoder, line: bytes) -> str:
    return decoder.text(line[: _READ_CHARS * 4])[:_READ_CHARS]


def _zoned(naive: datetime) -> datetime:
    return naive.astimezone()
