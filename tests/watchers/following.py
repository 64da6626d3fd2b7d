"""A file source under a moved clock, read until nothing more comes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchers.record import Block
from watchers.sources.file.follow import FileSource
from watchers.sources.file.tail import BLOCK_BYTES


class MovedClock:
    """A clock that a test moves; the wall clock begins an hour before the machine's."""

    def __init__(self) -> None:
        self._passed = 0.0
        # File times are the machine's, and what is written next is younger than what was saved.
        self._began = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return 1000.0 + self._passed

    def set_by(self, hours: float) -> None:
        """Set the wall clock only."""
        self._began += timedelta(hours=hours)

    def pass_by(self, seconds: float) -> None:
        self._passed += seconds


class Following:
    """What a reader of `FileSource` sees and keeps, through restarts of it."""

    def __init__(
        self,
        *globs: Path | str,
        whole_lines: bool = False,
        from_start: bool = False,
        block_bytes: int = BLOCK_BYTES,
    ):
        self.clock = MovedClock()
        self.positions: dict[str, str] = {}
        self.blocks: list[Block] = []
        self._saves: list[tuple[dict[str, str], int]] = [({}, 0)]
        self._globs = [str(pattern) for pattern in globs]
        self._whole_lines = whole_lines
        self._from_start = from_start
        self._block_bytes = block_bytes
        self.source = self._new()

    def _new(self) -> FileSource:
        return FileSource(
            name="w",
            globs=self._globs,
            positions=self.positions,
            clock=self.clock,
            from_start=self._from_start,
            whole_lines=self._whole_lines,
            block_bytes=self._block_bytes,
        )

    def look(self, seconds: float = 3.0) -> list[str]:
        """Let time pass, read all there is, and give the new lines."""
        self.clock.pass_by(seconds)
        before = len(self.blocks)
        for _ in range(4):
            self._pass()
            for _ in range(1000):
                if self.source.caught_up:
                    break
                self._pass()
            else:
                raise AssertionError("it does not catch up")
        return lines(self.blocks[before:])

    def glance(self, seconds: float) -> list[str]:
        """Let time pass, look once, and give the new lines."""
        self.clock.pass_by(seconds)
        before = len(self.blocks)
        self._pass()
        return lines(self.blocks[before:])

    def store(self) -> None:
        """Make the positions durable, as far as `kill` is concerned."""
        self._saves.clear()
        self._save()

    def kill(self, back: int = 1 << 30) -> int:
        """Stop, and go back so many saves, to the last `store` at most; how many lines are lost."""
        kept_saves = self._saves[: max(1, len(self._saves) - back)]
        self._saves = kept_saves
        self.positions, kept = dict(kept_saves[-1][0]), kept_saves[-1][1]
        forgotten = len(lines(self.blocks[kept:]))
        del self.blocks[kept:]
        self.source.close()
        return forgotten

    def begin(self) -> None:
        """Go on from what is durable."""
        self.source = self._new()

    def _save(self) -> None:
        self._saves.append((dict(self.positions), len(self.blocks)))

    def _pass(self) -> None:
        for item in self.source.read():
            self.positions.update(self.source.take_settled())
            if isinstance(item, Block):
                self.blocks.append(item)
                position = self.source.position(item.key, item.end)
                assert position is not None
                self.positions[item.key] = position
            self._save()
        self.positions.update(self.source.take_settled())
        self._save()

    def restart(self) -> None:
        self.store()
        self.source.close()
        self.source = self._new()

    def troubles(self) -> str:
        return "\n".join(f"{t.path} {t.text}" for t in self.source.troubles())


def lines(blocks: Sequence[Block]) -> list[str]:
    return [
        line.decode(errors="replace") for block in blocks for line in block.data.split(b"\n")[:-1]
    ]


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)
