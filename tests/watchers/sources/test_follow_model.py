"""Random writes, rotations of every style, cuts, deletions and kills: every line once, in order.

What no reader can know is kept out of the model: a file that is deleted, or cut without a copy,
was read to its end before; and only a rotation moves the names.
"""

import gzip
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.watchers.following import Following, append

KEPT = 30


class FollowedFile(RuleBasedStateMachine):
    """One log, written and rotated at random; what was read must be what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder / "app.log"
        self.written: list[str] = []
        self.read: list[str] = []
        self.partial = ""
        self.number = self.day = self.packed = 0
        self.dated = False

    @initialize(wide=st.booleans(), dated=st.booleans(), linked=st.booleans())
    def begin(self, wide: bool, dated: bool, linked: bool) -> None:
        self.dated, self.linked = dated, linked and not wide
        if self.linked:
            self.log = self.folder / "current"
            self._switch()
        self.log.touch()
        self.eye = Following(self.folder / ("app.log*" if wide else self.log.name))
        self.read += self.eye.look()
        self.eye.store()

    # -- the writer ------------------------------------------------------------------------

    @rule(count=st.integers(1, 5), width=st.sampled_from([0, 10, 300]))
    def write(self, count: int, width: int) -> None:
        for _ in range(count):
            self.number += 1
            line = f"{self.number}" + "." * width
            append(self.log, line + "\n")
            self.written.append(self.partial + line)
            self.partial = ""

    @rule(width=st.sampled_from([0, 500]))
    def write_a_part(self, width: int) -> None:
        self.number += 1
        part = f"part{self.number}-" + "." * width
        append(self.log, part)
        self.partial += part

    # -- the reader ------------------------------------------------------------------------

    @rule()
    def look(self) -> None:
        self.read += self.eye.look()

    @rule(seconds=st.sampled_from([0.0, 0.5, 30.0]))
    def glance(self, seconds: float) -> None:
        """One look at once or after a pause, however much there is."""
        self.read += self.eye.glance(seconds)

    @rule()
    def restart(self) -> None:
        self.eye.restart()

    @rule()
    def kill(self) -> None:
        """What was read since positions were stored is read again, the very same."""
        forgotten = self.eye.kill()
        if forgotten:
            del self.read[-forgotten:]

    @rule()
    def store(self) -> None:
        self.eye.store()

    # -- the rotation ----------------------------------------------------------------------

    @rule(packed=st.booleans())
    def rename(self, packed: bool) -> None:
        self._end_the_line()
        self._shift()
        if self.linked:
            self._switch()
            self.log.touch()
            return
        rotated = self.folder / self._rotated()
        self.log.rename(rotated)
        self.log.touch()
        self._pack(rotated, packed)

    @rule(packed=st.booleans())
    def copy_and_cut(self, packed: bool) -> None:
        self._end_the_line()
        self._shift()
        real = self.log.resolve()
        rotated = real.with_name(self._rotated())
        if self.linked:
            rotated = real.with_name(f"{real.name}.{self.day}")
        shutil.copy(real, rotated)
        os.truncate(real, 0)
        self._pack(rotated, packed)

    @rule()
    def empty(self) -> None:
        self._read_all()
        os.truncate(self.log, 0)
        self.partial = ""

    @rule()
    def delete(self) -> None:
        self._read_all()
        self.log.resolve().unlink()
        self.log.touch()
        self.partial = ""

    @rule()
    def edit(self) -> None:
        """An editor writes the same anew, and something behind it."""
        self._read_all()
        self._end_the_line()
        self._read_all()
        real = self.log.resolve()
        if real.stat().st_size:
            fresh = self.folder / "swap"
            shutil.copy(real, fresh)
            fresh.rename(real)

    def _end_the_line(self) -> None:
        if self.partial:
            append(self.log, "end\n")
            self.written.append(self.partial + "end")
            self.partial = ""

    def _read_all(self) -> None:
        self.read += self.eye.look()
        self.eye.store()

    def _rotated(self) -> str:
        self.day += 1
        return f"app.log-20261123-{self.day:03d}" if self.dated else "app.log.1"

    def _switch(self) -> None:
        self.day += 1
        self.log.unlink(missing_ok=True)
        self.log.symlink_to(f"app-20261123-{self.day:03d}.log")

    def _shift(self) -> None:
        if self.dated or self.linked:
            return
        for n in range(KEPT, 0, -1):
            for end in ("", ".gz"):
                older = self.folder / f"app.log.{n}{end}"
                if older.exists():
                    older.rename(self.folder / f"app.log.{n + 1}{end}")

    @staticmethod
    def _pack(rotated: Path, packed: bool) -> None:
        if packed:
            stat = rotated.stat()
            fresh = rotated.with_name(rotated.name + ".gz")
            fresh.write_bytes(gzip.compress(rotated.read_bytes()))
            os.utime(fresh, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            rotated.unlink()

    @invariant()
    def nothing_is_read_twice_or_out_of_order(self) -> None:
        assert self.read == self.written[: len(self.read)]

    def teardown(self) -> None:
        try:
            if hasattr(self, "eye"):
                self.read += self.eye.look()
                self.read += self.eye.look()
                self.eye.source.close()
                assert self.read == self.written
        finally:
            shutil.rmtree(self.folder)


FollowedFile.TestCase.settings = settings(max_examples=25, stateful_step_count=15)
TestFollowedFile = FollowedFile.TestCase
