"""A watch's source as a pipeline sees it, read until nothing more comes, through restarts."""

from collections.abc import Callable
from typing import Self

from tests.waiting import until
from tests.watchers.following import lines
from watchers.clock import Clock, SystemClock
from watchers.opening import source_of
from watchers.record import Block
from watchers.watch import Watch


class Drawing:
    """Reads a source and keeps its positions as a sink would."""

    def __init__(self, watch: Watch, clock: Clock | None = None) -> None:
        self.watch = watch
        self.clock = clock or SystemClock()
        self.positions: dict[str, str] = {}
        self.blocks: list[Block] = []
        self.source = source_of(watch, self.positions, self.clock)

    def look(self) -> list[str]:
        """One pass, all of it dealt with at once; the lines."""
        fresh = [item for item in self.source.read() if isinstance(item, Block)]
        self.blocks += fresh
        for block in fresh:
            self.source.position(block.key, block.end)
        self.positions.update(self.source.take_settled())
        return lines(fresh)

    def until(self, enough: Callable[[], bool]) -> None:
        """Read on until something holds."""

        def seen() -> bool:
            self.look()
            return enough()

        until(seen, lambda: f"more than {self.lines}, {self.troubles}")

    @property
    def lines(self) -> list[str]:
        return lines(self.blocks)

    @property
    def troubles(self) -> list[str]:
        return [one.text for one in self.source.troubles()]

    def restart(self) -> None:
        self.source.close()
        self.source = source_of(self.watch, self.positions, self.clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.source.close()
