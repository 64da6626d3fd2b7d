"""What belongs together, when a storm blows, and what was found after an absence."""

from datetime import datetime, timedelta

import pytest

from bot.core.correlation import (
    MOST_TOGETHER,
    Beginning,
    Dependency,
    Together,
    began_together,
    comes_of,
    merged,
)
from bot.core.digest import AwayTerms, Presence, noticed
from bot.core.noise import StormTerms
from tests.builders import NOW, later, matchers

SPAN = timedelta(seconds=30)
PAY, MYSQL = {"service": "pay", "host": "web-1"}, {"service": "mysql", "host": "db-1"}


def began(number: int, at: datetime = NOW, labels: dict[str, str] | None = None) -> Beginning:
    return Beginning(
        alert_id=number, title=f"t{number}", labels=PAY if labels is None else labels, opened_at=at
    )


def test_alerts_of_one_service_that_begin_together_are_said_to() -> None:
    newest = began(3, later(seconds=30))
    others = [newest, began(2, later(seconds=9)), began(1)]
    assert began_together(newest, others, SPAN) == Together(
        first=1, title="t1", alerts=(1, 2, 3), within=SPAN
    )


@pytest.mark.parametrize(
    "other",
    [
        began(1, later(seconds=-1)),
        began(1, later(seconds=31)),
        began(1, labels=MYSQL),
        began(1, labels={}),
    ],
    ids=["too early", "later", "another service and host", "without labels"],
)
def test_others_are_not(other: Beginning) -> None:
    assert began_together(began(2, later(seconds=30)), [other], SPAN) is None


def test_one_host_is_enough_in_common_and_no_label_is_not() -> None:
    same_host = began(1, labels={"service": "cart", "host": "web-1"})
    assert began_together(began(2), [same_host], SPAN) is not None
    assert began_together(began(2, labels={}), [began(1, labels={})], SPAN) is None


def test_they_are_counted_up_to_a_few_and_the_newest_is_among_them() -> None:
    found = began_together(began(99), [began(n) for n in range(1, 40)], SPAN)
    assert found is not None
    assert len(found.alerts) == MOST_TOGETHER
    assert (found.alerts[0], found.alerts[-1]) == (1, 99)


def test_what_is_known_to_have_begun_together_stays_together() -> None:
    known = Together(first=1, title="t1", alerts=(1, 2), within=SPAN)
    found = Together(first=2, title="t2", alerts=(2, 3), within=SPAN)
    assert merged(found, [known]) == Together(first=1, title="t1", alerts=(1, 2, 3), within=SPAN)
    assert merged(found, []) == found
    many = Together(first=1, title="t1", alerts=tuple(range(1, 11)), within=SPAN)
    assert merged(found, [many]) == many
    nearly = Together(first=1, title="t1", alerts=tuple(range(1, 10)), within=SPAN)
    joined = Together(first=2, title="t2", alerts=(2, 20, 30), within=SPAN)
    assert merged(joined, [nearly]).alerts == (*range(1, 10), 30)


DEPENDS = (Dependency(alert=matchers("service=pay"), upstream=matchers("service=mysql")),)


@pytest.mark.parametrize(
    ("seen", "annotations", "other", "wanted"),
    [
        (PAY, {}, MYSQL, True),
        (MYSQL, {}, PAY, False),
        ({"service": "cart"}, {}, MYSQL, False),
        ({"service": "cart", "upstream": "mysql"}, {}, MYSQL, True),
        ({"service": "cart"}, {"upstream": "mysql"}, MYSQL, True),
        ({"service": "cart"}, {"upstream": "redis"}, MYSQL, False),
        (
            {"service": "pay", "fingerprint": "f"},
            {},
            {"service": "mysql", "fingerprint": "f"},
            False,
        ),
    ],
)
def test_an_alert_comes_of_what_is_configured_or_named(
    seen: dict[str, str], annotations: dict[str, str], other: dict[str, str], *, wanted: bool
) -> None:
    own = {"fingerprint": "a"} | seen
    assert comes_of(own, annotations, {"fingerprint": "b"} | other, DEPENDS) is wanted


def test_a_storm_begins_late_and_is_over_late() -> None:
    storm = StormTerms(alerts=10)
    assert [storm.begins(count) for count in (9, 10)] == [False, True]
    assert [storm.over(count) for count in (4, 5)] == [True, False]


def test_case_29_an_absence_is_noticed_once_and_remembered() -> None:
    terms = AwayTerms()
    first = noticed(None, terms, NOW)
    assert first == Presence(alive_at=NOW)
    soon = noticed(first, terms, later(hours=5))
    assert soon == Presence(alive_at=later(hours=5))
    back = noticed(soon, terms, later(hours=11))
    assert back == Presence(
        alive_at=later(hours=11), left_at=later(hours=5), back_at=later(hours=11)
    )
    after = noticed(back, terms, later(hours=12))
    assert (after.left_at, after.back_at) == (back.left_at, back.back_at)
