import pytest
from peewee import DataError

from bot.core.alert import LARKWATCH, AlertState
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.routing import Route
from bot.core.subscription import Language, Target, Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, progress, report, seen
from watchers.finding import Response, Severity


def owed(store: Store, seconds: float = 3600) -> list[Notification]:
    """Everything due by then, taken one by one as a worker would."""
    found = []
    with store.transaction():
        while one := store.outbox.claim(later(seconds=seconds), later(days=1), "test", ()):
            store.outbox.skip(one, "seen", NOW)
            found.append(one)
    return found


def deliver_all(store: Store, seconds: float = 3600) -> list[Notification]:
    """The same, delivered."""
    found = []
    at = later(seconds=seconds)
    with store.transaction():
        while one := store.outbox.claim(at, later(days=1), "test", ()):
            store.outbox.sent(one, Receipt(message_id=f"om_{one.id}", version=1), at)
            found.append(one)
    return found


def purposes(found: list[Notification]) -> list[tuple[Purpose, Target]]:
    return [(one.purpose, one.target) for one in found]


@pytest.fixture
def told(engine: Engine, store: Store) -> Store:
    """One subscribed chat, one alert, its card sent."""
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    assert purposes(deliver_all(store, 0)) == [(Purpose.FIRST, chat())]
    return store


def test_a_finding_opens_an_alert_that_is_told_to_who_subscribed(
    engine: Engine, store: Store, rings: list[str]
) -> None:
    engine.subscribe(chat(), Wish(language=Language.EN), LIN, NOW)
    rings.clear()
    engine.report(report(finding(count=3)), NOW)
    (first,) = owed(store)
    assert (first.purpose, first.alert_id, first.language) == (Purpose.FIRST, 1, Language.EN)
    alert = store.alerts.get(1)
    assert alert is not None
    assert (alert.state, alert.count, alert.version) == (AlertState.FIRING, 3, 1)
    (transition,) = store.alerts.transitions(1, 9)
    assert (transition.source, transition.target) == (None, AlertState.FIRING)
    assert (transition.by, transition.why) == (LARKWATCH, "first_seen")
    assert rings == ["ring"]


