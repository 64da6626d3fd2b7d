"""Mutes from their beginning to what they leave behind, over the engine and its store."""

from datetime import datetime, time, timedelta

import pytest

from bot.core.aftermath import from_content
from bot.core.alert import LARKWATCH, Person
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.mute import Effect, Mute, MuteEvent, UntilResolved, UntilWorse, muted
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.recurrence import EVERY_DAY, Recurrence
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import MuteTerms, Terms
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, progress, report

# NOW is noon in Shanghai, a Monday.
AFTERNOON = Recurrence(days=EVERY_DAY, begins=time(13), ends=time(14), zone="Asia/Shanghai")
FILE = Person(id="", name="larkwatch.toml")


def delivered(store: Store, at: datetime) -> list[Notification]:
    """What is due by then, delivered."""
    found = []
    with store.transaction():
        while one := store.outbox.claim(at, at + timedelta(days=1), "test", ()):
            store.outbox.sent(one, Receipt(message_id=f"om_{one.id}", version=1), at)
            found.append(one)
    return found


def purposes(found: list[Notification]) -> list[Purpose]:
    return sorted(one.purpose for one in found)


@pytest.fixture
def told(engine: Engine, store: Store) -> Store:
    """One subscribed chat, one alert, its card sent."""
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    assert purposes(delivered(store, NOW)) == [Purpose.FIRST]
    return store


def occur(engine: Engine, at: datetime, count: int = 1, service: str = "pay") -> None:
    """Some records of the alert of a service."""
    one = finding(
        f"{at.isoformat()} {service}",
        labels={"service": service},
        count=count,
        first_at=at,
        seen_at=at,
    )
    engine.report(report(one), at)


def ended(store: Store, at: datetime) -> Notification:
    """The only message about the end of a mute that is due by then."""
    (one,) = [one for one in delivered(store, at) if one.purpose is Purpose.MUTE_ENDED]
    return one


def test_case_03_what_was_resolved_while_muted_is_in_the_summary_and_the_next_fire_notifies(
    engine: Engine, told: Store
) -> None:
    engine.mute_alert(1, later(minutes=5), LIN, NOW)
    engine.resolve(1, WANG, later(minutes=1))
    assert purposes(delivered(told, later(minutes=2))) == [Purpose.REFRESH]
    engine.sweep(later(minutes=5))
    left = from_content(ended(told, later(minutes=6)).content)
    assert (left.firing, left.resolved, left.named) == (0, 1, ())
    occur(engine, later(minutes=7))
    assert purposes(delivered(told, later(minutes=8))) == [Purpose.REFRESH, Purpose.REOPENED]


def test_case_04_a_mute_that_ends_while_firing_makes_one_message_with_the_suppressed_count(
    engine: Engine, told: Store
) -> None:
    engine.mute_alert(1, later(minutes=5), LIN, NOW)
    for minute in range(1, 4):
        occur(engine, later(minutes=minute), count=19)
    assert purposes(delivered(told, later(minutes=4))) == [Purpose.REFRESH]
    engine.sweep(later(minutes=5))
    found = delivered(told, later(minutes=6))
    assert purposes(found) == [Purpose.MUTE_ENDED, Purpose.REFRESH]
    (message,) = [one for one in found if one.purpose is Purpose.MUTE_ENDED]
    left = from_content(message.content)
    assert (message.content["suppressed"], message.content["event"]) == (57, "expired")
    assert (left.firing, left.resolved, left.first_seen, left.named) == (1, 0, 0, (1,))
    (card,) = told.outbox.cards(1)
    assert left.card == card.message_id
    engine.sweep(later(minutes=6))
    assert delivered(told, later(minutes=7)) == []


