"""Writes what came since the last time to one system, and comes again until it is taken."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

import requests

from bot.core.health import Step
from bot.core.points import Point, point_of, points_of_host
from bot.core.ports import Store
from bot.engine.delivering import EXPORTS
from bot.jobs.export.base import Wire
from watchers.clock import Clock
from watchers.finding import Report
from watchers.measured import HOSTS

AGENT = "~export"
"""Under this name is kept how far each export came."""
_MOST_POINTS = 5000
_MOST_HOSTS = 2000
_BEGINS = timedelta(minutes=5)
_FIRST_DELAY_S, _LONGEST_DELAY_S = 1.0, 300.0
_TAKEN = range(200, 300)
_LATER = (408, 425, 429)
_SERVER = 500

_log = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a request."""

    TAKEN = auto()
    REFUSED = auto()
    """The very same would be refused for ever."""
    LATER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where is written.

    Attributes:
        url: May hold a secret and is not logged.
        labels: Of all that is written from here.
    """

    name: str
    url: str = field(repr=False)
    user: str = ""
    secret: str = field(default="", repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    every: timedelta = timedelta(seconds=15)
    timeout: timedelta = timedelta(seconds=10)


class Exporter:
    """One loop; what waits to be written is what the database keeps anyway.

    Samples of hosts are kept for six hours and numbers of series for one: what could not be written
    for longer is left out. How far it came is stored after every request that was taken, so that
    any process goes on from there, and the last request may be written twice, which such systems
    take for the same.
    """

    def __init__(self, place: Place, wire: Wire, store: Store, clock: Clock) -> None:
        self._place = place
        self._wire = wire
        self._store = store
        self._clock = clock
        self._delay_s = self._asked_s = 0.0
        self._due_s = clock.monotonic()
        self._session = requests.Session()
        self._session.headers.update({**wire.headers, "User-Agent": "larkwatch"})
        self._session.auth = _Authorization(wire.token, place)

    def step(self) -> float:
        """Write once if it is time; seconds until it is worth another look."""
        left_s = self._due_s - self._clock.monotonic()
        if left_s > 0:
            return left_s
        points, reached, full = self._waiting()
        wait_s = 0.0 if full else self._place.every.total_seconds()
        outcome = self._written(points) if points else Outcome.TAKEN
        match outcome:
            case Outcome.TAKEN | Outcome.REFUSED:
                self._delay_s = 0.0
                said = "written" if outcome is Outcome.TAKEN else "refused"
                if reached:
                    self._keep(reached, {f"{EXPORTS}{self._place.name}:{said}": len(points)})
            case Outcome.LATER:
                doubled = min(max(_FIRST_DELAY_S, self._delay_s * 2), _LONGEST_DELAY_S)
                self._delay_s = max(doubled, min(self._asked_s, _LONGEST_DELAY_S))
                wait_s = self._delay_s
        self._due_s = self._clock.monotonic() + wait_s
        return wait_s

    def _keep(self, reached: Mapping[str, str], counts: Mapping[str, int]) -> None:
        with self._store.transaction():
            self._store.agents.keep(Report(agent=AGENT, positions=reached))
            self._store.counters.add(counts)

    def _waiting(self) -> tuple[list[Point], dict[str, str], bool]:
        """What is to be written next, how far that reaches, by key, and whether there is more."""
        kept, reached = self._store.agents.positions(AGENT), dict[str, str]()
        points: list[Point] = []
        begins = self._clock.now() - _BEGINS
        for host in self._store.health.page(self._clock.now(), 0, _MOST_HOSTS):
            key = f"{self._place.name}/host/{host.host}"
            since = _moment(kept.get(key, "")) or begins
            for one in self._store.health.points(host.host, Step.RAW, since):
                if len(points) >= _MOST_POINTS:
                    break
                if one.at > since:
                    figures = {name: mean for name, (mean, _) in one.figures.items()}
                    points += points_of_host(host.host, figures, one.at)
                    reached[key] = one.at.isoformat()
        key = f"{self._place.name}/numbers"
        full, left = len(points) >= _MOST_POINTS, _MOST_POINTS - len(points)
        if not full:
            found = self._store.numbers.after(int(kept.get(key) or 0), left)
            points += [
                point_of(one.measured)
                for one in found
                if not one.measured.name.startswith(HOSTS)  # written with its host
            ]
            reached |= {key: str(found[-1].id)} if found else {}
            full = len(found) == left
        labels = self._place.labels
        points = [replace(one, labels={**labels, **one.labels}) for one in points]
        return points, reached, full

    def _written(self, points: list[Point]) -> Outcome:
        about: dict[str, object] = {"export": self._place.name, "points": len(points)}
        self._asked_s = 0.0
        try:
            with self._session.post(
                self._place.url,
                data=self._wire.body(points),
                timeout=self._place.timeout.total_seconds(),
                allow_redirects=False,
                stream=True,
            ) as answer:
                status, after = answer.status_code, answer.headers.get("Retry-After", "")
        except requests.RequestException as error:
            _log.warning(
                "an export cannot be reached", extra={**about, "why": type(error).__name__}
            )
            return Outcome.LATER
        about["status"] = status
        if status in _TAKEN:
            return Outcome.TAKEN
        if status in _LATER or status >= _SERVER:
            self._asked_s = float(after) if after.isascii() and after.isdigit() else 0.0
            _log.warning("an export takes nothing now", extra=about)
            return Outcome.LATER
        if status in (401, 403, 404):  # somebody will mend what we or they are told
            _log.error("an export does not know us, or its address is wrong", extra=about)
            return Outcome.LATER
        _log.error("an export refuses some numbers: they are left out", extra=about)
        return Outcome.REFUSED


class _Authorization(requests.auth.AuthBase):
    """A header of our own: as a plain header, what ~/.netrc has would stand in for it."""

    def __init__(self, word: str, place: Place) -> None:
        self._token = f"{word} {place.secret}" if place.secret and not place.user else ""
        self._basic = requests.auth.HTTPBasicAuth(place.user, place.secret) if place.user else None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = self._token
        return self._basic(request) if self._basic else request


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
