"""Series of numbers as services have them, with nothing unusual in them; each by a seed."""

import math
import random
from collections.abc import Callable, Mapping

STEP_S = 300.0
DAY = 288
"""Rows of a day."""


def diurnal(rows: int, seed: int) -> list[float]:
    """A day's wave with noise, two peaks a day, and a quiet night."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    phase = chance.uniform(0.0, math.tau)
    return [
        100.0
        + 40.0 * math.sin(n * math.tau / DAY + phase)
        + 15.0 * math.sin(2 * n * math.tau / DAY)
        + chance.gauss(0.0, 3.0)
        for n in range(rows)
    ]


def bursty(rows: int, seed: int) -> list[float]:
    """Quiet, with short bursts of any height, some a day."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    level, found = 0.0, []
    for _ in range(rows):
        if chance.random() < 1 / 40:
            level = chance.expovariate(1 / 60.0)
        found.append(20.0 + level + chance.gauss(0.0, 1.0))
        level *= 0.6
    return found


def steps(rows: int, seed: int) -> list[float]:
    """Goes back and forth between three levels every few hours."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    levels, level, found = (10.0, 30.0, 45.0), 10.0, []
    for _ in range(rows):
        if chance.random() < 1 / 50:
            level = chance.choice(levels)
        found.append(level + chance.gauss(0.0, 0.5))
    return found


def trend(rows: int, seed: int) -> list[float]:
    """Grows evenly, as a disk or a leak does."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    return [50.0 + 0.01 * n + chance.gauss(0.0, 0.5) for n in range(rows)]


def sparse(rows: int, seed: int) -> list[float]:
    """Counts of something rare, mostly 0."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    found = []
    for n in range(rows):
        rate = 0.15 * (1.5 + math.sin(n * math.tau / DAY))
        count, left = 0, chance.expovariate(1.0)
        while left < rate:
            count += 1
            left += chance.expovariate(1.0)
        found.append(float(count))
    return found


def noise(rows: int, seed: int) -> list[float]:
    """The same mean for ever, with heavy tails."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    return [math.exp(chance.gauss(3.0, 0.4)) for _ in range(rows)]


KINDS: Mapping[str, Callable[[int, int], list[float]]] = {
    one.__name__: one for one in (diurnal, bursty, steps, trend, sparse, noise)
}
