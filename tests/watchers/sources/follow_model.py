"""The model of a followed log: random writes, rotations of every style, cuts, deletions, kills.

What no reader can know is kept out of it: a file that is deleted, or cut without a copy, was read
to its end before; and only a rotation moves the names.
"""

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import zstandard
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.watchers.following import Following, append, lines

KEPT = 40
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
TICK_NS = 4_000_000
"""File systems note times no finer than the kernel's clock ticks."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - numbers of its files are never used anew by itself


class Disk:
    """A folder whose times are the test's, and whose freed inode numbers are used anew.

    A file system gives a freed number to the next file that is made. Here that is the file
    itself, put aside emptied, unless the reader holds it: then the number is not free.
    """

    def __init__(self) -> None:
        memory = os.access(SHARED_MEMORY, os.W_OK)
        self.base = Path(tempfile.mkdtemp(dir=SHARED_MEMORY if memory else None))
        self.folder = self.base / "logs"
        self.folder.mkdir()
        self._freed = self.base / "freed"
        self._freed.mkdir()
        self._count = 0

    def stamp(self, path: Path, now_s: float) -> None:
        at = int(now_s * 1e9) // TICK_NS * TICK_NS
        os.utime(path, ns=(at, at))

    def create(self, path: Path) -> None:
        """An empty file; of the number that was freed last."""
        freed = max(self._freed.iterdir(), key=lambda one: int(one.name), default=None)
        if freed is None:
            path.touch()
        else:
            freed.rename(path)

    def remove(self, path: Path, held: set[int]) -> None:
        if path.stat().st_ino in held:
            path.unlink()
            return
        self._count += 1
        os.truncate(path, 0)
        path.rename(self._freed / str(self._count))

    def close(self) -> None:
        shutil.rmtree(self.base)


class FollowedFile(RuleBasedStateMachine):
    """One log, written and rotated at random; what was read must be what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = Disk()
        self.folder = self.disk.folder
        self.log = self.folder / "app.log"
        self.written: list[str] = []
        self.partial = ""
        self.number = self.day = 0
        self.dated = self.linked = False
        self.running = True

    @initialize(
        wide=st.booleans(),
        dated=st.booleans(),
        linked=st.booleans(),
        block_bytes=st.sampled_from([1 << 18, 700]),
        phase=st.sampled_from([0.0, 0.0015, 0.003]),
    )
    def begin(self, wide: bool, dated: bool, linked: bool, block_bytes: int, phase: float) -> None:
        self.dated, self.linked = dated, linked and not wide
        if self.linked:
            self.log = self.folder / "current"
        glob = self.folder / ("app.log*" if wide else self.log.name)
        self.eye = Following(glob, block_bytes=block_bytes)
        tick_s = TICK_NS / 1e9  # a history must not depend on when it is played
        self.eye.clock.pass_by(tick_s - self.eye.clock.now().timestamp() % tick_s + phase)
        self._open_new()
        self.eye.look()
        self.eye.store()

    @property
    def read(self) -> list[str]:
        return lines(self.eye.blocks)

    # -- the writer ------------------------------------------------------------------------

    @rule(count=st.integers(1, 5), width=st.sampled_from([0, 10, 300]))
    def write(self, count: int, width: int) -> None:
        for _ in range(count):
            self.number += 1
            line = f"{self.number}" + "." * width
            self._append(line + "\n")
            self.written.append(self.partial + line)
            self.partial = ""

    @rule(width=st.sampled_from([0, 500]))
    def write_a_part(self, width: int) -> None:
        self.number += 1
        part = f"part{self.number}-" + "." * width
        self._append(part)
        self.partial += part

    # -- the reader ------------------------------------------------------------------------

    @precondition(lambda self: self.running)
    @rule()
    def look(self) -> None:
        self.eye.look()

    @precondition(lambda self: self.running)
    @rule(seconds=st.sampled_from([0.0, 0.5, 30.0]))
    def glance(self, seconds: float) -> None:
        """One look at once or after a pause, however much there is."""
        self.eye.glance(seconds)

    @rule(seconds=st.sampled_from([0.01, 1.0, 60.0]))
    def wait(self, seconds: float) -> None:
        self.eye.clock.pass_by(seconds)

    @precondition(lambda self: self.running)
    @rule()
    def restart(self) -> None:
        self.eye.restart()

    @precondition(lambda self: self.running)
    @rule()
    def stop(self) -> None:
        self.eye.store()
        self.eye.source.close()
        self.running = False

    @precondition(lambda self: self.running)
    @rule(back=st.integers(1, 12), for_long=st.booleans())
    def kill(self, back: int, for_long: bool) -> None:
        """What was read since positions were saved is read again, the very same."""
        self.eye.kill(back)
        self.running = not for_long
        if not for_long:
            self.eye.begin()

    @precondition(lambda self: not self.running)
    @rule()
    def start(self) -> None:
        self.eye.begin()
        self.running = True

    @rule()
    def store(self) -> None:
        self.eye.store()

    # -- the rotation ----------------------------------------------------------------------

    @rule(packed=st.sampled_from(["", "", ".gz", ".zst"]), seen=st.booleans())
    def rename(self, packed: str, seen: bool) -> None:
        self._end_the_line()
        self._shift()
        if self.linked:
            self._open_new()
            return
        rotated = self.folder / self._rotated()
        self.log.rename(rotated)
        self._glance(seen)
        self._open_new()
        self._pack(rotated, packed, seen=seen)

    @rule(packed=st.sampled_from(["", "", ".bz2", ".xz"]), seen=st.booleans())
    def copy_and_cut(self, packed: str, seen: bool) -> None:
        self._end_the_line()
        self._shift()
        real = self.log.resolve()
        rotated = real.with_name(self._rotated())
        if self.linked:
            rotated = real.with_name(f"{real.name}.{self.day}")
        self.disk.create(rotated)
        rotated.write_bytes(real.read_bytes())
        self._stamp(rotated)
        self._glance(seen)
        os.truncate(real, 0)
        self._stamp(real)
        self._pack(rotated, packed, seen=seen)

    @rule(packed=st.sampled_from([".gz", ".zst"]), seen=st.booleans())
    def pack_later(self, packed: str, seen: bool) -> None:
        """The oldest generation that is not packed yet."""
        plain = [
            one
            for one in sorted(self.folder.iterdir())
            if one not in (self.log, self.log.resolve()) and one.suffix not in PACKERS
        ]
        if plain:
            self._pack(plain[0], packed, seen=seen)

    @precondition(lambda self: self._everything_can_be_read())
    @rule()
    def empty(self) -> None:
        self._read_all()
        os.truncate(self.log, 0)
        self._stamp(self.log)
        self.partial = ""

    @precondition(lambda self: self._everything_can_be_read())
    @rule()
    def delete(self) -> None:
        self._read_all()
        real = self.log.resolve()
        self.disk.remove(real, self._held())
        self.disk.create(real)
        self._stamp(real)
        self.partial = ""

    @precondition(lambda self: self._everything_can_be_read() and not self.partial)
    @rule()
    def edit(self) -> None:
        """An editor writes the same anew."""
        self._read_all()
        real = self.log.resolve()
        if real.stat().st_size:
            fresh = self.folder / "swap"
            self.disk.create(fresh)
            fresh.write_bytes(real.read_bytes())
            self._stamp(fresh)
            self.disk.remove(real, self._held())
            fresh.rename(real)

    def _everything_can_be_read(self) -> bool:
        return self.running or self.read == self.written

    def _held(self) -> set[int]:
        return {ino for _, ino in self.eye.source._files.inodes()} if self.running else set()

    def _end_the_line(self) -> None:
        if self.partial:
            self._append("end\n")
            self.written.append(self.partial + "end")
            self.partial = ""

    def _read_all(self) -> None:
        if self.running:
            self.eye.look()
        self.eye.store()

    def _glance(self, seen: bool) -> None:
        if seen and self.running:
            self.eye.glance(0.5)

    def _append(self, text: str) -> None:
        append(self.log, text)
        self._stamp(self.log)

    def _stamp(self, path: Path) -> None:
        self.eye.clock.pass_by(0.0015)
        self.disk.stamp(path, self.eye.clock.now().timestamp())

    def _rotated(self) -> str:
        self.day += 1
        return f"app.log-20261123-{self.day:03d}" if self.dated else "app.log.1"

    def _open_new(self) -> None:
        if self.linked:
            self.day += 1
            fresh = self.folder / f"app-20261123-{self.day:03d}.log"
            self.disk.create(fresh)
            self._stamp(fresh)
            switched = self.folder / "switched"
            switched.symlink_to(fresh.name)
            switched.rename(self.log)
        else:
            self.disk.create(self.log)
            self._stamp(self.log)

    def _shift(self) -> None:
        if self.dated or self.linked:
            return
        for n in range(KEPT, 0, -1):
            for end in ("", *PACKERS):
                older = self.folder / f"app.log.{n}{end}"
                if older.exists():
                    older.rename(self.folder / f"app.log.{n + 1}{end}")

    def _pack(self, rotated: Path, packed: str, *, seen: bool) -> None:
        if not packed:
            return
        stat = rotated.stat()
        fresh = rotated.with_name(rotated.name + packed)
        whole = PACKERS[packed](rotated.read_bytes())
        self.disk.create(fresh)
        if seen:
            fresh.write_bytes(whole[: len(whole) // 2])
            self._stamp(fresh)
            self._glance(seen)
        fresh.write_bytes(whole)
        os.utime(fresh, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        self._glance(seen)
        self.disk.remove(rotated, self._held())

    @invariant()
    def nothing_is_read_twice_or_out_of_order(self) -> None:
        if hasattr(self, "eye"):
            read = self.read
            assert read == self.written[: len(read)]

    def teardown(self) -> None:
        try:
            if hasattr(self, "eye"):
                if not self.running:
                    self.eye.begin()
                self.eye.look()
                self.eye.look()
                self.eye.source.close()
                assert self.read == self.written
        finally:
            self.disk.close()
