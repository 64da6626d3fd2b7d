"""Hosts that fall silent, are heard again, are sampled at another pace, and are forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.alert import Alert, AlertState
from bot.core.audit import Actor, Source
from bot.engine.engine import Engine
from bot.engine.health_views import CHART_POINTS, PAGE_LENGTH, ChartSpan
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.builders import NOW, host_sample, later, report
from watchers.finding import Severity
from watchers.health import CheckResult, CheckStatus, Disk

LIN = Actor(id="ou_lin", name="林", source=Source.COMMAND)


@pytest.fixture
def engine(store: Store) -> Engine:
    terms = Terms(silent_severity=Severity.CRITICAL)
    return Engine(store, terms, lambda: None)


@pytest.fixture
def hear(engine: Engine) -> Callable[..., None]:
    def heard(host: str, after_s: float, **fields: Any) -> None:
        at = later(seconds=after_s)
        sample = host_sample(host=host, at=at, every_s=10.0, **fields)
        engine.report(report(agent=host, host=sample), at)

    return heard


def silent(store: Store) -> list[Alert]:
    open_now = store.alerts.open_of_rule("health:silent")
    return [one for one in open_now if one.state.open]


def sweep(engine: Engine, *moments: datetime) -> None:
    for at in moments:
        engine.sweep(at)


def test_a_host_whose_reports_stop_is_one_alert_until_it_is_heard_again(
    engine: Engine, store: Store, hear: Callable[..., None]
) -> None:
    sweep(engine, NOW)
    hear("web-1", 0)
    hear("web-2", 0)
    hear("web-2", 110)
    sweep(engine, later(seconds=119))
    assert silent(store) == []
    sweep(engine, later(seconds=125))
    (alert,) = silent(store)
    assert alert.labels == {"host": "web-1"}
    assert alert.severity is Severity.CRITICAL
    assert alert.title == "web-1 is silent since 11-23 04:00 UTC"
    hear("web-2", 220)
    sweep(engine, later(seconds=225), later(seconds=230))
    assert [(one.id, one.count) for one in silent(store)] == [(alert.id, 1)]
    hear("web-1", 240)
    assert silent(store) == []
    ended = store.alerts.get(alert.id)
    assert ended is not None
    assert ended.state is AlertState.RESOLVED


def test_a_long_silence_does_not_end_by_itself(
    engine: Engine, store: Store, hear: Callable[..., None]
) -> None:
    sweep(engine, NOW)
    hear("web-1", 0)
    for minute in range(1, 60):
        hear("web-2", minute * 60)
        sweep(engine, later(minutes=minute, seconds=7))
    (alert,) = silent(store)
    assert alert.state is AlertState.FIRING
    assert alert.reopened == 0


def test_who_begins_to_listen_gives_every_host_time(
    store: Store, engine: Engine, hear: Callable[..., None]
) -> None:
    hear("web-1", 0)
    again = Engine(store, Terms(), lambda: None)
    sweep(again, later(hours=1), later(hours=1, seconds=60))
    assert silent(store) == []
    sweep(again, later(hours=1, seconds=130))
    assert len(silent(store)) == 1


def test_a_host_that_samples_seldom_is_not_called_silent_between(
    engine: Engine, store: Store
) -> None:
    sweep(engine, NOW)
    engine.report(report(agent="a", host=host_sample(host="a", every_s=600.0)), NOW)
    sweep(engine, later(minutes=29))
    assert silent(store) == []
    sweep(engine, later(minutes=31))
    assert len(silent(store)) == 1


def test_two_agents_of_one_host_are_told_apart(engine: Engine, store: Store) -> None:
    sweep(engine, NOW)
    for agent in ("one", "two"):
        engine.report(report(agent=agent, host=host_sample(host="web-1")), NOW)
    sweep(engine, later(minutes=3))
    assert [one.labels for one in silent(store)] == [
        {"host": "web-1", "agent": "one"},
        {"host": "web-1", "agent": "two"},
    ]
    engine.report(report(agent="two", host=host_sample(host="web-1")), later(minutes=4))
    assert [one.labels["agent"] for one in silent(store)] == ["one"]


def test_a_host_that_is_forgotten_is_no_alert_any_more(
    engine: Engine, store: Store, views: Views, hear: Callable[..., None]
) -> None:
    sweep(engine, NOW)
    hear("web-1", 0)
    sweep(engine, later(minutes=3))
    assert engine.forget_host("web-1", LIN, later(minutes=4))
    assert not engine.forget_host("web-1", LIN, later(minutes=4))
    assert silent(store) == []
    sweep(engine, later(minutes=20))
    assert silent(store) == []
    assert views.health.host("web-1", ChartSpan.HOUR, later(minutes=20)) is None
    assert [one.action for one in store.audit.newest(5)] == ["host_forgotten"]


def test_the_pace_is_audited_once_and_a_changed_configuration_goes_before_it(
    engine: Engine, store: Store, views: Views
) -> None:
    half = timedelta(seconds=30)
    engine.sample_hosts(half, LIN, NOW)
    engine.sample_hosts(half, LIN, later(seconds=5))
    assert views.health.every() == half
    (entry,) = store.audit.newest(5)
    assert (entry.action, entry.before, entry.after) == (
        "health_interval",
        {"every": ""},
        {"every": "30s"},
    )
    engine.configuration_changed({"alerts.quiet": "1"}, {"alerts.quiet": "2"}, (), NOW)
    assert views.health.every() == half
    engine.configuration_changed({"health.every": "10"}, {"health.every": "20"}, (), NOW)
    assert views.health.every() is None


def test_one_host_is_shown_with_its_course_forecast_and_what_its_checks_passed(
    hear: Callable[..., None], views: Views
) -> None:
    up, down = CheckStatus.UP, CheckStatus.DOWN
    for n in range(0, 3600, 30):
        used = 0.8 + n / 36_000
        status = down if n >= 1800 else up
        disk = Disk(mount="/data", used=used, total_bytes=100, free_bytes=10)
        check = CheckResult(name="pay", kind="tcp", status=status, at=later(seconds=n))
        hear("web-1", n, cpu=0.25, disks=(disk,), checks=(check,), load=(1.5, 1.0, 1.0))
    now = later(seconds=3600)
    view = views.health.host("web-1", ChartSpan.HOUR, now)
    assert view is not None
    assert len(view.course) == CHART_POINTS
    assert {one.cpu for one in view.course} == {0.25}
    assert view.course[-1].load == 1.5
    assert view.course[0].disk == pytest.approx(0.8, abs=0.01)
    assert view.passed["pay"] == pytest.approx(0.5, abs=0.02)
    (line,) = view.disks
    assert line.full_in is not None
    assert line.full_in.span == pytest.approx(timedelta(hours=1), abs=timedelta(minutes=3))
    assert view.alone
    day = views.health.host("web-1", ChartSpan.DAY, now)
    assert day is not None
    assert [one.cpu for one in day.course].count(None) > 50
    assert day.course[-1].cpu == 0.25


def test_hosts_are_listed_by_page_and_a_page_too_far_is_the_last(
    hear: Callable[..., None], views: Views
) -> None:
    for n in range(PAGE_LENGTH + 2):
        hear(f"web-{n:02}", 0, disk=n / 100)
    first, second = views.health.hosts(NOW), views.health.hosts(NOW, 99)
    assert (len(first.rows), first.page) == (PAGE_LENGTH, 1)
    assert (len(second.rows), second.page) == (2, 2)
    assert views.health.similar("WEB-03") == ("web-03",)
    empty = views.health.hosts(NOW, -5)
    assert empty.page == 1


def filling(hear: Callable[..., None], store: Store, *shares: float) -> list[Alert]:
    """A disk that is so full minute by minute; what is open of it then."""
    for n, used in enumerate(shares):
        disk = Disk(mount="/data", used=used, total_bytes=100, free_bytes=10)
        hear("web-1", 60.0 * n, disks=(disk,))
    return [one for one in store.alerts.open_of_rule("health:full") if one.state.open]


def test_a_disk_that_will_be_full_soon_is_one_alert_that_says_when(
    store: Store, hear: Callable[..., None]
) -> None:
    (alert,) = filling(hear, store, *(0.5 + 0.001 * n for n in range(60)))
    assert alert.labels == {"host": "web-1", "mount": "/data"}
    assert alert.title.startswith("Disk /data 5")
    assert alert.title.split(", full in ")[1] == "7h ± 5m"
    assert alert.severity is Severity.MEDIUM


def test_a_disk_that_stops_to_fill_is_no_alert_any_more(
    store: Store, hear: Callable[..., None]
) -> None:
    rise = [0.5 + 0.001 * n for n in range(60)]
    assert filling(hear, store, *rise, *([0.1] * 130)) == []


def test_a_disk_that_fills_in_weeks_is_nobodys_alarm(
    store: Store, hear: Callable[..., None]
) -> None:
    assert filling(hear, store, *(0.1 + 0.0003 * n for n in range(60))) == []


def test_nothing_is_foretold_where_nobody_wants_to_know(store: Store) -> None:
    quiet = Engine(store, Terms(full_within=timedelta()), lambda: None)
    for n in range(60):
        disk = Disk(mount="/data", used=0.5 + 0.005 * n, total_bytes=100, free_bytes=10)
        at = later(minutes=n)
        quiet.report(
            report(agent="web-1", host=host_sample(host="web-1", at=at, disks=(disk,))), at
        )
    assert not store.alerts.open_of_rule("health:full")