def test_a_finding_counts_once_within_a_report_and_over_reports(
    engine: Engine, store: Store
) -> None:
    engine.report(report(finding(), finding()), NOW)
    engine.report(report(finding(), finding("f2", count=2)), NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.count == 3
    assert store.series.read("alert:1", NOW) == [(NOW, 3)]
    assert store.series.total("rule:error", NOW) == (3, NOW)


def test_findings_of_one_fingerprint_change_their_alert_once_per_report(
    engine: Engine, store: Store
) -> None:
    engine.report(report(*[finding(f"f{n}") for n in range(700)]), NOW)
    engine.report(report(*[finding(f"g{n}") for n in range(700)]), NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert (alert.count, alert.version) == (1400, 2)


def test_a_report_that_fails_in_the_middle_leaves_nothing(engine: Engine, store: Store) -> None:
    broken = finding("f2", count=2**70)
    with pytest.raises((OverflowError, DataError)):  # the driver says so, or the server
        engine.report(report(finding(), broken, positions={"a": "1"}), NOW)
    assert store.alerts.get(1) is None
    assert store.agents.positions("host-1") == {}
    assert store.agents.all() == ()
    engine.report(report(finding(), positions={"a": "1"}), NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.count == 1


def test_record_only_findings_never_alert(engine: Engine, store: Store) -> None:
    engine.subscribe(chat(), Wish(least_severity=Severity.INFO), LIN, NOW)
    engine.report(report(finding(responses=frozenset({Response.RECORD}))), NOW)
    (record,) = owed(store)
    assert record.purpose is Purpose.RECORD
    assert record.content["id"] == "f1"
    assert store.alerts.get(1) is None
    assert store.series.total("severity:high", NOW) == (1, NOW)


def test_text_with_half_characters_is_taken_in(engine: Engine, store: Store) -> None:
    torn = "half \ud83d"
    taken = finding(torn, title=torn, labels={"service": torn}, annotations={"a": torn})
    for _ in range(2):
        engine.report(report(taken), NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert (alert.title, alert.count) == ("half ?", 1)


def test_case_01_an_acknowledged_alert_that_recurs_stays_acknowledged(
    engine: Engine, told: Store
) -> None:
    engine.acknowledge(1, LIN, later(seconds=1))
    owed(told)
    engine.report(report(finding("f2")), later(seconds=10))
    alert = told.alerts.get(1)
    assert alert is not None
    assert (alert.state, alert.count) == (AlertState.ACKNOWLEDGED, 2)
    assert purposes(owed(told)) == [(Purpose.REFRESH, chat())]


def test_case_02_within_the_window_the_same_alert_opens_again(engine: Engine, told: Store) -> None:
    engine.resolve(1, LIN, later(seconds=1))
    engine.report(report(seen("f2", minutes=9)), later(minutes=9))
    alert = told.alerts.get(1)
    assert alert is not None
    assert (alert.state, alert.reopened, alert.resolved_by) == (AlertState.FIRING, 1, None)
    assert [one.why for one in told.alerts.transitions(1, 9)] == [
        "first_seen",
        "resolved",
        "recurred",
    ]


def test_case_02_after_the_window_it_is_a_new_alert(engine: Engine, told: Store) -> None:
    engine.resolve(1, LIN, NOW)
    engine.report(report(seen("f2", minutes=10)), later(minutes=10))
    again = told.alerts.get(2)
    assert again is not None
    assert (again.state, again.count) == (AlertState.FIRING, 1)
    assert (Purpose.FIRST, chat()) in purposes(owed(told))


def test_case_03_an_alert_resolved_while_muted_is_told_when_it_fires_anew(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.mute(matchers("service=pay"), later(minutes=5), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.resolve(1, LIN, later(minutes=1))
    assert owed(store) == []
    engine.sweep(later(minutes=6))
    assert purposes(owed(store)) == [(Purpose.MUTE_ENDED, chat())]
    engine.report(report(seen("f2", minutes=7)), later(minutes=7))
    assert purposes(owed(store)) == [(Purpose.FIRST, chat())]


def test_case_04_a_mute_that_ends_tells_the_alert_that_was_never_told(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.mute(matchers("service=pay"), later(minutes=5), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.sweep(later(minutes=4))
    assert owed(store) == []
    engine.sweep(later(minutes=5))
    assert purposes(owed(store)) == [(Purpose.FIRST, chat()), (Purpose.MUTE_ENDED, chat())]
    engine.sweep(later(minutes=5))
    assert owed(store) == []


def test_case_06_a_mute_redraws_the_card_of_a_firing_alert_at_once(
    engine: Engine, told: Store, views: Views
) -> None:
    mute = engine.mute_alert(1, later(hours=1), LIN, NOW, "known")
    assert purposes(owed(told, 1)) == [(Purpose.REFRESH, chat())]
    view = views.alert(1, NOW)
    assert view is not None
    assert view.mute == mute
    assert [(row.mute.id, row.hits) for row in views.mutes(NOW)] == [(mute.id, 1)]


def test_case_07_of_two_mutes_the_longer_one_hides_and_one_ending_leaves_the_other(
    engine: Engine, store: Store, views: Views
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    short = engine.mute(matchers("service=pay"), later(minutes=5), LIN, NOW)
    long = engine.mute(matchers("rule=error"), later(minutes=9), LIN, NOW)
    engine.report(report(finding()), NOW)
    view = views.alert(1, NOW)
    assert view is not None
    assert view.mute is not None
    assert view.mute.id == long.id
    engine.unmute(short.id, LIN, later(minutes=1))
    assert owed(store) == []
    engine.unmute(long.id, LIN, later(minutes=2))
    assert purposes(owed(store)) == [(Purpose.FIRST, chat()), (Purpose.MUTE_ENDED, chat())]


def test_case_08_a_mute_of_one_alert_outlives_its_resolve(engine: Engine, told: Store) -> None:
    engine.mute_alert(1, later(hours=1), LIN, NOW)
    engine.resolve(1, LIN, NOW)
    owed(told)
    engine.report(report(seen("f2", minutes=20)), later(minutes=20))
    assert told.alerts.get(2) is not None
    assert owed(told) == []


def test_case_09_the_second_to_acknowledge_gets_who_was_first_and_when(
    engine: Engine, told: Store
) -> None:
    engine.acknowledge(1, LIN, later(seconds=3))
    with pytest.raises(InvalidTransitionError) as refused:
        engine.acknowledge(1, WANG, later(seconds=4))
    assert refused.value.reason is Refusal.ALREADY_ACKNOWLEDGED
    assert (refused.value.by, refused.value.at) == ("林", later(seconds=3))


def test_case_10_a_click_on_a_card_of_a_resolved_alert_changes_nothing(
    engine: Engine, told: Store
) -> None:
    engine.resolve(1, LIN, NOW)
    for act in (engine.acknowledge, engine.resolve):
        with pytest.raises(InvalidTransitionError) as refused:
            act(1, WANG, later(days=3))
        assert (refused.value.reason, refused.value.by) == (Refusal.ALREADY_RESOLVED, "林")
    assert len(told.alerts.transitions(1, 9)) == 2


def test_case_10_the_number_of_a_forgotten_alert_is_never_given_again(
    engine: Engine, told: Store
) -> None:
    engine.resolve(1, LIN, NOW)
    engine.prune(later(days=31))
    assert told.alerts.get(1) is None
    engine.report(report(finding("f2")), later(days=31))
    assert told.alerts.get(2) is not None


def test_case_11_acknowledging_and_muting_are_independent(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.mute_alert(1, later(hours=1), WANG, NOW)
    engine.acknowledge(1, LIN, NOW)
    view = views.alert(1, NOW)
    assert view is not None
    assert view.alert.state is AlertState.ACKNOWLEDGED
    assert view.mute is not None


def test_case_16_every_card_of_an_alert_is_redrawn(engine: Engine, told: Store) -> None:
    engine.subscribe(chat("b"), Wish(), LIN, NOW)
    assert purposes(deliver_all(told, 0)) == [(Purpose.FIRST, chat("b"))]
    engine.acknowledge(1, LIN, NOW)
    assert sorted(one.target.address for one in owed(told)) == ["oc_b", "oc_ops"]


def test_case_18_nothing_is_owed_to_a_suspended_chat(engine: Engine, told: Store) -> None:
    engine.acknowledge(1, LIN, NOW)
    assert engine.suspend(chat(), "the bot was removed", NOW) == 1
    engine.report(report(finding("f2"), finding("f3", labels={"service": "x"})), later(seconds=5))
    assert owed(told) == []


def test_case_18_a_chat_that_is_served_again_gets_what_it_missed(
    engine: Engine, told: Store
) -> None:
    engine.suspend(chat(), "the bot was removed", NOW)
    engine.resolve(1, LIN, later(seconds=5))
    engine.report(report(finding("f2", labels={"service": "x"})), later(seconds=6))
    engine.report(report(finding("f3", labels={"service": "y"})), later(seconds=6))
    engine.mute_alert(3, later(days=1), LIN, later(seconds=6))
    assert engine.resume(chat(), later(minutes=1)) == 1
    assert [(one.purpose, one.alert_id) for one in owed(told)] == [
        (Purpose.FIRST, 2),
        (Purpose.REFRESH, 1),
    ]


def test_case_37_quiet_resolves_only_while_somebody_watches(engine: Engine, told: Store) -> None:
    engine.sweep(later(minutes=15))
    alert = told.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.FIRING
    engine.report(report(progress=(progress(),)), later(minutes=15))
    engine.sweep(later(minutes=15))
    alert = told.alerts.get(1)
    assert alert is not None
    assert (alert.state, alert.resolved_by) == (AlertState.RESOLVED, LARKWATCH)
    assert told.alerts.transitions(1, 1)[0].why == "quiet"


def test_an_alert_seen_within_the_quiet_period_stays_open(engine: Engine, told: Store) -> None:
    engine.report(report(), later(minutes=14))
    engine.sweep(later(minutes=14))
    alert = told.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.FIRING


def test_case_42_a_new_subscription_is_told_of_open_alerts(engine: Engine, store: Store) -> None:
    engine.report(report(finding(), finding("f2", labels={"service": "x"})), NOW)
    engine.mute(matchers("service=x"), later(hours=1), LIN, NOW)
    engine.subscribe(chat(), Wish(), LIN, later(minutes=1))
    assert [one.alert_id for one in owed(store)] == [1]


def test_who_unsubscribed_is_told_no_more(engine: Engine, store: Store) -> None:
    one = engine.subscribe(chat(), Wish(), LIN, NOW)
    two = engine.subscribe(chat(), Wish(matchers=matchers("service=x")), LIN, NOW)
    assert engine.unsubscribe(chat(), two.id, LIN, NOW) == (two,)
    assert engine.unsubscribe(chat(), None, LIN, NOW) == (one,)
    with pytest.raises(InvalidTransitionError) as refused:
        engine.unsubscribe(chat(), None, LIN, NOW)
    assert refused.value.reason is Refusal.UNKNOWN_SUBSCRIPTION
    engine.report(report(finding()), NOW)
    assert owed(store) == []


def test_case_48_an_alert_that_nobody_takes_goes_to_the_fallback(store: Store) -> None:
    fallback = Route(target=chat("admins"), language=Language.ZH, subscription_id=0)
    engine = Engine(store, Terms(fallback=(fallback,)), lambda: None)
    engine.subscribe(chat(), Wish(matchers=matchers("service=x")), LIN, NOW)
    engine.report(report(finding(), finding("f2", labels={"service": "x"})), NOW)
    assert sorted((one.alert_id, one.target.address) for one in owed(store)) == [
        (1, "oc_admins"),
        (2, "oc_ops"),
    ]


def test_repeats_fold_into_one_waiting_refresh(engine: Engine, told: Store) -> None:
    for n in range(5):
        engine.report(report(finding(f"r{n}")), later(seconds=1, milliseconds=n))
    assert purposes(owed(told)) == [(Purpose.REFRESH, chat())]


def test_an_unknown_alert_or_mute_is_refused(engine: Engine, told: Store) -> None:
    for act, reason in (
        (lambda: engine.acknowledge(9, LIN, NOW), Refusal.UNKNOWN_ALERT),
        (lambda: engine.mute_alert(9, later(hours=1), LIN, NOW), Refusal.UNKNOWN_ALERT),
        (lambda: engine.unmute_alert(9, LIN, NOW), Refusal.UNKNOWN_ALERT),
        (lambda: engine.unmute(9, LIN, NOW), Refusal.UNKNOWN_MUTE),
        (lambda: engine.unmute_alert(1, LIN, NOW), Refusal.NOT_MUTED),
    ):
        with pytest.raises(InvalidTransitionError) as refused:
            act()
        assert refused.value.reason is reason


def test_a_mute_that_is_over_cannot_be_ended(engine: Engine) -> None:
    mute = engine.mute(matchers("service=pay"), later(minutes=1), LIN, NOW)
    with pytest.raises(InvalidTransitionError) as refused:
        engine.unmute(mute.id, LIN, later(minutes=2))
    assert refused.value.reason is Refusal.UNKNOWN_MUTE


def test_unmuting_an_alert_ends_every_mute_that_hides_it(
    engine: Engine, told: Store, views: Views
) -> None:
    engine.mute_alert(1, later(hours=1), LIN, NOW)
    engine.mute(matchers("rule=error"), later(hours=2), LIN, NOW)
    assert len(engine.unmute_alert(1, WANG, later(minutes=1))) == 2
    assert views.mutes(later(minutes=1)) == ()


def test_the_workers_are_woken_only_after_the_change_is_stored(store: Store) -> None:
    seen: list[int] = []

    def wake() -> None:
        assert not store._database.in_transaction()
        seen.append(1)

    engine = Engine(store, Terms(), wake)
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    engine.mute_alert(1, later(hours=1), LIN, NOW)
    engine.unmute_alert(1, LIN, later(minutes=1))
    assert len(seen) == 4


def test_lists_and_status_count_what_is_open(engine: Engine, told: Store, views: Views) -> None:
    engine.report(
        report(finding("f2", labels={"service": "x"}, severity=Severity.CRITICAL)), later(seconds=1)
    )
    engine.mute_alert(1, later(hours=1), LIN, later(seconds=1))
    page = views.open_alerts(later(seconds=2), limit=1)
    assert ([row.alert.id for row in page.rows], page.total) == ([2], 2)
    page = views.open_alerts(later(seconds=2), matchers("service=pay"))
    assert [(row.alert.id, row.mute is not None) for row in page.rows] == [(1, True)]
    status = views.status(later(seconds=2))
    assert (status.muted, status.subscriptions, status.delivery.sent) == (1, 1, 1)
    assert status.open_by_severity[Severity.CRITICAL] == 1
    assert views.alert(9, NOW) is None


def test_case_02_a_resolved_alert_that_recurs_rings_beneath_its_card(
    engine: Engine, told: Store
) -> None:
    engine.resolve(1, LIN, later(seconds=1))
    owed(told)
    engine.report(report(seen("f2", seconds=10)), later(seconds=10))
    assert purposes(owed(told)) == [(Purpose.REOPENED, chat()), (Purpose.REFRESH, chat())]
    alert = told.alerts.get(1)
    assert alert is not None
    assert (alert.state, alert.reopened) == (AlertState.FIRING, 1)
