from datetime import datetime, timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.errors import Fault
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.ports import Job
from bot.core.subscription import Target, TargetKind, Wish
from bot.delivery.pace import Pace
from bot.delivery.settling import APP_WIDE_THROTTLE
from bot.delivery.worker import LOOK_EVERY_S, Worker
from bot.engine.engine import Engine
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, finding, later, notification, report
from tests.fakes import MovableClock, ScriptedNotifier, fault


class Post:
    """A worker over the test's store, with a notifier that answers as told."""

    def __init__(self, store: Store, engine: Engine, *answers: object) -> None:
        self.clock = MovableClock()
        self.notifier = ScriptedNotifier(*answers)  # type: ignore[arg-type]
        self.pace = Pace()
        self.store = store
        self.worker = Worker(
            store,
            {TargetKind.FEISHU_CHAT: self.notifier},
            self.pace,
            self.clock,
            "me",
            engine,
        )

    def run(self, seconds: float = 0) -> list[Job]:
        """Let time pass, deliver what is due; the jobs handed out."""
        self.clock.move(seconds=seconds)
        before = len(self.notifier.jobs)
        while self.worker.step() == 0.0:
            pass
        return self.notifier.jobs[before:]


@pytest.fixture
def owing(engine: Engine, store: Store) -> Store:
    """One first card is owed."""
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    return store


def kinds(jobs: list[Job]) -> list[Purpose]:
    return [job.notification.purpose for job in jobs]


def test_a_first_card_is_sent_once_and_kept(owing: Store, engine: Engine) -> None:
    post = Post(owing, engine)
    assert kinds(post.run()) == [Purpose.FIRST]
    assert post.run(100) == []
    card = owing.outbox.card(1, chat())
    assert card is not None
    assert card.message_id == "om_1"
    assert owing.outbox.tally(NOW, NOW).sent == 1


def test_nothing_owed_means_a_short_wait(engine: Engine, store: Store) -> None:
    assert Post(store, engine).worker.step() == LOOK_EVERY_S


@pytest.mark.parametrize("kind", [Fault.THROTTLED, Fault.PASSING, Fault.TOKEN])
def test_case_27_a_retry_carries_the_same_uuid_and_the_card_is_redrawn_after_it(
    owing: Store, engine: Engine, kind: Fault
) -> None:
    post = Post(owing, engine, fault(kind))
    (first,) = post.run()
    (again,) = post.run(61)
    assert first.uuid == again.uuid
    # Its message may be that of the first try, drawn earlier.
    (redrawn,) = post.run(1)
    assert redrawn.notification.purpose is Purpose.REFRESH
    assert redrawn.uuid != first.uuid


def test_case_23_a_throttled_chat_waits_as_told_and_others_do_not(
    owing: Store, engine: Engine
) -> None:
    post = Post(owing, engine, fault(Fault.THROTTLED, retry_after=timedelta(seconds=30)))
    post.run()
    engine.report(report(finding("x", labels={"service": "x"})), NOW)
    engine.subscribe(chat("b"), Wish(), LIN, NOW)
    assert {job.notification.target for job in post.run(5)} == {chat("b")}
    assert {job.notification.target for job in post.run(26)} >= {chat()}


def test_case_23_an_app_wide_throttle_holds_everything(owing: Store, engine: Engine) -> None:
    asked = fault(Fault.THROTTLED, code=APP_WIDE_THROTTLE, retry_after=timedelta(seconds=30))
    post = Post(owing, engine, asked)
    post.run()
    engine.subscribe(chat("b"), Wish(), LIN, NOW)
    assert post.run(29) == []
    assert post.run(2) != []


def test_case_23_a_held_chat_with_many_cards_does_not_hide_the_others(
    engine: Engine, store: Store
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(*[finding(f"{n}", labels={"service": f"{n}"}) for n in range(99)]), NOW)
    post = Post(store, engine)
    post.pace.hold(chat(), 9e9)
    engine.report(report(finding("y", labels={"service": "y"})), NOW)
    with store.transaction():
        store.outbox.owe(notification(target=chat("b"), alert_id=100))
    assert [job.notification.target for job in post.run()] == [chat("b")]


def test_case_24_refused_content_goes_down_the_ladder(owing: Store, engine: Engine) -> None:
    post = Post(owing, engine, *[fault(Fault.REJECTED)] * 5)
    assert [job.notification.plainness for job in post.run()] == [0, 1, 2, 3, 4]
    assert owing.outbox.tally(NOW, NOW).given_up == 1


def test_an_answer_that_is_refused_is_said_more_plainly(engine: Engine, store: Store) -> None:
    engine.owe(notification(purpose=Purpose.ANSWER, alert_id=None, content={"text": "x"}))
    jobs = Post(store, engine, fault(Fault.REJECTED)).run()
    assert [job.notification.plainness for job in jobs] == [0, 1]
    assert store.outbox.tally(NOW, NOW).given_up == 0


def test_an_answer_that_comes_too_late_is_given_up(engine: Engine, store: Store) -> None:
    engine.owe(notification(purpose=Purpose.ANSWER, alert_id=None))
    post = Post(store, engine, *[fault(Fault.PASSING)] * 99)
    while post.run(60):
        pass
    assert later(minutes=10) < post.clock.now() < later(minutes=14)
    assert store.outbox.tally(NOW, NOW).given_up == 1