def test_case_04_a_chat_is_told_once_of_all_that_a_mute_hid_there(
    engine: Engine, told: Store
) -> None:
    engine.subscribe(chat("b"), Wish(matchers=matchers("service=cart")), LIN, NOW)
    engine.mute(matchers("rule=error"), later(minutes=5), LIN, NOW)
    occur(engine, later(minutes=1), service="cart")
    occur(engine, later(minutes=2), service="web")
    engine.acknowledge(1, LIN, later(minutes=3))
    engine.sweep(later(minutes=5))
    found = delivered(told, later(minutes=6))
    assert [one.alert_id for one in found if one.purpose is Purpose.FIRST] == [2, 2, 3]
    about = {one.target: one for one in found if one.purpose is Purpose.MUTE_ENDED}
    assert set(about) == {chat(), chat("b")}
    ops, b = (from_content(about[target].content) for target in (chat(), chat("b")))
    assert (ops.firing, ops.acknowledged, ops.first_seen, ops.named) == (2, 1, 2, (2, 3))
    assert (b.firing, b.acknowledged, b.first_seen, b.named) == (1, 0, 1, (2,))
    assert ops.card == ""


def test_who_lifts_a_mute_that_hid_nothing_is_not_told_of_it(engine: Engine, told: Store) -> None:
    mute = engine.mute_alert(1, later(hours=1), LIN, NOW)
    engine.unmute(mute.id, WANG, later(minutes=1))
    assert purposes(delivered(told, later(minutes=2))) == [Purpose.REFRESH]


def test_an_alert_known_from_before_is_not_first_seen(engine: Engine, told: Store) -> None:
    engine.resolve(1, LIN, later(minutes=1))
    engine.mute(matchers("service=pay"), later(minutes=40), LIN, later(minutes=2))
    occur(engine, later(minutes=30))  # long after the window: a new alert, the same fingerprint
    engine.sweep(later(minutes=42))
    left = from_content(ended(told, later(minutes=43)).content)
    assert (left.firing, left.first_seen) == (1, 0)


def test_case_05_an_extended_mute_keeps_its_number_and_its_old_timer_is_void(
    engine: Engine, told: Store, views: Views
) -> None:
    mute = engine.mute_alert(1, later(hours=1), LIN, NOW)
    longer = engine.extend_mute(mute.id, timedelta(hours=1), WANG, later(minutes=30))
    assert (longer.id, longer.version, longer.ends_at) == (mute.id, 2, later(hours=2))
    delivered(told, later(minutes=31))
    engine.sweep(later(hours=1, minutes=1))
    assert delivered(told, later(hours=1, minutes=2)) == []
    changes = views.muting.history(9)
    assert [(one.event, one.by, one.mute.version) for one in changes] == [
        (MuteEvent.EXTENDED, WANG, 2),
        (MuteEvent.SET, LIN, 1),
    ]
    assert [one.mute.ends_at for one in changes] == [later(hours=2), later(hours=1)]
    engine.sweep(later(hours=2))
    assert ended(told, later(hours=3)).content["mute"] == mute.id


def test_case_05_a_mute_can_be_cut_shorter_too(engine: Engine, told: Store) -> None:
    mute = engine.mute_alert(1, later(hours=5), LIN, NOW)
    engine.extend_mute(mute.id, later(minutes=10), LIN, NOW)
    engine.sweep(later(minutes=10))
    assert told.mutes.standing() == ()


def test_what_is_over_cannot_be_extended(engine: Engine, told: Store) -> None:
    mute = engine.mute_alert(1, later(minutes=5), LIN, NOW)
    engine.unmute(mute.id, LIN, later(minutes=1))
    for number in (mute.id, 99):
        with pytest.raises(InvalidTransitionError) as refused:
            engine.extend_mute(number, timedelta(hours=1), LIN, later(minutes=2))
        assert refused.value.reason is Refusal.UNKNOWN_MUTE


def test_case_06_a_mute_draws_the_cards_of_all_its_alerts_anew_at_once(
    engine: Engine, told: Store
) -> None:
    occur(engine, NOW, service="cart")
    delivered(told, NOW)
    engine.mute(matchers("rule=error"), later(hours=1), LIN, later(seconds=1))
    found = delivered(told, later(seconds=3))
    assert [(one.purpose, one.alert_id) for one in found] == [
        (Purpose.REFRESH, 1),
        (Purpose.REFRESH, 2),
    ]


