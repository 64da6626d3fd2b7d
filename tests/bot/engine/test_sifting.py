"""Alerts are found by how they stand, since when, with which words, and whose they are."""

from datetime import timedelta

import pytest

from bot.core.alert import Person
from bot.core.sifting import Sift, Standing
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, finding, later, matchers, report
from watchers.finding import Severity

AT = later(hours=3)
NAMES = {
    "f1": ("pay", Severity.CRITICAL, "card 100% declined", 0),
    "f2": ("pay", Severity.LOW, "slow answer", 1),
    "f3": ("order", Severity.HIGH, "Card not found", 2),
    "f4": ("web", Severity.MEDIUM, "500", 2),
}


@pytest.fixture
def views(engine: Engine, store: Store) -> Views:
    """f1 is taken by Lin, f2 is resolved, f3 is muted, f4 is assigned to Wang."""
    for name, (service, severity, title, hours) in NAMES.items():
        at = later(hours=hours)
        one = finding(
            name, rule=name, severity=severity, labels={"service": service, "host": 'a"b%_'},
            title=title, first_at=at, seen_at=at,
        )  # fmt: skip
        engine.report(report(one), at)
    engine.acknowledge(1, LIN, later(hours=2))
    engine.resolve(2, WANG, later(hours=2, minutes=30))
    engine.mute_alert(3, AT + timedelta(hours=1), LIN, later(hours=2))
    engine.assign(4, WANG, LIN, later(hours=2))
    return Views(store, (), NOW, "0.1.0")


def numbers(views: Views, sift: Sift, offset: int = 0, limit: int = 10) -> list[int]:
    page = views.sifting.page(sift, AT, offset, limit)
    assert page.total >= len(page.rows)
    return [row.alert.id for row in page.rows]


@pytest.mark.parametrize(
    ("sift", "found"),
    [
        (Sift(), [1, 3, 4]),
        (Sift(standing=Standing.FIRING), [3, 4]),
        (Sift(standing=Standing.ACKED), [1]),
        (Sift(standing=Standing.RESOLVED), [2]),
        (Sift(standing=Standing.MUTED), [3]),
        (Sift(standing=Standing.ANY), [1, 3, 4, 2]),
        (Sift(standing=Standing.ANY, since=later(hours=1)), [3, 4, 2]),
        (Sift(since=later(hours=2)), [3, 4]),
        (Sift(standing=Standing.RESOLVED, since=later(hours=2, minutes=20)), [2]),
        (Sift(standing=Standing.RESOLVED, since=later(hours=2, minutes=40)), []),
        (Sift(least_severity=Severity.HIGH), [1, 3]),
        (Sift(matchers=matchers("service=pay")), [1]),
        (Sift(standing=Standing.ANY, matchers=matchers("service=pay")), [1, 2]),
        (Sift(matchers=matchers("service=~pay|web")), [1, 4]),
        (Sift(matchers=matchers("service!=pay", "rule!=f4")), [3]),
        (Sift(matchers=matchers("rule=f3", "severity=high")), [3]),
        (Sift(matchers=matchers('host=a"b%_')), [1, 3, 4]),
        (Sift(matchers=matchers("zone=")), [1, 3, 4]),
        (Sift(matchers=matchers("service=PAY")), []),
        (Sift(text="card"), [1, 3]),
        (Sift(text="100%"), [1]),
        (Sift(text="5%"), []),
        (Sift(whose=LIN), [1]),
        (Sift(whose=WANG), [4]),
        (Sift(whose=Person(id="ou", name="")), []),
        (Sift(whose=LIN, matchers=matchers("service=pay"), text="CARD"), [1]),
    ],
)  # fmt: skip
def test_alerts_are_found(views: Views, sift: Sift, found: list[int]) -> None:
    assert numbers(views, sift) == found


@pytest.mark.parametrize("sift", [Sift(), Sift(matchers=matchers("rule!=x"))])
def test_a_list_comes_by_pages(views: Views, sift: Sift) -> None:
    assert [numbers(views, sift, offset, 2) for offset in (0, 2, 4)] == [[1, 3], [4], []]
    assert views.sifting.page(sift, AT, 4, 2).total == 3


def test_a_muted_alert_says_so(views: Views) -> None:
    (row,) = views.sifting.page(Sift(standing=Standing.MUTED), AT, 0, 5).rows
    assert row.mute is not None
