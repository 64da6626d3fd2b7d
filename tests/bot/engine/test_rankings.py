"""What was found most, and how that went over time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.catalogue import Which
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.places import By
from bot.engine.rankings import Ranking, Rankings
from bot.engine.reading import Views
from bot.engine.scope import EVERYTHING, Scope, scope_asked, scope_of_chat
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, matchers, report, sample
from watchers.finding import Severity, TemplateCount

HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = iter(range(10**6))


@pytest.fixture
def rankings(store: Store) -> Rankings:
    return Rankings(store)


def found(engine: Engine, service: str, records: int, **fields: object) -> None:
    """Records of a service, some minutes after `NOW`."""
    minutes = float(str(fields.pop("minutes", 0)))
    line = str(fields.pop("line", f"ERROR {service}: card 42 declined"))
    one = finding(
        f"n{next(NAMES)}",
        **{"labels": {"service": service, "host": "h1"}, **fields},
        count=records,
        samples=(sample(line),),
    )
    engine.report(report(one), later(minutes=minutes))


def names(ranking: Ranking) -> list[tuple[str, int, int]]:
    return [(one.name, one.count, one.before) for one in ranking.rows]


def test_services_stand_in_the_order_of_their_records(engine: Engine, rankings: Rankings) -> None:
    found(engine, "pay", 2, minutes=10)
    found(engine, "pay", 5, minutes=70)
    found(engine, "order", 8, minutes=80)
    found(engine, "late", 9, minutes=200)
    top = rankings.top(EVERYTHING, HOUR, By.SERVICE, later(minutes=119))
    assert names(top) == [("order", 8, 0), ("pay", 5, 2)]
    assert (top.total, top.before, top.others) == (13, 2, 0)
    assert [one.matchers for one in top.rows] == [
        matchers("service=order"),
        matchers("service=pay"),
    ]


def test_a_template_says_what_its_alerts_have_in_common(engine: Engine, rankings: Rankings) -> None:
    for host in ("h1", "h2"):
        found(engine, "pay", 1, labels={"service": "pay", "host": host})
    found(engine, "order", 1, line='ERROR order: it\'s "gone"', labels={"service": "'\""})
    top = rankings.top(EVERYTHING, HOUR, By.TEMPLATE, later(minutes=1))
    first, second = top.rows
    assert first.name == "ERROR pay: card * declined"
    assert first.matchers == matchers("rule=error", "service=pay")
    assert first.example == "ERROR pay: card 42 declined"
    assert first.services == ("pay",)
    assert second.matchers == matchers("rule=error")


@pytest.mark.parametrize(
    ("by", "expected"),
    [(By.RULE, [("error", 3, 0), ("panic", 1, 0)]), (By.HOST, [("h1", 3, 0), ("", 1, 0)])],
)
def test_rankings_are_by_rule_and_host_too(
    engine: Engine, rankings: Rankings, by: By, expected: list[tuple[str, int, int]]
) -> None:
    found(engine, "pay", 3)
    found(engine, "pay", 1, rule="panic", severity=Severity.CRITICAL, labels={"service": "pay"})
    assert names(rankings.top(EVERYTHING, HOUR, by, later(minutes=1))) == expected


def test_only_the_first_are_shown_and_the_others_counted(
    engine: Engine, rankings: Rankings
) -> None:
    for number in range(5):
        found(engine, f"s{number}", number + 1)
    top = rankings.top(EVERYTHING, HOUR, By.SERVICE, later(minutes=1), most=2)
    assert names(top) == [("s4", 5, 0), ("s3", 4, 0)]
    assert (top.others, top.total) == (3, 15)


@pytest.mark.parametrize(
    ("scope", "services"),
    [
        (scope_asked(matchers("service=pay"), None), ["pay"]),
        (scope_asked((), Severity.CRITICAL), ["search"]),
        (scope_asked(matchers("fingerprint=~.*"), None), ["order", "pay", "search"]),
        (scope_asked(matchers("severity!=critical", "host=h1"), None), ["order", "pay"]),
        (EVERYTHING, ["order", "pay", "search"]),
    ],
)
def test_a_scope_takes_what_alerts_of_it_would_be(
    engine: Engine, rankings: Rankings, scope: Scope, services: list[str]
) -> None:
    found(engine, "pay", 1)
    found(engine, "order", 1)
    found(engine, "search", 1, severity=Severity.CRITICAL)
    top = rankings.top(scope, HOUR, By.SERVICE, later(minutes=1))
    assert [one.name for one in top.rows] == services
    assert rankings.trend(scope, HOUR, later(minutes=1), SHANGHAI).total == len(services)


def test_a_chat_sees_what_any_of_its_subscriptions_takes(engine: Engine, views: Views) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=pay")), LIN, NOW)
    engine.subscribe(chat(), Wish(least_severity=Severity.CRITICAL), LIN, NOW)
    scope = scope_of_chat(views.chat(chat()).subscriptions)
    found(engine, "pay", 1)
    found(engine, "order", 1)
    found(engine, "search", 1, severity=Severity.CRITICAL)
    top = views.rankings.top(scope, HOUR, By.SERVICE, later(minutes=1))
    assert [one.name for one in top.rows] == ["pay", "search"]
    assert scope_of_chat(()) == EVERYTHING


def test_what_was_not_kept_yet_is_not_compared_with(engine: Engine, rankings: Rankings) -> None:
    found(engine, "pay", 1, minutes=30)
    assert not rankings.top(EVERYTHING, HOUR, By.SERVICE, later(minutes=90)).compares
    assert rankings.top(EVERYTHING, HOUR, By.SERVICE, later(minutes=120)).compares


def test_a_trend_stands_beside_the_day_before(engine: Engine, rankings: Rankings) -> None:
    for day in (0, 24 * 60):
        found(engine, "pay", 3 + day // 720, minutes=day + 5)
        found(engine, "pay", 1, minutes=day + 50)
    now = later(days=1, minutes=59)
    trend = rankings.trend(EVERYTHING, HOUR, now, SHANGHAI)
    assert trend.compares
    assert (trend.total, trend.before) == (6, 4)
    assert len(trend.points) == 12
    assert trend.step == timedelta(minutes=5)
    shown = {point.at: (point.count, point.before) for point in trend.points if point.count}
    assert shown == {later(days=1, minutes=5): (5, 3), later(days=1, minutes=50): (1, 1)}
    assert trend.peak is not None
    assert trend.peak.at == later(days=1, minutes=5)


def test_a_week_is_compared_with_the_week_before_however_coarse_that_is(
    engine: Engine, rankings: Rankings
) -> None:
    for day in range(14):
        found(engine, "pay", 10 + day, minutes=day * 24 * 60 + 5)
        while engine._tallying.due(later(days=day, minutes=6)):
            engine.sweep(later(days=day, minutes=6))
    trend = rankings.trend(EVERYTHING, timedelta(days=7), later(days=13, minutes=10), SHANGHAI)
    assert trend.shift == timedelta(days=7)
    assert (trend.total, trend.before) == (sum(range(17, 24)), sum(range(10, 17)))
    hours = {point.at.astimezone(SHANGHAI).hour for point in trend.points}
    assert hours == {0, 6, 12, 18}


def test_nothing_has_no_peak(rankings: Rankings) -> None:
    assert rankings.trend(EVERYTHING, HOUR, NOW, SHANGHAI).peak is None


def test_a_template_stays_one_when_it_is_merged_and_goes_by_its_id(
    engine: Engine, rankings: Rankings, views: Views
) -> None:
    special, general = "login of root from <*> failed", "login of <*> from <*> failed"
    for records, kind, text in ((3, "t00000000a1", special), (4, "t00000000b2", general)):
        told = (TemplateCount(id=kind, text=text, count=records),)
        found(engine, "pay", records, line="login of root from h1 failed", templates=told)
    (top,) = rankings.top(EVERYTHING, HOUR, By.TEMPLATE, later(minutes=5)).rows
    assert (top.name, top.count, top.template_id) == (general, 7, "t00000000b2")
    listed = views.catalogue(Which.ALL, "pay", 0, 10)
    assert top.template_id in {one.template for one in listed.rows}