def test_case_07_the_strongest_effect_of_two_mutes_holds(
    engine: Engine, told: Store, views: Views
) -> None:
    full = engine.mute(matchers("service=cart"), later(minutes=5), LIN, NOW)
    engine.mute(matchers("rule=error"), later(hours=1), LIN, NOW, effect=Effect.NOTIFY_ONLY)
    delivered(told, later(minutes=1))
    occur(engine, later(minutes=1), service="cart")
    assert delivered(told, later(minutes=2)) == []
    view = views.alert(2, later(minutes=2))
    assert view is not None
    assert view.mute is not None
    assert (view.mute.effect, view.mute.ends_at) == (Effect.FULL, later(hours=1))
    engine.unmute(full.id, LIN, later(minutes=2))
    # The other one still lets nothing ring: the card comes, and no summary.
    assert purposes(delivered(told, later(minutes=3))) == [Purpose.FIRST]


def test_a_mute_of_notices_only_lets_cards_come_and_nothing_ring(
    engine: Engine, told: Store
) -> None:
    engine.mute(matchers("rule=error"), later(hours=1), LIN, NOW, effect=Effect.NOTIFY_ONLY)
    delivered(told, later(minutes=1))
    occur(engine, later(minutes=1), service="cart")
    assert purposes(delivered(told, later(minutes=2))) == [Purpose.FIRST]
    engine.resolve(2, LIN, later(minutes=2))
    occur(engine, later(minutes=3), service="cart")
    assert purposes(delivered(told, later(minutes=4))) == [Purpose.REFRESH]


def test_case_08_a_mute_of_a_flapping_alert_outlives_its_resolves(
    engine: Engine, told: Store
) -> None:
    engine.mute_alert(1, later(hours=2), LIN, NOW)
    delivered(told, later(minutes=1))
    for minute in (5, 35, 65):
        engine.resolve(told.alerts.latest(_fingerprint(told)).id, LIN, later(minutes=minute))  # type: ignore[union-attr]
        occur(engine, later(minutes=minute + 20))
    assert told.alerts.get(4) is not None
    found = delivered(told, later(minutes=90))
    assert {one.purpose for one in found} == {Purpose.REFRESH}


def _fingerprint(store: Store) -> str:
    alert = store.alerts.get(1)
    assert alert is not None
    return alert.fingerprint


def test_a_mute_until_resolved_ends_with_its_alert(engine: Engine, told: Store) -> None:
    engine.mute_alert(1, UntilResolved(), LIN, NOW)
    occur(engine, later(hours=30), count=4)
    engine.sweep(later(hours=30))
    delivered(told, later(hours=31))
    engine.resolve(1, WANG, later(hours=31))
    assert told.mutes.active(later(hours=31)) == ()
    message = ended(told, later(hours=32))
    assert (message.content["event"], message.content["suppressed"]) == ("resolved", 4)
    occur(engine, later(hours=31, minutes=1))
    assert Purpose.REOPENED in purposes(delivered(told, later(hours=32)))


def test_a_mute_of_many_until_resolved_ends_with_the_last_of_them(
    engine: Engine, told: Store
) -> None:
    occur(engine, NOW, service="cart")
    engine.mute(matchers("rule=error"), UntilResolved(), LIN, NOW)
    engine.resolve(1, LIN, later(minutes=1))
    assert len(told.mutes.active(later(minutes=1))) == 1
    engine.report(report(progress=(progress(),)), later(minutes=20))
    engine.sweep(later(minutes=20))  # the other one was quiet
    engine.sweep(later(minutes=20))
    assert told.mutes.active(later(minutes=20)) == ()


def test_there_is_no_waiting_for_the_end_of_nothing(engine: Engine, told: Store) -> None:
    with pytest.raises(InvalidTransitionError) as refused:
        engine.mute(matchers("service=x"), UntilResolved(), LIN, NOW)
    assert refused.value.reason is Refusal.NOTHING_OPEN
    assert told.mutes.standing() == ()


