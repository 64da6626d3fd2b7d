"""Is it alive, is it ready, and what was turned away: for load balancers and Prometheus."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from flask import Blueprint, Response, jsonify

from bot.web.families import Family, text_of
from bot.web.metrics import Looks, exposition

Unready = Callable[[], Sequence[str]]
"""Names of what is not ready, e.g. ``database``; empty when all is well. Called on each look."""

_METRIC = "http_rejected_total"


class Rejections:
    """Counts requests that were not let in, by address and reason; safe between threads."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def count(self, address: str, why: str) -> None:
        """Add one; both from closed lists, never from the request."""
        with self._lock:
            self._counts[address, why] += 1

    def exposition(self) -> str:
        """All counts in Prometheus' text form."""
        with self._lock:
            counts = sorted(self._counts.items())
        samples = [({"address": address, "why": why}, count) for (address, why), count in counts]
        about = "Requests that were not let in, by this process."
        return text_of([Family(name=_METRIC, about=about, kind="counter", samples=samples)])


class Counts(Protocol):
    """What a process counts of its own."""

    def exposition(self) -> str:
        """All counts in Prometheus' text form."""
        ...


def health_routes(counts: Sequence[Counts], unready: Unready, looks: Looks | None) -> Blueprint:
    """``/healthz``, ``/readyz`` and ``/metrics``."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return jsonify(alive=True)

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        names = list(unready())
        return jsonify(ready=not names, unready=names), 503 if names else 200

    @routes.get("/metrics")
    def metrics() -> Response:
        own = "".join(one.exposition() for one in counts)
        text = own + (exposition(looks) if looks is not None else "")
        return Response(text, content_type="text/plain; version=0.0.4")

    return routes
