"""Cards that are gone, too old, or stand where nobody can reply."""

from collections.abc import Mapping
from typing import Any

from bot.core.errors import DeliveryError
from bot.core.errors import Fault as Means
from bot.core.notification import RENEW_AFTER, Purpose
from tests.bot.delivery.office import OPS, TEAM, Office
from tests.bot.feishu.cards.drawn import labels
from tests.builders import LIN, notification


def test_case_21_a_recalled_card_is_sent_anew(office: Office) -> None:
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    (card,) = office.cards()
    office.sandbox.state.change_message(card.message_id, deleted=True)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(seconds=3)
    (new,) = office.cards()
    assert new.message_id != card.message_id
    stands = office.store.outbox.card(1, OPS)
    assert stands is not None
    assert stands.message_id == new.message_id


def test_case_21_a_notice_beneath_a_recalled_card_brings_the_card_back(office: Office) -> None:
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    (card,) = office.cards()
    office.sandbox.state.change_message(card.message_id, deleted=True)
    office.engine.resolve(1, LIN, office.clock.now())
    office.clock.move(seconds=20)
    office.fire()
    office.run(seconds=3)
    assert len(office.cards()) == 1


def test_case_22_a_card_older_than_two_weeks_is_continued_in_a_new_one(office: Office) -> None:
    office.subscribe(OPS, TEAM)
    office.fire()
    office.run(seconds=1)
    (old,) = office.cards()
    office.clock.move(seconds=RENEW_AFTER.total_seconds() - 60)
    office.run(seconds=1)
    assert len(office.cards()) == 1

    office.clock.move(seconds=70)
    office.run(seconds=3)
    frozen, new = office.cards()
    assert len(office.cards(TEAM)) == 2
    assert new.parent_id == old.message_id == frozen.message_id
    assert frozen.body["header"]["template"] == "grey"
    assert labels(frozen.body) == []
    assert labels(new.body)
    said = office.said()
    assert "no longer follows" in said[0]
    assert "Continues the card above" in said[1]

    office.clock.move(days=10)  # the old one could not be edited any more
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(seconds=3)
    assert len(office.cards()) == 2
    assert office.cards()[1].body["header"]["template"] == "orange"
    assert "Continues the card above" in office.said()[1]


def test_case_22_a_card_of_what_is_over_is_not_renewed(office: Office) -> None:
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    office.engine.resolve(1, LIN, office.clock.now())
    office.run(seconds=2)
    office.clock.move(seconds=RENEW_AFTER.total_seconds() + 60)
    office.run(seconds=2)
    assert len(office.cards()) == 1
    assert not office.store.outbox.renewals(office.clock.now(), 1)


def test_case_22_a_card_that_grew_too_old_while_nobody_looked_is_sent_anew(
    office: Office,
) -> None:
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    with office.store.transaction():
        office.store.outbox.renewed(1, OPS)  # as if its renewal had been given up
    office.clock.move(days=15)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.run(seconds=3)
    assert len(office.cards()) == 2
    assert office.cards()[1].body["header"]["template"] == "orange"


class NoReplies:
    """The real client in a group that takes no replies."""

    def __init__(self, office: Office, code: int) -> None:
        self._client = office.client
        self._code = code

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        return self._client.send_card(receiver, card, uuid)

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        raise DeliveryError(Means.NO_REPLY, code=self._code)

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        self._client.edit_card(message_id, card)


def test_case_20_where_nobody_can_reply_answers_and_notices_are_plain_messages(
    office: Office,
) -> None:
    notifier = office.chats(NoReplies(office, 230071))
    office.worker = office.hire("topics", notifier)
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    (card,) = office.cards()
    answer = {"card": card.body, "reply_to": card.message_id}
    now = {"due_at": office.clock.now(), "created_at": office.clock.now()}
    owed = notification(target=OPS, purpose=Purpose.ANSWER, alert_id=None, content=answer, **now)
    office.engine.owe(owed)
    office.engine.owe(notification(target=OPS, purpose=Purpose.REOPENED, **now))
    office.run(seconds=2)
    assert [one.parent_id for one in office.cards()] == [None, None, None]