def test_a_mute_until_ten_times_worse_ends_with_the_finding_that_crosses_it_and_rings(
    engine: Engine, told: Store
) -> None:
    for minute in range(1, 20):
        occur(engine, later(minutes=minute), count=3)
    mute = engine.mute_alert(1, UntilWorse(), LIN, later(minutes=19, seconds=30))
    (stored,) = told.mutes.standing()
    assert stored.until == UntilWorse(times=10, base=30)
    for minute in range(20, 90):  # as bad as before, for more than an hour
        occur(engine, later(minutes=minute), count=3)
    delivered(told, later(minutes=90))
    occur(engine, later(minutes=90), count=269)  # 296 in ten minutes
    assert len(told.mutes.active(later(minutes=90))) == 1
    occur(engine, later(minutes=90, seconds=10), count=4)
    assert told.mutes.active(later(minutes=91)) == ()
    message = ended(told, later(minutes=91))
    assert (message.content["mute"], message.content["event"]) == (mute.id, "worse")
    left = from_content(message.content)
    assert (left.firing, left.named) == (1, (1,))


def test_how_bad_a_young_alert_is_comes_from_its_pace(engine: Engine, told: Store) -> None:
    mute = engine.mute_alert(1, UntilWorse(times=3), LIN, later(seconds=5))
    assert mute.until == UntilWorse(times=3, base=10)  # one in its first minute
    occur(engine, later(minutes=1), count=29)
    assert len(told.mutes.active(later(minutes=1))) == 1
    occur(engine, later(minutes=2))
    assert told.mutes.active(later(minutes=2)) == ()


