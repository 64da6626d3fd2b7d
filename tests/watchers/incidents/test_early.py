"""How little it takes until an incident is noticed, and what is not enough."""

from collections.abc import Callable, Iterator

import pytest

from watchers.finding import Severity
from watchers.incidents.engine import Incidents
from watchers.incidents.entry import Entry, Kind, News
from watchers.incidents.settings import IncidentTerms

HOUR, BEGAN_S = 3600.0, 1.7e9
SERVICES = ("pay", "web", "stock")


def entry(at_s: float, message: str, service: str = "pay") -> Entry:
    return Entry(BEGAN_S + at_s, Severity.HIGH, service, message)


def everyday(hours: float, text: Callable[[int], str]) -> Iterator[Entry]:
    """A line of some service every twenty seconds."""
    for number in range(int(hours * 180)):
        yield entry(number * 20.0, text(number), SERVICES[number % 3])


def fires(*entries: Entry) -> list[News]:
    incidents = Incidents(str, IncidentTerms())
    news = [news for one in entries for news in incidents.feed(one)]
    news += incidents.observe(entries[-1].at_s + 60)
    return [one for one in news if one.kind is Kind.FIRE]


@pytest.mark.parametrize(
    ("text", "services", "wanted"),
    [
        (lambda n: f"slow query {n % 4}", ("pay",) * 3, ["pay"]),
        (lambda n: f"slow query {n % 4}", SERVICES, []),
        (lambda n: f"row {n} refused", ("pay",) * 3, []),
    ],
    ids=["one service", "three services", "new kinds are everyday"],
)
def test_kinds_that_a_service_never_wrote_are_evidence_together(
    text: Callable[[int], str], services: tuple[str, ...], wanted: list[str]
) -> None:
    broken = ("lease lost", "socket is closed", "no leader")
    lines = [
        entry(2 * HOUR + 10.0 * n, *pair)
        for n, pair in enumerate(zip(broken, services, strict=True))
    ]
    told = fires(*everyday(2, text), *lines)
    assert [one.service for one in told] == wanted
    assert all(one.at_s <= lines[-1].at_s + 10.0 for one in told)


def test_what_grows_slowly_is_compared_with_what_came_before_it_grew() -> None:
    at_s, gap_s, lines = 2 * HOUR, 240.0, []
    while gap_s >= 30.0:
        lines.append(entry(at_s, "heap is nearly full"))
        at_s += gap_s
        gap_s = 240.0 / 2 ** int((at_s - 2 * HOUR) / (HOUR / 2))
    (one,) = fires(*sorted([*everyday(4, lambda n: f"slow query {n % 4}"), *lines], key=time_of))
    assert one.at_s - BEGAN_S < 3.6 * HOUR


def time_of(one: Entry) -> float:
    return one.at_s
