"""What a chat gets of many alerts: shared cards, rings, and what is held back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.correlation import Dependency
from bot.core.grouping import GroupKind, GroupTerms, Reason, Silence
from bot.core.limits import LimitKind, Per
from bot.core.noise import Limit, NoiseTerms, StormTerms
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, matchers, progress, report
from watchers.delay import Delay
from watchers.finding import Finding, Severity

OPS = chat()
MINUTE = timedelta(minutes=1)
BY_SERVICE = NoiseTerms(grouping=GroupTerms(by=("service",), interval=5 * MINUTE))


@pytest.fixture
def make(store: Store) -> Callable[[NoiseTerms], Engine]:
    """An engine with these terms, and one subscribed chat."""

    def build(noise: NoiseTerms) -> Engine:
        engine = Engine(store, Terms(noise=noise), lambda: None)
        engine.subscribe(OPS, Wish(least_severity=Severity.LOW), LIN, NOW)
        return engine

    return build


def found(number: int, service: str = "pay", name: str = "", **fields: object) -> Finding:
    labels = {"service": service, "code": f"e{number}"}
    return finding(f"f{number}-{service}-{name}", **({"labels": labels} | fields))


def delivered(store: Store, at: datetime) -> list[Notification]:
    """Everything due, delivered as a worker would; cards get a name each."""
    done = []
    with store.transaction():
        while owed := store.outbox.claim(at, at + MINUTE, "test", ()):
            name = f"om_{owed.id}"
            if owed.purpose is Purpose.REFRESH and owed.alert_id is not None:
                card = store.outbox.card(owed.alert_id, owed.target)
                name = card.message_id if card else ""
            store.outbox.sent(owed, Receipt(message_id=name, version=1), at)
            done.append(owed)
    return done


def told(done: list[Notification]) -> list[Purpose]:
    """What rang."""
    return [one.purpose for one in done if one.purpose is Purpose.FIRST or one.purpose.notice]


def messages(store: Store) -> dict[int, str]:
    """The card of every open alert."""
    cards = ((one.id, store.outbox.card(one.id, OPS)) for one in store.alerts.open_briefly())
    return {number: card.message_id for number, card in cards if card is not None}


def test_alerts_of_one_service_share_a_card(
    make: Callable[[NoiseTerms], Engine], store: Store, views: Views
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(found(1), found(2), found(3, "cart")), NOW)

    assert told(delivered(store, NOW)) == [Purpose.FIRST, Purpose.FIRST]
    cards = messages(store)
    assert cards[1] == cards[2] != cards[3]
    group = store.groups.of(1, OPS)
    assert group is not None
    view = views.group(group.id, NOW)
    assert view is not None
    assert (view.total, view.states) == (2, {AlertState.FIRING: 2})
    assert view.group.key == {"service": "pay"}


def test_an_alert_that_joins_changes_the_card_and_rings_after_the_interval(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.report(report(found(2)), later(minutes=1))

    assert [one.purpose for one in delivered(store, later(minutes=1, seconds=9))] == [
        Purpose.REFRESH
    ]
    assert len(set(messages(store).values())) == 1
    engine.sweep(later(minutes=4))
    assert told(delivered(store, later(minutes=4))) == []
    engine.sweep(later(minutes=5))
    (joined,) = delivered(store, later(minutes=5))
    assert (joined.purpose, joined.alert_id) == (Purpose.JOINED, 2)
    assert joined.group_id is not None
    engine.sweep(later(minutes=30))
    assert told(delivered(store, later(minutes=30))) == []
    decisions = [(one.reason, one.why) for one in store.groups.trace(2)]
    assert decisions[:2] == [
        (Reason.NOTHING, Silence.GROUP_INTERVAL),
        (Reason.NEW_ALERTS, Silence.SAID),
    ]


def test_a_group_that_waits_is_told_with_all_its_alerts(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    waits = GroupTerms(by=("service",), wait=MINUTE)
    engine = make(NoiseTerms(grouping=waits))
    engine.report(report(found(1)), NOW)
    engine.report(report(found(1, name="again")), later(seconds=5))
    engine.report(report(found(2)), later(seconds=50))
    engine.sweep(later(seconds=59))
    assert delivered(store, later(seconds=59)) == []

    engine.sweep(later(seconds=60))

    assert told(delivered(store, later(seconds=60))) == [Purpose.FIRST]
    assert len(set(messages(store).values())) == 1
    assert [one.why for one in store.groups.trace(1)][:1] == [Silence.GROUP_WAIT]


def test_one_change_of_a_shared_card_is_one_edit(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(*(found(n) for n in range(5))), NOW)
    delivered(store, NOW)

    for alert_id in range(1, 6):
        engine.resolve(alert_id, LIN, later(seconds=9))
    engine.sweep(later(seconds=19))

    assert [one.purpose for one in delivered(store, later(seconds=19))] == [Purpose.REFRESH]
    assert store.groups.trace(5)[-1].reason is Reason.RESOLVED


def test_an_alert_of_a_new_kind_after_the_group_was_over_is_a_new_card(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.resolve(1, LIN, later(minutes=1))
    engine.report(report(found(2)), later(minutes=2))

    assert told(delivered(store, later(minutes=3))) == [Purpose.FIRST]


def test_a_lost_card_is_lost_for_all_and_sent_anew_for_all(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(found(1), found(2)), NOW)
    delivered(store, NOW)
    with store.transaction():
        store.outbox.forget_card(1, OPS)
    assert messages(store) == {}

    engine.report(report(found(1, name="x"), found(2, name="y")), later(seconds=9))

    assert told(delivered(store, later(seconds=9))) == [Purpose.FIRST]
    assert len(messages(store)) == 2


def test_in_a_storm_the_others_share_one_card_and_are_counted(
    make: Callable[[NoiseTerms], Engine], store: Store, views: Views
) -> None:
    engine = make(NoiseTerms())
    for number in range(50):
        service = "pay" if number % 5 else "cart"
        engine.report(report(found(number, service)), later(milliseconds=100 * number))
        delivered(store, later(milliseconds=100 * number))

    assert len(set(messages(store).values())) == 11
    assert len(messages(store)) == 50
    storm = store.groups.going(GroupKind.STORM, {}, OPS)
    assert storm is not None
    view = views.group(storm.id, later(seconds=5))
    assert view is not None
    assert (view.total, view.group.held) == (40, 40)
    assert view.services == (("pay", 32), ("cart", 8))
    assert view.rules == (("error", 40),)
    engine.sweep(later(seconds=6))
    (record,) = [one for one in delivered(store, later(seconds=6)) if one.alert_id is None]
    assert (record.content["held_back"], record.content["why"]) == (40, "storm")
    assert len(record.content["alerts"]) == 40


def test_a_storm_is_over_when_fewer_alerts_begin_and_the_next_has_its_own_card(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms(storm=StormTerms(alerts=3)))
    engine.report(report(*(found(n) for n in range(6))), NOW)
    delivered(store, NOW)
    engine.sweep(later(seconds=30))
    assert store.groups.going(GroupKind.STORM, {}, OPS) is not None

    engine.sweep(later(seconds=61))

    assert store.groups.going(GroupKind.STORM, {}, OPS) is None
    assert Purpose.REFRESH in [one.purpose for one in delivered(store, later(minutes=2))]
    engine.report(report(found(7)), later(minutes=2))
    assert told(delivered(store, later(minutes=2))) == [Purpose.FIRST]
    assert len(set(messages(store).values())) == 5


def limited(rate: int, **fields: object) -> NoiseTerms:
    sliding = Limit(kind=LimitKind.SLIDING_LOG, per=Per.CHAT, rate=rate, span=10 * MINUTE)
    return NoiseTerms(limits=(replace(sliding, **fields),), storm=StormTerms(alerts=999))  # type: ignore[arg-type]


@pytest.mark.parametrize("per", Per)
def test_told_and_held_back_are_all(
    make: Callable[[NoiseTerms], Engine], store: Store, per: Per
) -> None:
    engine = make(limited(2, per=per))
    engine.report(report(*(found(n) for n in range(7))), NOW)

    assert told(delivered(store, NOW)) == [Purpose.FIRST, Purpose.FIRST]
    engine.sweep(later(minutes=9))
    (record,) = delivered(store, later(minutes=9))
    assert record.content["held_back"] == 5
    engine.sweep(later(minutes=10))
    assert told(delivered(store, later(minutes=10))) == [Purpose.FIRST]
    cards = messages(store)
    assert (len(cards), len(set(cards.values()))) == (7, 3)


def test_a_critical_alert_is_never_held_back_unless_nobody_is_spared(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(limited(1))
    engine.report(
        report(*(found(n, severity=Severity.CRITICAL) for n in range(3)), found(9), found(10)),
        NOW,
    )
    assert told(delivered(store, NOW)) == [Purpose.FIRST] * 4

    engine = make(limited(1, spare=None, per=Per.APP))
    engine.report(report(*(found(n, "x", severity=Severity.CRITICAL) for n in range(3))), NOW)
    assert told(delivered(store, NOW)) == [Purpose.FIRST]


def test_a_notice_over_the_limit_is_counted_on_the_card(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(limited(1))
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.acknowledge(1, LIN, later(seconds=5))
    engine.report(report(found(1, name="x", severity=Severity.HIGH, count=500)), later(seconds=9))

    assert told(delivered(store, later(seconds=20))) == []
    group = store.groups.of(1, OPS)
    assert group is not None
    assert group.held == 1
    assert store.groups.trace(1)[-1].why is Silence.LIMITED


def test_an_alert_that_is_back_rings_at_the_end_of_its_window_if_it_still_fires(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms(grouping=GroupTerms(dedup={Severity.HIGH: 5 * MINUTE})))
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.resolve(1, LIN, later(minutes=1))
    engine.report(report(found(1, name="x", seen_at=later(minutes=2))), later(minutes=2))

    assert told(delivered(store, later(minutes=3))) == []
    engine.sweep(later(minutes=4))
    assert told(delivered(store, later(minutes=4))) == []
    engine.sweep(later(minutes=5))
    assert told(delivered(store, later(minutes=5))) == [Purpose.REOPENED]


def test_an_alert_that_must_last_before_it_is_told_does_not_ring_earlier(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.resolve(1, LIN, later(minutes=1))
    lasts = Delay(up=timedelta(minutes=2))
    back = found(1, name="x", seen_at=later(minutes=2), delay=lasts)
    engine.report(report(back), later(minutes=2))
    engine.sweep(later(minutes=3))
    assert told(delivered(store, later(minutes=3))) == []
    engine.sweep(later(minutes=4))
    assert told(delivered(store, later(minutes=4))) == [Purpose.REOPENED]


def test_what_nobody_takes_on_rings_again_and_stops_when_somebody_does(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1, severity=Severity.CRITICAL), found(2)), NOW)
    delivered(store, NOW)
    for hours in (4, 8):
        engine.sweep(later(hours=hours))
        done = delivered(store, later(hours=hours))
        assert [(one.purpose, one.alert_id) for one in done if one.purpose.notice] == [
            (Purpose.REPEATED, 1)
        ]
    engine.acknowledge(1, LIN, later(hours=8, minutes=1))
    engine.sweep(later(hours=8, minutes=30))
    delivered(store, later(hours=8, minutes=30))
    assert store.groups.trace(1)[-1].why is Silence.TAKEN_ON


def test_nobody_is_rung_in_a_chat_that_wants_nothing_any_more(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1, severity=Severity.CRITICAL)), NOW)
    delivered(store, NOW)
    engine.unsubscribe(OPS, None, LIN, later(minutes=1))
    engine.sweep(later(hours=4))
    assert told(delivered(store, later(hours=4))) == []


DEPENDS = NoiseTerms(
    dependencies=(Dependency(alert=matchers("service=pay"), upstream=matchers("service=mysql")),)
)


def test_an_alert_joins_the_card_of_its_upstream_and_does_not_ring(
    make: Callable[[NoiseTerms], Engine], store: Store, views: Views
) -> None:
    engine = make(DEPENDS)
    engine.report(report(found(1, "mysql")), NOW)
    delivered(store, NOW)
    engine.report(report(found(2, "pay"), found(3, "cart")), later(seconds=40))
    engine.report(
        report(finding("n", labels={"service": "web", "upstream": "mysql"})), later(seconds=41)
    )
    engine.sweep(later(seconds=42))

    done = delivered(store, later(minutes=1))
    assert told(done) == [Purpose.FIRST]
    cards = messages(store)
    assert cards[1] == cards[2] == cards[4] != cards[3]
    group = store.groups.of(2, OPS)
    assert group is not None
    assert (group.kind, group.key) == (GroupKind.UPSTREAM, {"alert": "1"})
    assert store.groups.trace(2)[0].why is Silence.UPSTREAM
    engine.sweep(later(minutes=30))
    assert told(delivered(store, later(minutes=30))) == []


def test_an_alert_whose_upstream_is_over_rings(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(DEPENDS)
    engine.report(report(found(1, "mysql")), NOW)
    delivered(store, NOW)
    engine.resolve(1, LIN, later(seconds=5))
    engine.report(report(found(2, "pay")), later(seconds=40))
    assert told(delivered(store, later(minutes=1))) == [Purpose.FIRST]


def test_alerts_that_begin_together_say_so_on_their_cards(
    make: Callable[[NoiseTerms], Engine], store: Store, views: Views
) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    engine.report(report(found(2), found(3, "cart")), later(seconds=20))
    engine.report(report(found(4)), later(seconds=40))

    assert Purpose.REFRESH in [one.purpose for one in delivered(store, later(seconds=50))]
    for alert_id in (1, 2):
        view = views.alert(alert_id, later(minutes=1))
        assert view is not None
        assert view.together is not None
        assert view.together.first == 1
    for alert_id in (3,):
        view = views.alert(alert_id, later(minutes=1))
        assert view is not None
        assert view.together is None


def test_case_29_a_backlog_is_one_card_per_rule_and_what_is_still_true_is_told_singly(
    make: Callable[[NoiseTerms], Engine], store: Store, views: Views
) -> None:
    engine = make(NoiseTerms())
    engine.sweep(NOW)
    back = later(hours=7)
    engine.report(
        report(
            *(found(n, seen_at=back) for n in range(4)),
            found(8, rule="panic", severity=Severity.CRITICAL, seen_at=back),
        ),
        back,
    )
    engine.sweep(later(hours=7, minutes=1))
    assert delivered(store, later(hours=7, minutes=1)) == []
    still = later(hours=7, minutes=1, seconds=30)
    engine.report(report(found(3, name="still", seen_at=still), progress=(progress(),)), still)

    engine.sweep(later(hours=7, minutes=2))

    done = delivered(store, later(hours=7, minutes=2))
    assert told(done) == [Purpose.FIRST] * 3
    cards = messages(store)
    assert len(cards) == 5
    assert cards[1] == cards[2] == cards[3]
    assert len({cards[1], cards[4], cards[5]}) == 3
    group = store.groups.of(1, OPS)
    assert group is not None
    assert group.key["rule"] == "error"
    assert group.key["left"] == NOW.isoformat()
    view = views.group(group.id, later(hours=7, minutes=2))
    assert view is not None
    assert view.total == 3


def test_case_29_a_source_that_is_still_behind_is_waited_for(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.sweep(NOW)
    behind = progress(state="behind")
    back = later(hours=7)
    engine.report(report(found(1, seen_at=back), progress=(behind,)), back)
    engine.sweep(later(hours=7, minutes=2))
    late = later(hours=7, minutes=3)
    engine.report(report(found(2, seen_at=late), progress=(progress(),)), late)

    engine.sweep(later(hours=7, minutes=4))

    assert told(delivered(store, later(hours=7, minutes=4))) != []
    assert set(messages(store)) == {1, 2}


def test_case_29_after_a_short_pause_alerts_are_told_as_ever(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.sweep(NOW)
    engine.report(report(found(1, seen_at=later(hours=5))), later(hours=5))
    assert told(delivered(store, later(hours=5))) == [Purpose.FIRST]


def test_a_card_that_is_older_than_groups_becomes_one(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    with store.transaction():
        store.groups.leave(1, chat("nobody"))
        card = store.outbox.card(1, OPS)
        assert card is not None
        store.groups.leave(1, OPS)
        store.outbox.owe(
            Notification(target=OPS, purpose=Purpose.FIRST, alert_id=1, due_at=NOW, created_at=NOW)
        )
    delivered(store, NOW)
    assert store.groups.of(1, OPS) is None
    engine.resolve(1, LIN, later(minutes=1))
    engine.report(report(found(1, name="x", seen_at=later(minutes=2))), later(minutes=2))

    assert told(delivered(store, later(minutes=2))) == [Purpose.REOPENED]
    group = store.groups.of(1, OPS)
    assert group is not None
    assert group.kind is GroupKind.ALONE


def test_what_was_decided_is_bounded(make: Callable[[NoiseTerms], Engine], store: Store) -> None:
    engine = make(NoiseTerms())
    engine.report(report(found(1)), NOW)
    delivered(store, NOW)
    for n in range(1, 60):
        at = later(minutes=20 * n)
        (engine.resolve if n % 2 else lambda *_: None)(1, LIN, at)
        if n % 2 == 0:
            engine.report(report(found(1, name=f"x{n}", seen_at=at)), at - timedelta(minutes=15))
        engine.sweep(at)
    assert 0 < len(store.groups.trace(1)) <= 30


def test_forgotten_alerts_leave_no_group_behind(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(BY_SERVICE)
    engine.report(report(found(1), found(2)), NOW)
    delivered(store, NOW)
    for alert_id in (1, 2):
        engine.resolve(alert_id, LIN, NOW)
    group = store.groups.of(1, OPS)
    assert group is not None
    while engine.prune(later(days=40)):
        pass
    assert store.groups.get(group.id) is None
    assert store.groups.trace(1) == ()
    assert store.noise.together(1) is None


def test_the_record_names_what_was_held_back_as_one_line_of_json(
    make: Callable[[NoiseTerms], Engine], store: Store
) -> None:
    engine = make(limited(1))
    engine.report(report(found(1), found(2)), NOW)
    engine.sweep(later(seconds=1))
    lines = [one.content for one in delivered(store, later(seconds=1)) if one.alert_id is None]
    assert [json.loads(json.dumps(line))["why"] for line in lines] == ["limited"]
    assert str(lines[0]["id"]).startswith("held-")
