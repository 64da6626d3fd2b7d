"""Random writes, rotations, cuts and restarts against a model: every line once, in order."""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.watchers.following import Following, append


class FollowedFile(RuleBasedStateMachine):
    """One log, written and rotated at random; what was read must be what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder / "app.log"
        self.written: list[str] = []
        self.read: list[str] = []
        self.partial = ""
        self.number = 0
        self.known = False  # whether something of the present file was read

    @initialize(wide=st.booleans())
    def begin(self, wide: bool) -> None:
        self.log.touch()
        self.eye = Following(self.folder / ("app.log*" if wide else "app.log"))
        self.read += self.eye.look()

    @rule(count=st.integers(1, 5), width=st.sampled_from([0, 10, 300]))
    def write(self, count: int, width: int) -> None:
        for _ in range(count):
            self.number += 1
            line = f"{self.number}" + "." * width
            append(self.log, line + "\n")
            self.written.append(self.partial + line)
            self.partial = ""

    @rule()
    def write_a_part(self) -> None:
        self.number += 1
        append(self.log, f"part{self.number}-")
        self.partial += f"part{self.number}-"

    @rule()
    def look(self) -> None:
        self.read += self.eye.look()
        self.known = self.known or (self.log.stat().st_size > 0 and not self.partial)

    @rule()
    def restart(self) -> None:
        self.eye.restart()

    @precondition(lambda self: not self.partial)
    @rule()
    def rename(self) -> None:
        self._shift()
        self.log.rename(self.folder / "app.log.1")
        self.log.touch()
        self.read += self.eye.look()
        self.known = False

    @precondition(lambda self: not self.partial)
    @rule(copied=st.booleans())
    def cut(self, copied: bool) -> None:
        """Without a copy only what was read before is safe, with one all but an unread file."""
        if copied:
            if not self.known:
                self.read += self.eye.look()
            self._shift()
            shutil.copy(self.log, self.folder / "app.log.1")
        else:
            self.read += self.eye.look()
        os.truncate(self.log, 0)
        self.known = False

    def _shift(self) -> None:
        for n in (2, 1):
            older = self.folder / f"app.log.{n}"
            if older.exists():
                older.rename(self.folder / f"app.log.{n + 1}")

    @invariant()
    def nothing_is_read_twice_or_out_of_order(self) -> None:
        assert self.read == self.written[: len(self.read)]

    def teardown(self) -> None:
        if hasattr(self, "eye"):
            self.read += self.eye.look()
            self.eye.source.close()
            assert self.read == self.written
        shutil.rmtree(self.folder)


FollowedFile.TestCase.settings = settings(max_examples=40, stateful_step_count=15)
TestFollowedFile = FollowedFile.TestCase