def test_case_32_a_recurring_mute_hides_in_its_windows(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.mute(matchers("service=pay"), AFTERNOON, LIN, NOW)
    (row,) = views.mutes(NOW)
    assert (row.mute.active(NOW), row.mute.starts_at) == (False, later(hours=1))
    assert delivered(told, later(minutes=30)) == []
    for day in range(2):
        begins = later(days=day, hours=1)
        engine.sweep(begins)
        assert purposes(delivered(told, begins + timedelta(minutes=1))) == [Purpose.REFRESH]
        occur(engine, begins + timedelta(minutes=2), count=5)
        delivered(told, begins + timedelta(minutes=50))
        engine.sweep(begins + timedelta(hours=1))
        assert ended(told, begins + timedelta(hours=2)).content["suppressed"] == 5
        assert told.mutes.active(begins + timedelta(hours=1)) == ()
    (row,) = views.mutes(later(days=1, hours=3))
    assert row.mute.starts_at == later(days=2, hours=1)
    engine.unmute(row.mute.id, WANG, later(days=1, hours=3))
    assert views.mutes(later(days=1, hours=3)) == ()


def test_a_window_in_which_nothing_came_ends_without_a_word(engine: Engine, told: Store) -> None:
    engine.mute(matchers("service=pay"), AFTERNOON, LIN, NOW)
    engine.sweep(later(hours=1))
    engine.sweep(later(hours=2))
    assert {one.purpose for one in delivered(told, later(hours=3))} == {Purpose.REFRESH}


def test_windows_that_nobody_looked_at_are_left_out(engine: Engine, told: Store) -> None:
    engine.mute(matchers("service=pay"), AFTERNOON, LIN, NOW)
    engine.sweep(later(days=9, hours=1, minutes=5))
    assert len(told.mutes.active(later(days=9, hours=1, minutes=5))) == 1


def provisioned(name: str = "nightly", reason: str = "") -> Mute:
    plain = muted(matchers("service=pay"), AFTERNOON, FILE, NOW)
    return Mute(
        matchers=plain.matchers,
        starts_at=plain.starts_at,
        ends_at=plain.ends_at,
        until=plain.until,
        by=FILE,
        name=name,
        reason=reason,
    )


def test_mutes_of_the_configuration_stay_until_it_says_otherwise(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.provision_mutes([provisioned(), provisioned("other")], NOW)
    engine.provision_mutes([provisioned(), provisioned("other")], later(minutes=1))
    assert [row.mute.name for row in views.mutes(NOW)] == ["nightly", "other"]
    engine.provision_mutes([provisioned(reason="backup")], later(minutes=2))
    (row,) = views.mutes(later(minutes=2))
    assert (row.mute.name, row.mute.reason) == ("nightly", "backup")
    removed = [one for one in views.muting.history(9) if one.event is MuteEvent.REMOVED]
    assert [one.by for one in removed] == [LARKWATCH, LARKWATCH]


def test_of_a_mute_in_the_configuration_only_the_window_at_hand_can_be_lifted(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.provision_mutes([provisioned()], NOW)
    (row,) = views.mutes(NOW)
    with pytest.raises(InvalidTransitionError) as refused:
        engine.unmute(row.mute.id, LIN, NOW)
    assert refused.value.reason is Refusal.PROVISIONED
    engine.sweep(later(hours=1))
    engine.unmute(row.mute.id, LIN, later(hours=1, minutes=5))
    assert told.mutes.active(later(hours=1, minutes=6)) == ()
    (row,) = views.mutes(later(hours=1, minutes=6))
    assert row.mute.starts_at == later(days=1, hours=1)


def test_the_end_of_a_long_mute_is_announced_where_it_was_asked_for(
    engine: Engine, told: Store
) -> None:
    mute = engine.mute_alert(1, later(hours=1), LIN, NOW, chat="oc_private")
    engine.mute_alert(1, later(minutes=59), LIN, NOW, chat="oc_private")
    engine.sweep(later(minutes=49))
    assert {one.purpose for one in delivered(told, later(minutes=49))} == {Purpose.REFRESH}
    engine.sweep(later(minutes=50))
    (reminder,) = delivered(told, later(minutes=50))
    assert (reminder.purpose, reminder.target) == (Purpose.MUTE_ENDING, chat("private"))
    assert reminder.content == {"mute": mute.id, "version": 1}
    engine.sweep(later(minutes=51))
    assert delivered(told, later(minutes=51)) == []
    engine.extend_mute(mute.id, timedelta(hours=1), LIN, later(minutes=55))
    engine.sweep(later(minutes=110))
    (again,) = [
        one for one in delivered(told, later(minutes=110)) if one.purpose is Purpose.MUTE_ENDING
    ]
    assert again.content == {"mute": mute.id, "version": 2}


def test_the_end_of_a_mute_set_elsewhere_is_announced_where_it_hides_cards(
    engine: Engine, told: Store
) -> None:
    engine.mute_alert(1, later(hours=1), LIN, NOW)
    engine.sweep(later(minutes=50))
    assert Purpose.MUTE_ENDING in purposes(delivered(told, later(minutes=50)))


def test_the_end_of_a_mute_that_hides_nothing_is_not_announced(engine: Engine, told: Store) -> None:
    engine.mute(matchers("service=x"), later(hours=1), LIN, NOW, chat="oc_ops")
    engine.sweep(later(minutes=50))
    engine.sweep(later(hours=1))
    assert delivered(told, later(hours=2)) == []


def test_case_44_a_preview_counts_what_a_mute_would_hide(
    engine: Engine, told: Store, views: Views
) -> None:
    occur(engine, NOW, service="cart")
    occur(engine, NOW, service="web")
    engine.resolve(2, LIN, later(minutes=1))
    found = views.muting.preview(matchers("rule=error"), later(minutes=2))
    assert (found.open, found.lately) == (2, 3)
    assert [alert.id for alert in found.some] == [3, 2, 1]
    found = views.muting.preview(matchers("service=cart"), later(days=2))
    assert (found.open, found.lately, found.some) == (0, 0, ())


def test_a_broad_mute_is_worked_through_in_batches(store: Store) -> None:
    engine = Engine(store, Terms(mutes=MuteTerms(at_once=4)), lambda: None)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    for n in range(9):
        occur(engine, NOW, service=f"s{n}")
    assert len(delivered(store, NOW)) == 9
    at = later(minutes=1)
    engine.mute(matchers("rule=error"), later(minutes=5), LIN, at)
    for waiting in (4, 8, 9):
        assert len(_refreshes(store)) == waiting
        engine.sweep(at)
    assert len(delivered(store, later(minutes=2))) == 9
    for waiting in (4, 8, 9):
        engine.sweep(later(minutes=5))
        assert len(_refreshes(store)) == waiting
    (message,) = [
        one for one in delivered(store, later(minutes=6)) if one.purpose is Purpose.MUTE_ENDED
    ]
    left = from_content(message.content)
    assert (left.firing, len(left.named)) == (9, 5)


def _refreshes(store: Store) -> set[int]:
    rows = store._database.execute_sql(
        "SELECT alert FROM outbox WHERE purpose = 'refresh' AND state = 'waiting'"
    )
    return {alert for (alert,) in rows.fetchall()}


def test_case_18_a_lost_chat_is_not_told_of_the_end_of_a_mute(engine: Engine, told: Store) -> None:
    engine.mute_alert(1, later(hours=1), LIN, NOW, chat="oc_ops")
    occur(engine, later(minutes=1))
    engine.suspend(chat(), "the bot was removed", later(minutes=2))
    engine.sweep(later(minutes=50))
    engine.sweep(later(hours=1))
    assert delivered(told, later(hours=2)) == []


def test_mutes_that_are_long_over_are_forgotten(engine: Engine, told: Store, views: Views) -> None:
    engine.mute_alert(1, later(minutes=5), LIN, NOW)
    engine.sweep(later(minutes=5))
    engine.prune(later(days=29))
    assert len(views.muting.history(9)) == 1
    engine.prune(later(days=31))
    assert views.muting.history(9) == ()


def reminders(store: Store, at: datetime) -> list[str]:
    found = [one for one in delivered(store, at) if one.purpose is Purpose.MUTES_TODAY]
    return sorted(one.target.address for one in found)


def test_once_a_day_every_chat_is_reminded_of_what_is_muted(engine: Engine, told: Store) -> None:
    morning = later(hours=21)  # 9:00 in Shanghai
    engine.mute_alert(1, later(days=3), LIN, NOW, chat="oc_private")
    engine.sweep(morning - timedelta(minutes=1))
    assert reminders(told, morning) == []
    engine.sweep(morning)
    engine.sweep(morning + timedelta(minutes=1))
    assert reminders(told, morning + timedelta(minutes=2)) == ["oc_ops", "oc_private"]
    again = Engine(told, Terms(), lambda: None)  # another process takes over within the hour
    again.sweep(morning + timedelta(minutes=3))
    assert reminders(told, morning + timedelta(minutes=4)) == []
    again.sweep(morning + timedelta(days=1))
    assert reminders(told, morning + timedelta(days=1)) == ["oc_ops", "oc_private"]


def test_who_starts_after_the_hour_or_wants_no_list_gets_none(engine: Engine, told: Store) -> None:
    engine.mute_alert(1, later(days=3), LIN, NOW)
    engine.sweep(later(hours=22))
    never = Engine(told, Terms(mutes=MuteTerms(daily_at=None)), lambda: None)
    never.sweep(later(hours=21, days=1))
    assert reminders(told, later(days=2)) == []


def test_without_a_mute_there_is_no_list(engine: Engine, told: Store) -> None:
    engine.sweep(later(hours=21))
    assert reminders(told, later(days=1)) == []


def test_a_mute_concerns_the_chat_it_was_asked_for_in_and_those_that_miss_something(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.subscribe(chat("b"), Wish(matchers=matchers("service=cart")), LIN, NOW)
    one = engine.mute(matchers("service=x"), later(hours=1), LIN, NOW, chat="oc_b")
    two = engine.mute_alert(1, later(hours=2), LIN, NOW)
    in_b = views.muting.of_chat(chat("b"), NOW)
    in_ops = views.muting.of_chat(chat(), NOW)
    assert [(row.mute.id, row.hits) for row in in_b] == [(one.id, 0)]
    assert [(row.mute.id, row.hits) for row in in_ops] == [(two.id, 1)]
