"""The detectors of numbers by name; each is imported at first use."""

import importlib
from typing import Any

from watchers.numbers.verdict import SeriesDetector

_PLACES = {
    "memory": "watchers.detectors.memory:MemoryDetector",
    "sigma": "watchers.detectors.sigma:SigmaDetector",
    "mahalanobis": "watchers.detectors.mahalanobis:MahalanobisDetector",
}
DETECTORS = tuple(_PLACES)
"""Their names, the default first."""


def built(name: str, **terms: Any) -> SeriesDetector:
    """A new detector of this name, one of `DETECTORS`; what is not said of it is as usual."""
    module, _, made = _PLACES[name].partition(":")
    detector: SeriesDetector = getattr(importlib.import_module(module), made)(**terms)
    return detector
