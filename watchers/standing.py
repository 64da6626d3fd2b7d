"""How a watch stands: what its source says, measured about once a second."""

from dataclasses import replace
from datetime import datetime

from watchers.clock import Clock
from watchers.finding import SourceProgress
from watchers.records.clocks import Clocks
from watchers.sources.base import Source

_EVERY_S = 1.0
_BEHIND_BYTES = 1 << 20
_BEHIND_S = 5.0
_TOLD_TROUBLES = 3


class Standing:
    """Keeps the progress of one watch; not thread-safe, but for looking at `progress`.

    Attributes:
        progress: As of the last measurement.
    """

    def __init__(self, name: str, source: Source, clock: Clock) -> None:
        """Nothing is measured yet."""
        self.progress = SourceProgress(name=name, state="ok")
        self._source = source
        self._clock = clock
        self._measured_at = clock.monotonic()
        self._measured_lines = 0

    def measure(self, sink_error: str, clocks: Clocks, last_line_at: datetime | None) -> None:
        """Look anew, if it is time.

        Args:
            sink_error: Why the sink takes nothing, "" when it does.
            clocks: What its lines say of its clock.
            last_line_at: When the newest line was read; aware.
        """
        now = self._clock.monotonic()
        elapsed = now - self._measured_at
        if elapsed < _EVERY_S and self.progress.files == self._source.open_files:
            return
        lines = self._source.counts.lines
        rate = (lines - self._measured_lines) / elapsed if elapsed > 0 else 0.0
        self._measured_at, self._measured_lines = now, lines
        lag_bytes, lag_s = self._source.lag()
        troubles = self._source.troubles()
        errors = [f"{t.path} {t.text}" for t in troubles if not t.absent]
        absent = [f"{t.path} {t.text}" for t in troubles if t.absent]
        more = len(errors) + len(absent) - _TOLD_TROUBLES
        told = [*filter(None, [sink_error, clocks.note]), *errors, *absent]
        if errors or sink_error:
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
            last_line_at=last_line_at,
            clock_off_s=clocks.off_s,
            held_deleted_bytes=self._source.held_deleted_bytes(),
            error="; ".join(told[:_TOLD_TROUBLES]) + (f"; and {more} more" if more > 0 else ""),
        )
