"""A program that is run again and again: what it prints are lines, and so is how it ended."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, Field

from watchers.streams.child import Child
from watchers.streams.entry import Entry, Opening, Stream, SupplyError
from watchers.streams.span import Span

_LONGEST_LINE = 64 * 1024
MOST_BYTES = 4 << 20
"""Of one run; what it prints beyond that is counted and not read."""
_SOON_S = 0.05


class CommandSettings(BaseModel):
    """``command``: what is run, and when.

    Attributes:
        run: The program and what it is given; no shell looks at it.
        every: From one start to the next, but never two at once.
        timeout: It is ended when it runs for longer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    run: tuple[str, ...] = Field(min_length=1)
    every: Span = timedelta(minutes=1)
    timeout: Span = timedelta(seconds=10)

    @property
    def missing(self) -> str:
        """What is not there of what it needs, "" when all is."""
        return "" if shutil.which(self.run[0]) else f"there is no program {self.run[0]}"


def build(settings: CommandSettings, opening: Opening) -> "Command":
    """Wait for the next run."""
    return Command(settings, opening)


def keep_s(_settings: CommandSettings) -> float:
    """Every run prints anew."""
    return 0.0


class Command:
    """Runs the program and reads along; a run that was cut short by our own end is not repeated.

    Attributes:
        more: Whether it may have printed more than was read.
        lag_s: What it prints is read at once.
        note: How it ended says a line.
        descriptors: Its output while it runs.
    """

    lag_s = 0.0
    note = ""

    def __init__(self, settings: CommandSettings, opening: Opening) -> None:
        """The mark is when it was started last."""
        self.more = False
        self.descriptors: frozenset[int] = frozenset()
        self._settings = settings
        self._clock = opening.clock
        self._mark = opening.mark
        name = PurePath(settings.run[0]).name
        self._name = name
        self._stream = Stream(path=f"command:{name}", labels=(("service", opening.watch),))
        self._child: Child | None = None
        self._started = 0.0
        self._count = self._read = self._omitted = 0
        every_s = settings.every.total_seconds()
        left_s = 0.0
        if opening.mark:
            left_s = float(opening.mark) + every_s - opening.clock.now().timestamp()
        self._due = opening.clock.monotonic() + min(max(left_s, 0.0), every_s)

    def draw(self) -> Iterator[Entry]:
        """What it printed since, and at its end how it ended."""
        now = self._clock.monotonic()
        self.more = False
        if self._child is None:
            if now < self._due:
                return
            self._start(now)
        child = self._child
        assert child is not None  # noqa: S101 - it was just started
        lines = child.lines()
        self.more = bool(lines)
        yield from self._entries(lines)
        late = now - self._started >= self._settings.timeout.total_seconds()
        if (not child.open and child.code is not None) or late:
            code = child.code
            child.close()
            self._child, self.descriptors = None, frozenset()
            yield self._entry(self._ending(code, now - self._started))

    def close(self) -> None:
        """End it if it runs."""
        if self._child is not None:
            self._child.close()
            self._child = None
        self.descriptors = frozenset()

    def _start(self, now: float) -> None:
        self._mark = f"{self._clock.now().timestamp():.3f}"
        self._started, self._due = now, now + self._settings.every.total_seconds()
        self._count = self._read = self._omitted = 0
        try:
            self._child = Child(self._settings.run, longest=_LONGEST_LINE)
        except OSError as error:
            why = error.strerror or str(error)
            raise SupplyError(f"{self._settings.run[0]} cannot be run: {why}") from error
        self.descriptors = frozenset({self._child.descriptor})

    def _entries(self, lines: list[bytes]) -> Iterator[Entry]:
        for line in lines:
            if self._read > MOST_BYTES:
                self._omitted += 1
                continue
            self._read += len(line) + 1
            yield self._entry(line)

    def _entry(self, text: bytes) -> Entry:
        self._count += 1
        return Entry(
            mark=self._mark,
            stream=self._stream,
            id=f"{self._mark}:{self._count}",
            text=text,
            at_s=self._clock.now().timestamp(),
        )

    def _ending(self, code: int | None, took_s: float) -> bytes:
        """In logfmt, whose levels the built-in rules know."""
        level = "error" if code else "info"
        end = f"exit={code}"
        if code is None:
            level, end = "error", f'msg="did not end within {took_s:.0f} s"'
        said = f"level={level} command={self._name} {end} took_s={took_s:.3f}"
        return (said + (f" omitted_lines={self._omitted}" if self._omitted else "")).encode()