def test_case_21_a_recalled_card_is_sent_anew(owing: Store, engine: Engine) -> None:
    post = Post(owing, engine, Receipt(message_id="om_a", version=1), fault(Fault.MESSAGE_LOST))
    post.run()
    engine.acknowledge(1, LIN, NOW)
    assert kinds(post.run(2)) == [Purpose.REFRESH, Purpose.FIRST]
    card = owing.outbox.card(1, chat())
    assert card is not None
    assert card.message_id == "om_3"


def test_a_first_card_whose_place_is_lost_is_given_up(owing: Store, engine: Engine) -> None:
    Post(owing, engine, fault(Fault.MESSAGE_LOST)).run()
    assert owing.outbox.tally(NOW, NOW).given_up == 1


def test_case_18_a_lost_chat_is_suspended(owing: Store, engine: Engine) -> None:
    engine.report(report(finding("x", labels={"service": "x"})), NOW)
    post = Post(owing, engine, fault(Fault.TARGET_LOST, detail="bot is out of the chat"))
    assert len(post.run()) == 1
    (subscription,) = owing.subscriptions.of(chat())
    assert "out of the chat" in subscription.suspended
    assert post.run(999) == []


def test_what_an_operator_must_mend_is_given_up(owing: Store, engine: Engine) -> None:
    Post(owing, engine, fault(Fault.MISCONFIGURED, code=230006)).run()
    tally = owing.outbox.tally(NOW, NOW)
    assert (tally.given_up, tally.last_fault) == (1, "misconfigured: 230006")


def test_a_change_while_the_first_card_is_on_its_way_redraws_it(
    owing: Store, engine: Engine
) -> None:
    def slow(_job: Job, _now: datetime) -> Receipt:
        engine.acknowledge(1, LIN, NOW)
        return Receipt(message_id="om_1", version=1)

    post = Post(owing, engine, slow)
    assert kinds(post.run()) == [Purpose.FIRST]
    assert kinds(post.run(1)) == [Purpose.REFRESH]


def test_a_change_while_a_refresh_is_on_its_way_owes_another(owing: Store, engine: Engine) -> None:
    def slow(_job: Job, _now: datetime) -> Receipt:
        engine.resolve(1, LIN, later(seconds=2))
        return Receipt(message_id="om_1", version=2)

    post = Post(owing, engine, Receipt(message_id="om_1", version=1), slow)
    post.run()
    engine.acknowledge(1, LIN, NOW)
    assert kinds(post.run(2)) == [Purpose.REFRESH]
    assert kinds(post.run(2)) == [Purpose.REFRESH]


def test_a_claim_that_ran_out_counts_as_a_try_so_that_the_card_is_redrawn(
    owing: Store, engine: Engine
) -> None:
    with owing.transaction():
        assert owing.outbox.claim(NOW, later(seconds=60), "dead", ()) is not None
    post = Post(owing, engine)
    assert post.run(59) == []
    (first,) = post.run(2)
    assert first.notification.attempts == 1
    assert kinds(post.run(1)) == [Purpose.REFRESH]


def test_a_refresh_whose_card_is_gone_is_skipped(owing: Store, engine: Engine) -> None:
    post = Post(owing, engine)
    post.run()
    engine.acknowledge(1, LIN, NOW)
    with owing.transaction():
        owing.outbox.forget_card(1, chat())
    assert post.run(5) == []


def test_nothing_to_tell_is_no_delivery(owing: Store, engine: Engine) -> None:
    assert len(Post(owing, engine, None).run()) == 1
    assert owing.outbox.card(1, chat()) is None
    assert owing.outbox.tally(NOW, NOW).sent == 0


def test_a_row_that_breaks_its_notifier_is_put_off_and_stops_no_other(
    owing: Store, engine: Engine
) -> None:
    engine.report(report(finding("x", labels={"service": "x"})), NOW)
    post = Post(owing, engine, ValueError("bug"))
    assert [job.notification.alert_id for job in post.run()] == [1, 2]
    assert [job.notification.alert_id for job in post.run(2)][:1] == [1]


def test_case_26_a_result_that_cannot_be_stored_is_tried_again_with_the_same_uuid(
    owing: Store, engine: Engine
) -> None:
    def drop(_job: Job, _now: datetime) -> Receipt:
        owing._database.execute_sql("PRAGMA query_only = 1")
        return Receipt(message_id="om_1", version=1)

    post = Post(owing, engine, drop)
    assert post.worker.step() == 0.0
    assert post.worker.step() == LOOK_EVERY_S
    owing._database.execute_sql("PRAGMA query_only = 0")
    post.run(61)
    first, again, *_ = post.notifier.jobs
    assert first.uuid == again.uuid
    alert = owing.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.FIRING


def test_never_more_than_five_a_second_reach_a_chat(engine: Engine, store: Store) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(*[finding(f"{n}", labels={"service": f"{n}"}) for n in range(12)]), NOW)
    post = Post(store, engine)
    assert [len(post.run(seconds)) for seconds in (0, 1, 0.2, 1, 0.2)] == [
        5,
        0,
        5,
        0,
        1,
    ]  # the last two share the storm card


def test_the_order_of_one_chat_holds(engine: Engine, store: Store) -> None:
    target = Target(kind=TargetKind.FEISHU_CHAT, address="oc_ops")
    for n in range(3):
        owed: Notification = notification(
            target=target, purpose=Purpose.ANSWER, alert_id=None, content={"n": n}
        )
        engine.owe(owed)
    assert [job.notification.content["n"] for job in Post(store, engine).run()] == [0, 1, 2]
