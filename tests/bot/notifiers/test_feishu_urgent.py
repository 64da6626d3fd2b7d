"""Urgent pushes: whom they reach, and what a refusal means."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import Means
from bot.core.notification import Purpose, SentCard
from bot.core.ports import Job
from bot.core.subscription import Target, TargetKind
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.notifiers.feishu_urgent import FeishuUrgent
from tests.builders import LIN, NOW, WANG, chat, finding, later, notification, report, sent_card

PHONE = Target(kind=TargetKind.FEISHU_URGENT, address=Means.URGENT_PHONE.value)


class Pusher:
    """Keeps what it is asked to push; reaches whoever it is told."""

    def __init__(self, *reaches: str) -> None:
        self.reaches = set(reaches)
        self.pushed: list[tuple[str, tuple[str, ...]]] = []
        self.refusal: DeliveryError | None = None

    def urge(self, message_id: str, means: Means, people: Sequence[str]) -> frozenset[str]:
        if self.refusal is not None:
            raise self.refusal
        assert means is Means.URGENT_PHONE
        self.pushed.append((message_id, tuple(people)))
        return frozenset() if message_id.startswith("om_p") else frozenset(people) - self.reaches

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        return f"om_p_{receiver}"


def job(alert_id: int = 1) -> Job:
    people = [{"id": one.id, "name": one.name} for one in (LIN, WANG)]
    content = {"means": "urgent_phone", "people": people, "step": 1, "steps": 2}
    owed = notification(target=PHONE, purpose=Purpose.ESCALATED, alert_id=alert_id, content=content)
    return Job(notification=owed, uuid="lw1", card=None)


@pytest.fixture
def cards() -> list[SentCard]:
    """One card, in one group."""
    return [sent_card(message_id="om_ops")]


@pytest.fixture
def fired(engine: Engine) -> Engine:
    """Two alerts."""
    findings = (finding(), finding("f2", labels={"service": "db"}))
    engine.report(report(*findings), NOW)
    return engine


def push(
    pusher: Pusher, views: Views, cards: list[SentCard], number: int = 1, at: datetime = NOW
) -> tuple[tuple[str, str], ...]:
    notifier = FeishuUrgent(pusher, views, lambda _: tuple(cards), ZoneInfo("UTC"))
    receipt = notifier.deliver(job(number), at)
    assert receipt is not None
    return receipt.beside


def test_who_is_in_no_group_with_the_card_is_pushed_in_private(
    views: Views, fired: Engine, cards: list[SentCard]
) -> None:
    cards.append(sent_card(message_id="om_team", target=chat("team")))
    pusher = Pusher(LIN.id)
    assert push(pusher, views, cards) == ((f"om_p_{WANG.id}", WANG.id),)
    assert pusher.pushed == [
        ("om_ops", (LIN.id, WANG.id)),
        ("om_team", (WANG.id,)),
        (f"om_p_{WANG.id}", (WANG.id,)),
    ]


def test_alerts_that_share_a_card_push_it_once_in_a_while(
    views: Views, fired: Engine, cards: list[SentCard]
) -> None:
    pusher = Pusher(LIN.id, WANG.id)
    notifier = FeishuUrgent(pusher, views, lambda _: tuple(cards), ZoneInfo("UTC"))
    for number, at in ((1, NOW), (2, NOW), (1, later(minutes=1)), (2, later(minutes=2))):
        assert notifier.deliver(job(number), at) is not None
    assert pusher.pushed == [("om_ops", (LIN.id, WANG.id))] * 2


def test_a_missing_scope_fails_the_step_and_not_the_whole_app(
    views: Views, fired: Engine, cards: list[SentCard]
) -> None:
    pusher = Pusher()
    pusher.refusal = DeliveryError(Fault.APP_REFUSED, code=99991672, detail="scope")
    with pytest.raises(DeliveryError) as caught:
        push(pusher, views, cards)
    assert (caught.value.fault, caught.value.code) == (Fault.MISCONFIGURED, 99991672)


@pytest.mark.parametrize(
    "fault", [Fault.THROTTLED, Fault.PASSING, Fault.TOKEN, Fault.APP_REFUSED], ids=str
)
def test_what_another_try_can_mend_is_tried_again(
    views: Views, fired: Engine, cards: list[SentCard], fault: Fault
) -> None:
    pusher = Pusher()
    pusher.refusal = DeliveryError(fault, code=99991403)
    with pytest.raises(DeliveryError) as caught:
        push(pusher, views, cards)
    assert caught.value.fault is fault


@pytest.mark.parametrize("fault", [Fault.REJECTED, Fault.TARGET_LOST, Fault.MESSAGE_LOST], ids=str)
def test_a_refusal_says_nothing_of_the_chat_and_asks_for_the_next_step(
    views: Views, fired: Engine, cards: list[SentCard], fault: Fault
) -> None:
    pusher = Pusher()
    pusher.refusal = DeliveryError(fault, code=230052, detail="no permission")
    with pytest.raises(DeliveryError) as caught:
        push(pusher, views, cards)
    assert (caught.value.fault, caught.value.code) == (Fault.MISCONFIGURED, 230052)


def test_nobody_is_pushed_when_somebody_has_it(
    views: Views, fired: Engine, cards: list[SentCard]
) -> None:
    pusher = Pusher(LIN.id)
    fired.acknowledge(1, LIN, NOW)
    notifier = FeishuUrgent(pusher, views, lambda _: tuple(cards), ZoneInfo("UTC"))
    assert notifier.deliver(job(), NOW) is None
    assert pusher.pushed == []
