"""Content that Feishu refuses is told with less and less, and admins learn why."""

import json

import pytest

from bot.core.masking import MARK
from bot.core.notification import DeliveryState, Notification, Purpose
from bot.delivery.ladder import TRY_FULL_AFTER
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.store.models import OutboxRow
from tests.bot.delivery.office import ADMIN, MESSAGES, OPS, Office
from tests.builders import LIN, sample

PHONE = "13812345678"


def refuse(sandbox: Sandbox, times: int, fault: Fault = Fault.CONTENT_REFUSED) -> None:
    sandbox.faults.set(fault, api=MESSAGES, count=times)


def fire(office: Office) -> None:
    office.subscribe()
    office.fire(title=f"call {PHONE}", samples=(sample(f"ERROR {PHONE} declined"),))


def test_case_24_refused_content_is_sent_redacted_and_says_so(
    office: Office, sandbox: Sandbox
) -> None:
    fire(office)
    refuse(sandbox, 1)
    office.run(seconds=1)
    (card,) = office.cards()
    assert PHONE not in card.content
    assert "declined" in card.content
    assert MARK in card.content
    (said,) = office.said()
    assert "230028" in said


@pytest.mark.parametrize(
    ("refusals", "there", "gone"),
    [
        (1, "declined", PHONE),
        (2, f"call {MARK}", "declined"),
        (3, "/alert 1", '"button"'),
        (4, "/alert 1", "call ▒"),
    ],
)
def test_case_24_each_refusal_shows_less(
    office: Office, sandbox: Sandbox, refusals: int, there: str, gone: str
) -> None:
    fire(office)
    refuse(sandbox, refusals)
    office.run(seconds=1)
    (card,) = office.cards()
    text = json.dumps(card.body, ensure_ascii=False)
    assert there in text
    assert gone not in text
    stands = office.store.outbox.card(1, OPS)
    assert stands is not None
    assert (stands.plainness, stands.refused) == (refusals, 230028)
    assert office.store.outbox.lessened() == {OPS: 1}


def test_case_24_a_card_that_shows_less_is_edited_without_being_refused_each_time(
    office: Office, sandbox: Sandbox
) -> None:
    fire(office)
    refuse(sandbox, 2)
    office.run(seconds=1)
    before = office.sends()
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(seconds=2)
    assert office.sends() == before + 1
    office.clock.move(seconds=TRY_FULL_AFTER.total_seconds())
    office.engine.resolve(1, LIN, office.clock.now())
    office.run(seconds=2)
    (card,) = office.cards()
    assert PHONE in card.content
    assert office.store.outbox.lessened() == {}


def test_case_24_an_answer_goes_down_the_same_ladder(office: Office, sandbox: Sandbox) -> None:
    fire(office)
    office.run(seconds=1)
    for refusals in range(1, 5):
        refuse(sandbox, refusals)
        office.engine.owe(
            Notification(
                target=OPS,
                purpose=Purpose.ANSWER,
                content={"card": office.cards()[0].body, "reply_to": ""},
                due_at=office.clock.now(),
                created_at=office.clock.now(),
            )
        )
        office.run(seconds=3)
        assert PHONE not in office.cards()[-1].content
        assert len(office.cards()) == refusals + 1


def test_case_24_a_notice_goes_down_the_same_ladder(office: Office, sandbox: Sandbox) -> None:
    fire(office)
    office.run(seconds=1)
    for refusals in range(1, 5):
        with office.store.transaction():
            office.store.outbox.owe(
                Notification(
                    target=OPS,
                    purpose=Purpose.REOPENED,
                    alert_id=1,
                    due_at=office.clock.now(),
                    created_at=office.clock.now(),
                )
            )
        refuse(sandbox, refusals)
        office.run(seconds=2)
        assert PHONE not in office.cards()[-1].content
        assert len(office.cards()) == refusals + 1


def test_case_24_admins_are_told_the_codes_meaning_once_an_hour(
    office: Office, sandbox: Sandbox
) -> None:
    fire(office)
    refuse(sandbox, 2)
    office.run(seconds=1)
    (told,) = office.said(ADMIN)
    assert "230028" in told
    assert "data-loss protection" in told
    office.fire("shop")
    refuse(sandbox, 1)
    office.run(minutes=30)
    assert len(office.cards(ADMIN)) == 1
    office.clock.move(minutes=31)
    office.fire("cart")
    refuse(sandbox, 1)
    office.run(seconds=1)
    assert len(office.cards(ADMIN)) == 2


def test_case_24_what_is_refused_altogether_is_tried_again_and_not_at_every_finding(
    office: Office, sandbox: Sandbox
) -> None:
    fire(office)
    refuse(sandbox, 6)  # the last one meets the concern, which goes down its own ladder
    office.run(seconds=2)
    assert office.cards() == []
    before = office.sends()
    office.fire(title="again")
    office.run(seconds=30)
    assert office.sends() == before
    office.run(seconds=40)
    assert len(office.cards()) == 1
    assert "could not be delivered" in "".join(office.said(ADMIN))


def test_case_24_what_stays_refused_is_given_up_after_a_few_tries(
    office: Office, sandbox: Sandbox
) -> None:
    fire(office)
    sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES)
    office.run(hours=7)
    given_up = OutboxRow.select().where(
        (OutboxRow.state == DeliveryState.GIVEN_UP.value) & (OutboxRow.purpose == "first")
    )
    rows = list(given_up.execute(office.store._database))
    assert [row.again for row in rows] == [0, 1, 2, 3, 4, 5]
    assert {row.code for row in rows} == {230028}
    before = office.sends()
    office.fire(title="again")
    office.run(minutes=10)
    assert office.sends() == before
