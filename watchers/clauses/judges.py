"""The detectors of numbers by name; each is imported at first use."""

import importlib
from collections.abc import Sequence
from typing import Any

from watchers.numbers.verdict import SeriesDetector, VectorDetector

_PLACES = {
    "memory": "watchers.detectors.memory:MemoryDetector",
    "sigma": "watchers.detectors.sigma:SigmaDetector",
    "mahalanobis": "watchers.detectors.mahalanobis:MahalanobisDetector",
}
DETECTORS = tuple(_PLACES)
"""Their names, the default first."""


def built(name: str, **terms: Any) -> SeriesDetector:
    """A new detector of this name, one of `DETECTORS`; what is not said of it is as usual."""
    detector: SeriesDetector = _made(name)(**terms)
    return detector


def vector_judge(metrics: Sequence[str]) -> VectorDetector:
    """What judges several numbers together, by their names."""
    detector: VectorDetector = _made("mahalanobis")(metrics)
    return detector


def _made(name: str) -> Any:
    module, _, made = _PLACES[name].partition(":")
    return getattr(importlib.import_module(module), made)
