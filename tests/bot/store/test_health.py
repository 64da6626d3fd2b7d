"""Hosts and their figures in either database: kept, rolled up, pruned."""

from datetime import timedelta

import pytest

from bot.core.health import Step
from bot.core.health_ports import HostTally
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.health import Health
from bot.store.health_rows import HostPointRow
from tests.builders import NOW, host_sample, later
from watchers.health import CheckResult, CheckStatus, Disk

DOWN = (CheckResult(name="pay", kind="tcp", status=CheckStatus.DOWN, at=NOW),)
HOUR = timedelta(hours=1)


@pytest.fixture
def health(database: Database) -> Health:
    return Health(database)


def hear(health: Health, host: str, after_s: float = 0.0, **fields: object) -> bool:
    at = later(seconds=after_s)
    sample = host_sample(host=host, at=at, **fields)
    return health.heard(host, sample, at + timedelta(minutes=2), at)


def test_the_newest_sample_comes_back_whole(health: Health) -> None:
    disk = Disk(mount="/", used=0.5, total_bytes=7, free_bytes=3, inodes=0.25)
    hear(health, "web-1")
    hear(health, "web-1", 10, checks=DOWN, disks=(disk,), load=(1.0, 2.0, 3.0), cpu=0.75)
    found = health.find("web-1")
    assert found is not None
    assert (found.heard_at, found.due_at) == (later(seconds=10), later(seconds=130))
    assert found.sample.disks == (disk,)
    assert found.sample.checks == DOWN
    assert found.sample.cpu == 0.75
    assert health.find("web-2") is None


def test_samples_become_minutes_and_minutes_hours(health: Health) -> None:
    for n in range(0, 2 * 3600 + 20, 10):
        hear(health, "web-1", n, cpu=0.5 if n % 20 else 0.1)
    raw = health.points("web-1", Step.RAW, NOW)
    assert len(raw) == 722
    assert raw[0].figures["cpu"] == (0.1, 0.1)
    minutes = health.points("web-1", Step.MINUTE, NOW)
    assert [one.at for one in minutes] == [later(minutes=n) for n in range(120)]
    assert minutes[0].figures["cpu"] == (0.3, 0.5)
    tens = health.points("web-1", Step.TEN_MINUTES, NOW)
    assert [one.at for one in tens] == [later(minutes=10 * n) for n in range(12)]
    hours = health.points("web-1", Step.HOUR, NOW)
    assert [one.at for one in hours] == [NOW, NOW + HOUR]
    assert hours[0].figures["cpu"] == (0.3, 0.5)


def test_a_host_that_was_away_has_a_gap_and_no_half_minutes_are_lost(health: Health) -> None:
    hear(health, "web-1", 0)
    hear(health, "web-1", 30)
    hear(health, "web-1", 7300)
    assert [one.at for one in health.points("web-1", Step.MINUTE, NOW)] == [NOW]
    assert [one.at for one in health.points("web-1", Step.HOUR, NOW)] == [NOW]


def test_hosts_do_not_mix(health: Health) -> None:
    for n in range(0, 70, 10):
        hear(health, "a", n, cpu=0.1)
        hear(health, "b", n, cpu=0.9)
    assert health.points("a", Step.MINUTE, NOW)[0].figures["cpu"] == (0.1, 0.1)
    assert health.points("b", Step.MINUTE, NOW)[0].figures["cpu"] == (0.9, 0.9)


def test_the_worst_come_first_and_silent_ones_before_them(health: Health) -> None:
    hear(health, "gone")
    for n, host in enumerate(("well", "full", "down")):
        fields: dict[str, object] = {"full": {"disk": 0.97}, "down": {"checks": DOWN}}.get(host, {})
        hear(health, host, 300 + n, **fields)
    now = later(seconds=310)
    assert [one.host for one in health.page(now, 0, 10)] == ["gone", "down", "full", "well"]
    assert [one.host for one in health.page(now, 1, 2)] == ["down", "full"]
    assert health.tally(now) == HostTally(total=4, silent=1, down=1)
    assert health.tally(later(hours=1)) == HostTally(total=4, silent=4, down=0)


def test_silence_is_late_until_it_was_told_and_again_after_a_while(health: Health) -> None:
    hear(health, "web-1")
    now = later(minutes=3)
    assert health.late(later(minutes=1), now, 10) == ()
    (late,) = health.late(now, later(minutes=-2), 10)
    health.tell(late.agent, now)
    assert health.late(now, later(minutes=-2), 10) == ()
    assert len(health.late(later(minutes=9), later(minutes=4), 10)) == 1
    assert hear(health, "web-1", 600) is True
    assert hear(health, "web-1", 610) is False


def test_names_are_found_by_a_part_of_them(health: Health) -> None:
    for host in ("web-1", "WEB-2", "db-1"):
        hear(health, host)
    assert set(health.names_like("web", 5)) == {"web-1", "WEB-2"}
    assert health.names_like("%", 5) == ()


def test_the_interval_is_remembered_until_it_is_taken_back(health: Health) -> None:
    assert health.every() is None
    health.set_every(timedelta(seconds=30))
    health.set_every(timedelta(seconds=45))
    assert health.every() == timedelta(seconds=45)
    health.set_every(None)
    assert health.every() is None


def test_a_host_that_is_forgotten_leaves_nothing(health: Health) -> None:
    hear(health, "web-1")
    hear(health, "web-2")
    assert health.forget("web-1") == ("web-1",)
    assert health.forget("web-1") == ()
    assert health.find("web-1") is None
    assert health.points("web-1", Step.RAW, NOW) == []
    assert health.find("web-2") is not None


def test_what_is_too_old_is_forgotten_step_by_step(health: Health, database: Database) -> None:
    for n in range(0, 3700, 60):
        hear(health, "web-1", n)
    assert health.prune(later(hours=1), later(days=-30)) == 0
    assert health.prune(later(hours=7, minutes=3), later(days=-30)) == 62
    assert health.points("web-1", Step.RAW, NOW) == []
    assert len(health.points("web-1", Step.MINUTE, NOW)) == 61
    health.prune(later(days=4), later(days=-30))
    assert health.points("web-1", Step.MINUTE, NOW) == []
    assert len(health.points("web-1", Step.HOUR, NOW)) == 1
    rows = [{"host": "b", "step": 0, "at": later(seconds=n), "figures": {}} for n in range(1500)]
    HostPointRow.insert_many(rows).execute(database)
    assert health.prune(later(days=4), later(days=-30)) == FORGOTTEN_AT_ONCE
    assert health.find("web-1") is not None
    health.prune(later(days=4), later(days=-30))
    health.prune(later(days=200), later(days=100))
    assert health.find("web-1") is None
