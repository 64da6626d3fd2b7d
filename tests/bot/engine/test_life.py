"""An alert's life through the engine: what is recorded, what rings, what the clock does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.alert import Alert, AlertState
from bot.core.errors import ConflictError, InvalidTransitionError, Refusal
from bot.core.fingerprint import fingerprint
from bot.core.notification import Purpose
from bot.core.subscription import Wish
from bot.core.why import Why
from bot.engine.engine import TRIES, Engine
from bot.engine.listening import BAD_FOR
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.bot.engine.test_engine import deliver_all, owed, purposes
from tests.builders import (
    LIN,
    NOW,
    WANG,
    chat,
    finding,
    later,
    progress,
    report,
    sample,
    seen,
)
from watchers.delay import parse_delay
from watchers.finding import Finding, Severity, SourceProgress

WATCH = "pay"
FLAPS = parse_delay("up 0s down 10s x2 max 1m")


@pytest.fixture
def told(engine: Engine, store: Store) -> Store:
    """One subscribed chat, one alert, its card sent."""
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding(watch=WATCH), progress=(progress(WATCH),)), NOW)
    assert purposes(deliver_all(store, 0)) == [(Purpose.FIRST, chat())]
    return store


def alert_of(store: Store, number: int = 1) -> Alert:
    alert = store.alerts.get(number)
    assert alert is not None
    return alert


def rang(store: Store) -> list[Purpose]:
    """What is owed and rings, by now."""
    return [one.purpose for one in owed(store, 10 * 86400) if one.purpose.notice]


def whys(store: Store, number: int = 1) -> list[Why]:
    return [one.why for one in store.alerts.transitions(number, 1000)]


def test_case_01_what_gets_worse_after_an_acknowledgement_rings(
    engine: Engine, told: Store
) -> None:
    engine.acknowledge(1, LIN, NOW)
    worse = finding("f2", severity=Severity.CRITICAL)
    engine.report(report(worse), later(minutes=1))
    assert rang(told) == [Purpose.SEVERITY_RAISED]
    assert alert_of(told).state is AlertState.FIRING


def test_case_01_many_times_the_records_ring(told: Store) -> None:
    engine = Engine(told, Terms(ack_growth=3), lambda: None)
    engine.acknowledge(1, LIN, NOW)
    engine.report(report(finding("f2", count=28)), later(minutes=1))
    assert rang(told) == []
    engine.report(report(finding("f3")), later(minutes=1))
    assert rang(told) == [Purpose.WORSE]


def test_case_01_an_acknowledgement_reminds_and_then_ends(engine: Engine, told: Store) -> None:
    engine.acknowledge(1, LIN, NOW)
    assert alert_of(told).next_at == later(hours=4, minutes=-10)
    engine.sweep(later(hours=3))
    assert rang(told) == []
    engine.sweep(later(hours=4, minutes=-10))
    (reminder,) = [one for one in owed(told, 86400) if one.purpose.notice]
    assert reminder.purpose is Purpose.ACK_REMINDER
    assert reminder.content["taker"]["id"] == LIN.id
    engine.sweep(later(hours=4))
    (ended,) = [one for one in owed(told, 86400) if one.purpose.notice]
    assert (ended.purpose, ended.content["taker"]["id"]) == (Purpose.UNACKNOWLEDGED, LIN.id)
    assert alert_of(told).acknowledged_by is None
    assert whys(told)[-2:] == [Why.ACK_REMINDED, Why.ACK_EXPIRED]


def test_case_01_a_deadline_long_past_does_not_remind_of_what_is_over(
    engine: Engine, told: Store
) -> None:
    engine.acknowledge(1, LIN, NOW)
    engine.sweep(later(hours=9))
    assert rang(told) == [Purpose.UNACKNOWLEDGED]


def test_an_acknowledgement_may_be_for_longer_or_without_end(engine: Engine, told: Store) -> None:
    engine.acknowledge(1, LIN, NOW, timedelta(minutes=8))
    assert alert_of(told).next_at == later(minutes=4)
    engine.extend(1, WANG, NOW, timedelta(hours=9))
    assert alert_of(told).next_at == later(hours=9, minutes=-10)
    engine.extend(1, WANG, NOW, None)
    assert alert_of(told).next_at is None
    engine.sweep(later(days=5))
    assert alert_of(told).taken


def test_no_timeout_for_a_severity_left_out(told: Store) -> None:
    engine = Engine(told, Terms(ack_timeout={Severity.CRITICAL: timedelta(hours=1)}), lambda: None)
    engine.acknowledge(1, LIN, NOW)
    assert alert_of(told).next_at is None


def test_letting_go_is_silent(engine: Engine, told: Store) -> None:
    engine.acknowledge(1, LIN, NOW)
    engine.unacknowledge(1, LIN, NOW)
    assert alert_of(told).state is AlertState.FIRING
    assert rang(told) == []
    with pytest.raises(InvalidTransitionError, match="not_acknowledged"):
        engine.unacknowledge(1, LIN, NOW)


def test_case_02_a_later_alert_names_the_one_before(engine: Engine, told: Store) -> None:
    engine.resolve(1, LIN, NOW)
    engine.report(report(seen("f2", hours=1)), later(hours=1))
    assert alert_of(told, 2).previous == 1


def test_case_09_the_second_to_acknowledge_becomes_a_follower(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.acknowledge(1, LIN, later(seconds=3))
    for _ in range(2):
        with pytest.raises(InvalidTransitionError) as refused:
            engine.acknowledge(1, WANG, later(seconds=4))
        assert refused.value.reason is Refusal.ALREADY_ACKNOWLEDGED
    assert alert_of(told).followers == (WANG,)
    with pytest.raises(InvalidTransitionError):
        engine.acknowledge(1, LIN, later(seconds=5))
    view = views.alert(1, NOW)
    assert view is not None
    assert [one.why for one in view.timeline] == [Why.FIRST_SEEN, Why.ACKNOWLEDGED, Why.FOLLOWED]


def test_case_13_an_older_finding_never_reopens(engine: Engine, told: Store) -> None:
    engine.resolve(1, LIN, later(hours=2))
    engine.report(report(seen("f2", hours=1)), later(hours=3))
    alert = alert_of(told)
    assert (alert.state, alert.count, alert.late) == (AlertState.RESOLVED, 2, 1)
    assert whys(told)[-1] is Why.LATE
    assert told.alerts.get(2) is None
    assert rang(told) == []


def test_case_36_flapping_rings_once_when_it_starts_and_once_when_it_ends(
    engine: Engine, told: Store
) -> None:
    rings = []
    for n in range(1, 12):
        at = 15 * n
        again = seen(f"x{n}", seconds=at)
        flip = {"recovers": True} if n % 2 else {}
        engine.report(report(with_waits(again, **flip)), later(seconds=at))
        rings += rang(told)
        deliver_all(told)
    engine.report(report(progress=(progress(WATCH),)), later(seconds=224))
    engine.sweep(later(seconds=224))
    assert rings == [Purpose.REOPENED, Purpose.REOPENED, Purpose.FLAPPING]
    assert alert_of(told).state is AlertState.FIRING
    engine.sweep(later(seconds=225))
    (steady,) = [one for one in owed(told, 86400) if one.purpose.notice]
    assert steady.purpose is Purpose.STEADY
    assert steady.content["flaps"]["count"] == 5
    assert (alert_of(told).state, whys(told)[-1]) == (AlertState.RESOLVED, Why.RECOVERED)


def with_waits(found: Finding, **fields: Any) -> Finding:
    kept = {name: getattr(found, name) for name in ("first_at", "seen_at")}
    return finding(found.id, watch=WATCH, delay=FLAPS, **kept, **fields)


def test_case_36_what_flaps_and_then_only_fires_is_called_steady(
    engine: Engine, told: Store
) -> None:
    for n in range(1, 7):
        flip = {"recovers": True} if n % 2 else {}
        engine.report(report(with_waits(seen(f"x{n}", seconds=n), **flip)), later(seconds=n))
    rang(told)
    engine.report(report(with_waits(seen("g", seconds=66))), later(seconds=66))
    engine.sweep(later(seconds=66))
    assert rang(told) == [Purpose.STEADY]
    assert (alert_of(told).state, whys(told)[-1]) == (AlertState.FIRING, Why.STEADY)


def test_what_does_not_last_is_never_told_and_what_does_is(engine: Engine, store: Store) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    slow = parse_delay("up 10s")
    for n, service in enumerate(("short", "long")):
        engine.report(report(finding(f"f{n}", labels={"service": service}, delay=slow)), NOW)
    assert owed(store) == []
    engine.report(
        report(finding("r", labels={"service": "short"}, delay=slow, recovers=True)),
        later(seconds=5),
    )
    engine.sweep(later(seconds=9))
    assert owed(store) == []
    engine.sweep(later(seconds=10))
    assert [(one.purpose, one.alert_id) for one in deliver_all(store)] == [(Purpose.FIRST, 2)]
    engine.resolve(2, LIN, later(seconds=20))
    engine.report(
        report(finding("s", labels={"service": "long"}, delay=slow, seen_at=later(seconds=30))),
        later(seconds=30),
    )
    assert rang(store) == []
    engine.sweep(later(seconds=40))
    assert rang(store) == [Purpose.REOPENED]


def test_case_37_a_recovery_ends_the_rules_alerts_with_its_labels(
    engine: Engine, store: Store
) -> None:
    kinds = [{"service": "pay", "error_type": kind} for kind in ("A", "B")]
    others = [{"service": "cart"}, {"error_type": "A"}]
    engine.report(
        report(*[finding(f"f{n}", labels=one) for n, one in enumerate([*kinds, *others])]), NOW
    )
    engine.report(report(finding("f9", rule="panic")), NOW)
    engine.report(report(finding("r", recovers=True)), later(seconds=5))
    states = [alert_of(store, n).state.open for n in range(1, 6)]
    assert states == [False, False, True, True, True]
    assert alert_of(store, 1).count == 1


def test_case_37_the_order_of_findings_and_recoveries_is_kept(engine: Engine, store: Store) -> None:
    engine.report(
        report(finding("a"), finding("r", recovers=True), seen("b", seconds=1)), later(seconds=1)
    )
    assert alert_of(store).state is AlertState.FIRING
    assert whys(store) == [Why.FIRST_SEEN, Why.RECOVERED, Why.RECURRED]


def test_case_37_a_rule_says_how_long_it_must_be_quiet(engine: Engine, store: Store) -> None:
    quick = finding(delay=parse_delay("down 1m"), watch=WATCH)
    engine.report(report(quick, progress=(progress(WATCH),)), NOW)
    engine.sweep(later(seconds=59))
    assert alert_of(store).state is AlertState.FIRING
    engine.sweep(later(seconds=60))
    assert (alert_of(store).state, whys(store)[-1]) == (AlertState.RESOLVED, Why.QUIET)


def listens(engine: Engine, minutes: float, *sources: SourceProgress) -> None:
    """Half a minute each until then, with a sweep; the agent is heard or silent."""
    for half in range(int(minutes * 2) + 1):
        at = later(hours=1, seconds=30 * half)
        if sources:
            engine.report(report(progress=sources), at)
        engine.sweep(at)


@pytest.mark.parametrize(
    "sources",
    [
        (),
        (progress(WATCH, state="absent", files=0, last_line_at=NOW),),
        (progress(WATCH, state="error", files=0, last_line_at=NOW),),
        (progress("another"),),
    ],
    ids=("silent agent", "absent", "broken", "given up"),
)
def test_case_38_an_alert_whose_source_is_gone_is_unknown_until_it_is_back(
    engine: Engine, told: Store, sources: tuple[SourceProgress, ...]
) -> None:
    engine.acknowledge(1, LIN, NOW, timedelta(days=9))
    listens(engine, BAD_FOR / timedelta(minutes=1), *sources)
    alert = alert_of(told)
    assert alert.state is AlertState.UNKNOWN
    assert alert.lost is not None
    assert whys(told)[-1] is Why.SOURCE_LOST
    engine.report(report(progress=(progress(WATCH),)), later(hours=5))
    engine.sweep(later(hours=5))
    back = alert_of(told)
    assert (back.state, back.acknowledged_by) == (AlertState.ACKNOWLEDGED, LIN)
    assert back.quiet_at == later(hours=5, minutes=15)
    assert rang(told) == []


def test_case_38_a_source_that_is_bad_for_a_moment_changes_nothing(
    engine: Engine, told: Store
) -> None:
    for at in (later(minutes=1), later(minutes=1, seconds=59)):
        engine.report(report(progress=(progress(WATCH, state="absent", files=0),)), at)
        engine.sweep(at)
    engine.report(report(progress=(progress(WATCH),)), later(minutes=2))
    engine.sweep(later(minutes=2))
    assert whys(told) == [Why.FIRST_SEEN]


def test_case_38_who_was_away_for_long_gives_sources_time_to_be_heard(
    engine: Engine, told: Store
) -> None:
    engine.sweep(later(hours=9))
    assert alert_of(told).state is AlertState.FIRING


def test_case_39_an_alert_keeps_its_rule_and_ends_when_that_is_removed(
    engine: Engine, store: Store
) -> None:
    engine.know_rules("host-1", {"error": {"pattern": "ERR"}, "panic": {"pattern": "P"}}, NOW)
    engine.report(report(finding(), finding("f2", rule="panic")), NOW)
    engine.report(report(finding("f3", labels={"service": "far"}), agent="host-2"), NOW)
    assert alert_of(store, 1).rule_text == {"pattern": "ERR"}
    assert alert_of(store, 3).rule_text == {}
    engine.know_rules("host-1", {"error": {"pattern": "ERROR"}}, later(minutes=1))
    assert alert_of(store, 1).rule_text == {"pattern": "ERR"}
    assert alert_of(store, 1).state is AlertState.FIRING
    assert (alert_of(store, 2).state, whys(store, 2)[-1]) == (
        AlertState.RESOLVED,
        Why.RULE_REMOVED,
    )
    assert engine.know_rules("host-1", {}, later(minutes=2)) == 1
    assert alert_of(store, 3).state is AlertState.FIRING


def test_case_45_an_alert_of_ten_thousand_events_stays_small(engine: Engine, told: Store) -> None:
    for block in range(20):
        some = [
            finding(f"{block}-{n}", samples=(sample("x" * 500),), watch=WATCH) for n in range(500)
        ]
        engine.report(report(*some), later(seconds=block))
    alert = alert_of(told)
    assert (alert.count, len(alert.samples), alert.version) == (10_001, 5, 21)
    assert len(told.alerts.transitions(1, 1000)) == 1


def test_case_46_a_merged_template_keeps_the_alert_and_its_mute(
    engine: Engine, store: Store, views: Views
) -> None:
    old, other, new = ({"template": name} for name in ("t1", "t2", "t3"))
    engine.report(report(finding("a", labels=old)), NOW)
    engine.mute_alert(1, later(hours=1), LIN, NOW)
    merged = finding("b", labels=new, formerly=(other, old))
    engine.report(report(merged), later(seconds=1))
    engine.report(report(finding("c", labels=new)), later(seconds=2))
    engine.report(report(finding("d", labels=other)), later(seconds=3))
    assert alert_of(store).count == 4
    assert store.alerts.get(2) is None
    view = views.alert(1, later(seconds=3))
    assert view is not None
    assert view.mute is not None
    again = finding("e", labels={"template": "t4"}, formerly=(new,))
    engine.report(report(again), later(seconds=4))
    assert alert_of(store).count == 5


def test_case_46_an_alias_of_an_alias_is_one_step(store: Store) -> None:
    with store.transaction():
        store.aliases.add("b", "a", NOW)
        store.aliases.add("c", "b", NOW)
        store.aliases.add("a", "z", NOW)
        store.aliases.add("z", "c", NOW)
    found = store.aliases.canonical(["a", "b", "c", "z", "y"])
    assert found == {"a": "z", "b": "z", "c": "z", "z": "z", "y": "y"}


def test_case_46_who_was_never_seen_under_the_former_labels_is_new(
    engine: Engine, store: Store
) -> None:
    labels = {"template": "t2"}
    engine.report(report(finding("a", labels=labels, formerly=({"template": "t1"},))), NOW)
    assert alert_of(store).fingerprint == fingerprint("error", labels)


def test_case_47_a_severity_set_by_a_person_stays(engine: Engine, told: Store) -> None:
    engine.set_severity(1, Severity.LOW, WANG, NOW)
    engine.report(report(finding("f2", severity=Severity.CRITICAL)), later(seconds=5))
    assert (alert_of(told).severity, alert_of(told).severity_by) == (Severity.LOW, WANG)
    assert rang(told) == []


def test_comments_and_assignments_are_on_the_card(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.assign(1, WANG, LIN, NOW)
    for n in range(5):
        engine.comment(1, f"look {n}", LIN, later(seconds=n))
    engine.resolve(1, LIN, later(minutes=1))
    engine.comment(1, "it was the disk", LIN, later(minutes=2))
    view = views.alert(1, NOW)
    assert view is not None
    assert view.alert.assignee == WANG
    assert [one.note for one in view.comments] == ["look 3", "look 4", "it was the disk"]
    assert whys(told).count(Why.COMMENTED) == 6
    with pytest.raises(InvalidTransitionError, match="unknown_alert"):
        engine.comment(9, "?", LIN, NOW)


class Contended:
    """The store, in which somebody else is faster with the first few changes of an alert."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self.left = times
        self.alerts = SimpleNamespace(
            **{
                name: getattr(store.alerts, name)
                for name in dir(store.alerts)
                if not name.startswith("_")
            }
        )
        self.alerts.save = self.save

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._store.transaction():
            yield

    def save(self, alert: Alert) -> None:
        if self.left:
            self.left -= 1
            raise ConflictError("somebody was faster")
        self._store.alerts.save(alert)


def test_a_click_that_meets_another_change_is_decided_anew(told: Store) -> None:
    contended: Any = Contended(told, TRIES - 1)
    Engine(contended, Terms(), lambda: None).acknowledge(1, LIN, NOW)
    assert alert_of(told).taken
    contended.left = TRIES
    with pytest.raises(ConflictError):
        Engine(contended, Terms(), lambda: None).resolve(1, LIN, NOW)
    assert whys(told) == [Why.FIRST_SEEN, Why.ACKNOWLEDGED]


def test_the_database_keeps_when_records_were_written(engine: Engine, store: Store) -> None:
    written = {"first_written_at": later(hours=-2), "written_at": later(hours=-1)}
    engine.report(report(finding(**written), finding("f2", labels={"service": "shop"})), NOW)
    first, other = alert_of(store, 1), alert_of(store, 2)
    assert (first.first_written_at, first.written_at) == (later(hours=-2), later(hours=-1))
    assert (first.first_at, first.seen_at) == (NOW, NOW)
    assert (other.first_written_at, other.written_at) == (None, None)
