"""Database, disks, the process at work and what it owes, each broken for real."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.backstage import LEASE
from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import PROBES, Doctor, Probe
from bot.app.doctor.scene import Scene, size_of
from bot.core.alert import LARKWATCH
from bot.core.breaker import OPEN_AFTER, Breaker
from bot.core.diagnosis import Check, Diagnosis, Status, Verdict, worst
from bot.core.errors import BusyError
from bot.core.notification import Notification, Purpose
from bot.core.quota import calls_key
from bot.core.subscription import Target, TargetKind
from bot.core.token import Scope
from bot.engine.tokens import Tokens
from bot.sandbox.server import Sandbox
from bot.store import fields
from bot.store.database import migrate, open_database
from bot.store.leases import this_process
from watchers.finding import Report, SourceProgress

CHAT = Target(kind=TargetKind.FEISHU_CHAT, address="oc_ops")


def owed(patient: Any, **span: float) -> Notification:
    at = patient.clock.now() - timedelta(**span)
    return Notification(
        target=CHAT, purpose=Purpose.ANSWER, content={"card": {}}, due_at=at, created_at=at
    )


def test_a_database_in_order_is_well(patient: Any) -> None:
    found = patient.only(Check.DATABASE)
    assert (found.verdict, found.facts["kind"]) == (Verdict.DATABASE_GOOD, "SQLite")


def test_a_database_that_is_not_there_yet_is_not_made(patient: Any) -> None:
    patient.database.unlink()
    assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_ABSENT
    assert patient.verdicts(Check.OUTBOX, Check.QUOTA) == [Verdict.DEPENDS] * 2
    assert not patient.database.exists()


def test_a_locked_database_is_a_failure(patient: Any) -> None:
    with closing(sqlite3.connect(patient.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_LOCKED


def test_what_is_no_database_and_one_that_is_damaged_are_failures(patient: Any) -> None:
    whole = patient.database.read_bytes()
    patient.database.write_bytes(b"no database at all" * 1000)
    assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_DAMAGED
    middle = len(whole) // 2
    patient.database.write_bytes(whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :])
    assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_DAMAGED


def test_a_folder_in_place_of_the_database_cannot_be_opened(patient: Any) -> None:
    patient.configure('[database]\nurl = "sqlite:///logs"')
    (patient.folder / "logs").mkdir()
    found = patient.examine(Check.CONFIGURATION, Check.DATABASE)
    assert [one.status for one in found] == [Status.FAILED, Status.FAILED]


def test_missing_migrations_are_counted_and_not_applied(patient: Any) -> None:
    patient.database.unlink()
    database = open_database(f"sqlite:///{patient.database}")
    migrate(database, patient.clock.now(), ["m0001_first_tables"])
    database.close()
    for _ in range(2):
        found = patient.only(Check.DATABASE)
        assert found.verdict is Verdict.DATABASE_OLD
        assert int(found.facts["count"]) > 3


def test_no_room_for_series_of_fields_is_said(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MOST_SERIES", 0)
    verdicts = [one.verdict for one in patient.examine(Check.DATABASE)]
    assert verdicts == [Verdict.DATABASE_GOOD, Verdict.FIELDS_FULL]


def test_postgresql_is_looked_at_alike(patient: Any, make_postgresql: Any) -> None:
    url = make_postgresql()
    patient.configure(f'[database]\nurl = "{url}"')
    assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_OLD
    database = open_database(url)
    migrate(database, patient.clock.now())
    found = patient.only(Check.DATABASE)
    assert (found.verdict, found.facts["kind"]) == (Verdict.DATABASE_GOOD, "PostgreSQL")
    with database.change():
        assert patient.only(Check.DATABASE).verdict is Verdict.DATABASE_LOCKED
    database.close()
    patient.configure('[database]\nurl = "postgresql://nobody:secret@127.0.0.1:1/x"')
    found = patient.only(Check.DATABASE)
    assert found.verdict is Verdict.DATABASE_UNREACHABLE
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(50, Verdict.DISK_GOOD), (5, Verdict.DISK_LOW), (0.05, Verdict.DISK_FULL)],
)
def test_a_disk_that_fills_up_is_told_in_time(patient: Any, free: float, verdict: Verdict) -> None:
    patient.put_disk(10**11, int(free * 10**9))
    assert set(patient.verdicts(Check.DISK)) == {verdict}


def test_a_tenth_of_a_large_disk_is_plenty(patient: Any) -> None:
    patient.put_disk(10**13, 5 * 10**11)
    assert set(patient.verdicts(Check.DISK)) == {Verdict.DISK_GOOD}


def test_a_disk_that_cannot_be_measured_is_skipped(patient: Any) -> None:
    def refuse(_: Path) -> tuple[int, int, int]:
        raise OSError(5, "Input/output error")

    patient.machine = replace(patient.machine, disk=refuse)
    assert set(patient.verdicts(Check.DISK)) == {Verdict.DISK_UNKNOWN}


def test_the_process_at_work_is_named_and_a_dead_one_found(patient: Any) -> None:
    assert patient.only(Check.PROCESS).verdict is Verdict.NOT_RUNNING
    mine = this_process()
    with patient.store() as store:
        store.leases.take(LEASE, mine, patient.clock.now(), timedelta(seconds=10))
    assert patient.only(Check.PROCESS).verdict is Verdict.RUNNING
    host, pid, _, unique = mine.split("|")
    with patient.store() as store, store.transaction():
        store.leases.give_back(LEASE, mine)
        dead = f"{host}|{pid}|1|{unique}"
        store.leases.take(LEASE, dead, patient.clock.now(), timedelta(seconds=10))
    assert patient.only(Check.PROCESS).verdict is Verdict.HOLDER_GONE


def test_agents_that_fall_silent_or_behind_are_named(patient: Any) -> None:
    assert patient.only(Check.AGENTS).verdict is Verdict.AGENTS_NONE
    slow = SourceProgress(name="file:/pay.log", state="behind", lag_s=300.0)
    with patient.store() as store, store.transaction():
        store.agents.heard(Report(agent="web-1"), patient.clock.now())
    assert patient.only(Check.AGENTS).verdict is Verdict.AGENTS_GOOD
    with patient.store() as store, store.transaction():
        store.agents.heard(Report(agent="web-1", progress=(slow,)), patient.clock.now())
    assert patient.only(Check.AGENTS).verdict is Verdict.AGENT_BEHIND
    patient.clock.move(minutes=3)
    assert patient.only(Check.AGENTS).verdict is Verdict.AGENT_SILENT


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [(0, Verdict.OUTBOX_GOOD), (3, Verdict.OUTBOX_LATE), (30, Verdict.OUTBOX_STUCK)],
)
def test_what_waits_for_too_long_is_told(patient: Any, minutes: int, verdict: Verdict) -> None:
    with patient.store() as store, store.transaction():
        store.outbox.owe(owed(patient, minutes=minutes))
    found = patient.only(Check.OUTBOX)
    assert (found.verdict, found.facts["waiting"]) == (verdict, 1)


def test_messages_that_were_given_up_are_counted(patient: Any) -> None:
    now = patient.clock.now()
    with patient.store() as store, store.transaction():
        store.outbox.owe(owed(patient))
        claimed = store.outbox.claim(now, now + timedelta(minutes=1), "me", ())
        assert claimed is not None
        store.outbox.give_up(claimed, "230002 the bot is out", now)
    good, lost = patient.examine(Check.OUTBOX)
    assert (good.verdict, lost.verdict) == (Verdict.OUTBOX_GOOD, Verdict.GIVEN_UP)
    assert lost.facts["detail"] == "230002 the bot is out"


def test_an_open_breaker_is_named(patient: Any) -> None:
    assert patient.only(Check.BREAKERS).verdict is Verdict.BREAKERS_GOOD
    now = patient.clock.now()
    breaker = Breaker(target=CHAT, faults=OPEN_AFTER, since=now, open_until=now, fault="502")
    with patient.store() as store, store.transaction():
        store.breakers.save(breaker)
    assert patient.only(Check.BREAKERS).verdict is Verdict.BREAKER_OPEN


@pytest.mark.parametrize(
    ("used", "verdict"),
    [(1, Verdict.QUOTA_GOOD), (85, Verdict.QUOTA_LOW), (100, Verdict.QUOTA_GONE)],
)
def test_the_quota_is_told_before_it_is_gone(patient: Any, used: int, verdict: Verdict) -> None:
    patient.configure("[delivery]\nmonthly_calls = 100")
    with patient.store() as store, store.transaction():
        store.counters.add({calls_key(patient.clock.now()): used})
    assert patient.only(Check.QUOTA).verdict is verdict
    patient.configure("[delivery]\nmonthly_calls = 0")
    assert patient.only(Check.QUOTA).verdict is Verdict.QUOTA_UNLIMITED


def test_a_token_is_named_before_its_program_is_not_let_in_any_more(patient: Any) -> None:
    with patient.store() as store:
        now, tokens = patient.clock.now(), Tokens(store)
        for name, days in (("ci", 3), ("old", -1), ("fresh", 90)):
            ends = now + timedelta(days=days)
            tokens.give(name, (Scope.ALERTS_READ,), LARKWATCH, now, ends)
    found = patient.examine(Check.TOKENS)
    assert [(one.verdict, one.subject) for one in found] == [
        (Verdict.TOKEN_ENDS, "ci"),
        (Verdict.TOKEN_OVER, "old"),
        (Verdict.TOKENS_GOOD, ""),
    ]
    patient.configure("[api]\nenabled = false")
    assert patient.only(Check.TOKENS).verdict is Verdict.API_OFF


def test_a_host_that_only_watches_is_asked_for_its_server_and_files(
    patient: Any, town: Sandbox
) -> None:
    patient.configure(f'[agent]\nreport_to = "{town.address}"')
    found = patient.examine()
    said = {one.verdict for one in found if one.status is not Status.SKIPPED}
    assert {Verdict.SOURCE_GOOD, Verdict.SERVER_NO_SECRET, Verdict.SERVER_UNREACHABLE} <= said
    elsewhere = {one.check for one in found if one.verdict is Verdict.NOT_ON_THIS_HOST}
    assert {Check.CREDENTIALS, Check.DATABASE, Check.OUTBOX} <= elsewhere
    assert town.calls("/open-apis") == []


def test_a_broken_configuration_is_told_and_the_rest_examined_all_the_same(patient: Any) -> None:
    text = patient.file.read_text()
    patient.file.write_text(text + "[alerts]\nquiet = 5\n[[rule]]\nname = 'x'\npattern = '('\n")
    found = patient.examine()
    errors = [one for one in found if one.verdict is Verdict.CONFIG_ERROR]
    assert len(errors) >= 2
    well = {one.check for one in found if one.status is Status.OK}
    assert {Check.CREDENTIALS, Check.SOURCES, Check.DATABASE} <= well
    patient.file.write_text("[feishu\n")
    assert patient.examine()[0].verdict is Verdict.CONFIG_ERROR
    patient.file.unlink()
    assert patient.examine()[0].verdict is Verdict.CONFIG_ERROR


def test_a_secret_file_that_cannot_be_read_is_an_error_of_the_configuration(patient: Any) -> None:
    patient.configure(feishu='encrypt_key_file = "gone"')
    errors = [one for one in patient.examine() if one.verdict is Verdict.CONFIG_ERROR]
    assert "gone" in str(errors[0].facts["problem"])


def test_a_check_that_breaks_is_a_finding_and_no_other_suffers(patient: Any) -> None:
    def broken(_: Scene) -> tuple[Diagnosis, ...]:
        raise RuntimeError

    def busy(_: Scene) -> tuple[Diagnosis, ...]:
        raise BusyError

    probes = (
        Probe(checks=(Check.BOT,), look=broken),
        Probe(checks=(Check.QUOTA,), look=busy),
        *PROBES[:1],
    )
    with scene_of(str(patient.file), patient.clock, patient.machine) as scene:
        found = Doctor(lambda: scene, probes).examine()
    assert [one.verdict for one in found] == [
        Verdict.BROKE,
        Verdict.DEPENDS,
        Verdict.CONFIG_SOUND,
    ]
    assert worst(found) is Status.FAILED


def test_every_check_is_made(patient: Any) -> None:
    checks = {check for probe in PROBES for check in probe.checks}
    assert checks == set(Check)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (2 * 10**15, "2000.0 TB")]
)
def test_sizes_are_short(count: int, said: str) -> None:
    assert size_of(count) == said
