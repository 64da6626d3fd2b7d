"""What the detectors of numbers share: levels, and what is said of one number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, Protocol


class Level(StrEnum):
    """How far out of the ordinary a number is, in rising order."""

    NONE = ""
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for none up to 3 for critical."""
        return _RANKS[self]


class Side(StrEnum):
    """Which way out of the ordinary counts."""

    BOTH = "both"
    UPPER = "upper"
    LOWER = "lower"


SIGMAS: Mapping[Literal["minor", "major", "critical"], float] = MappingProxyType(
    {"minor": 1.5, "major": 2.0, "critical": 2.5}
)
"""From how many standard deviations on each level holds, where nothing else is said."""
_RANKS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a detector says of one number, knowing only this and the earlier ones.

    Attributes:
        score: Rises with how unusual it is; at least 0, and 0 while nothing can be said.
        level: What the score means by the detector's own levels.
        shares: How much each feature has to do with it, summing up to 1; empty when the detector
            does not know.
        onset: What it is worth as the beginning of something, nothing while that goes on; None of a
            detector whose score is that already, or that judges each number for itself.
    """

    score: float = 0.0
    level: Level = Level.NONE
    shares: Mapping[str, float] = field(default_factory=dict)
    onset: "Verdict | None" = None

    @property
    def beginning(self) -> "Verdict":
        """The same for who counts each number that is out of the ordinary: only what begins."""
        return self if self.onset is None else self.onset


UNSAID = Verdict()


class VectorDetector(Protocol):
    """Judges several numbers together, moment by moment; not thread-safe."""

    def judge_all(self, at_s: float | None, values: Mapping[str, float | None]) -> Verdict:
        """Like `SeriesDetector.judge`; a moment without all of the numbers teaches nothing."""
        ...


class SeriesDetector(Protocol):
    """Judges the numbers of one series, one after the other; not thread-safe."""

    def judge(self, at_s: float | None, value: float | None) -> Verdict:
        """Judge the next number and learn from it.

        Args:
            at_s: When it was, in seconds of any clock that runs evenly; None when not known.
            value: The number, None when there was none: it leaves the detector as it is.
        """
        ...
