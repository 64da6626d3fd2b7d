"""What the same sums cost with numpy: run by `bench_nab` with an interpreter that has it.

Reads numbers, one a line; prints JSON: microseconds a point for a window of 60 and for the distance
of its ten features, once over the whole series at once, and once point by point, as it comes.
"""

import json
import sys
import time

import numpy as np

WINDOW = 60
SCALES = (5, 15, 60)


def rolling(values: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of the `width` values before and with each."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    squares = np.cumsum(np.insert(values * values, 0, 0.0))
    mean = (sums[width:] - sums[:-width]) / width
    return mean, np.sqrt(np.maximum((squares[width:] - squares[:-width]) / width - mean**2, 0.0))


def sigma_at_once(values: np.ndarray) -> np.ndarray:
    mean, deviation = rolling(values, WINDOW)
    return np.abs(values[WINDOW:] - mean[:-1]) / np.maximum(deviation[:-1], 1e-9)


def sigma_as_it_comes(values: np.ndarray) -> list[float]:
    ring = np.zeros(WINDOW)
    found = []
    for n, value in enumerate(values):
        deviation = max(ring.std(), 1e-9)
        found.append(abs(value - ring.mean()) / deviation)
        ring[n % WINDOW] = value
    return found


def features(values: np.ndarray) -> np.ndarray:
    width = max(SCALES)
    columns = [values[width - 1 :]]
    for scale in SCALES:
        mean, deviation = rolling(values, scale)
        rise = values[scale - 1 :] - values[: len(values) - scale + 1]
        columns += [one[width - scale :] for one in (mean, np.log(deviation**2 + 0.01), rise)]
    return np.stack(columns, axis=1)


def distance_at_once(values: np.ndarray) -> np.ndarray:
    rows = features((values - values.mean()) / (values.std() or 1.0))
    inverse = np.linalg.inv(np.cov(rows.T) + 1e-6 * np.eye(rows.shape[1]))
    away = rows - rows.mean(axis=0)
    return np.einsum("ij,jk,ik->i", away, inverse, away)


def distance_as_it_comes(values: np.ndarray) -> list[float]:
    rows = features((values - values.mean()) / (values.std() or 1.0))
    size, rate = rows.shape[1], 0.002
    mean, cov, inverse = np.zeros(size), np.eye(size), np.eye(size)
    found = []
    for n, row in enumerate(rows):
        away = row - mean
        found.append(float(away @ inverse @ away))
        mean = mean + rate * away
        cov = (1.0 - rate) * cov + rate * np.outer(away, away)
        if n % 32 == 0:
            inverse = np.linalg.inv(0.98 * cov + 0.02 * np.trace(cov) / size * np.eye(size))
    return found


def main() -> None:
    values = np.array([float(line) for line in sys.stdin])
    told = {}
    for work in (sigma_at_once, sigma_as_it_comes, distance_at_once, distance_as_it_comes):
        begun = time.process_time()
        work(values)
        told[work.__name__] = (time.process_time() - begun) / len(values) * 1e6
    print(json.dumps(told))


if __name__ == "__main__":
    main()
