"""The plug is pulled between Feishu and the database: nothing is lost, nothing comes twice."""

import pytest

from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.core.subscription import Language
from bot.delivery.pace import Pace
from bot.feishu.texts import texts_in
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.bot.delivery.office import MESSAGES, OPS, TEAM, Office
from tests.builders import LIN


class PulledPlugError(BaseException):
    """Nothing of this process runs after it."""


class Killed:
    """Delivers for real; then the plug is pulled before anything could be written down."""

    def __init__(self, office: Office) -> None:
        self._real = office.chats(office.client)

    def deliver(self, job: Job, now: object) -> Receipt | None:
        self._real.deliver(job, job.notification.due_at)
        raise PulledPlugError


def pull_the_plug(office: Office) -> None:
    """A worker sends, and is gone before it could commit; another starts."""
    with pytest.raises(PulledPlugError):
        office.hire("gone", Killed(office)).step()
    office.pace = Pace()
    with office.store.transaction():
        office.store.outbox.release(["gone"])
    office.worker = office.hire("next")


def test_case_25_killed_between_send_and_commit_the_card_comes_once(office: Office) -> None:
    office.subscribe()
    office.fire()
    pull_the_plug(office)
    assert len(office.cards()) == 1
    office.run(seconds=2)
    assert len(office.cards()) == 1
    stands = office.store.outbox.card(1, OPS)
    assert stands is not None
    assert stands.message_id == office.cards()[0].message_id


def test_case_26_killed_between_edit_and_commit_the_edit_is_made_again(office: Office) -> None:
    office.subscribe()
    office.fire()
    office.run(seconds=1)
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.clock.move(seconds=2)
    pull_the_plug(office)
    before = office.sends()
    office.run(seconds=2)
    assert office.sends() == before + 1
    (card,) = office.cards()
    assert card.body["header"]["template"] == "orange"


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.DROPPED, Fault.SERVER_ERROR])
def test_case_27_a_lost_answer_makes_no_second_card(
    office: Office, sandbox: Sandbox, fault: Fault
) -> None:
    office.subscribe()
    office.fire()
    sandbox.faults.set(fault, api=MESSAGES, count=2)
    office.run(seconds=10)
    assert len(office.cards()) == 1


def test_case_16_every_group_has_its_own_card_and_each_is_edited_once(
    office: Office,
) -> None:
    office.subscribe(OPS, TEAM)
    office.fire()
    office.run(seconds=1)
    before = office.sends()
    office.engine.acknowledge(1, LIN, office.clock.now())
    office.engine.resolve(1, LIN, office.clock.now())
    office.run(seconds=3)
    assert [len(office.cards(target)) for target in (OPS, TEAM)] == [1, 1]
    assert office.sends() == before + 2
    for target in (OPS, TEAM):
        assert office.cards(target)[0].body["header"]["template"] == "green"


def test_a_chat_that_leaves_while_an_answer_is_lost_keeps_no_living_card(
    office: Office, sandbox: Sandbox
) -> None:
    office.subscribe(TEAM)
    office.fire()
    sandbox.faults.set(Fault.LOST_REPLY, api=MESSAGES, count=1)
    office.worker.step()
    office.engine.unsubscribe(TEAM, None, LIN, office.clock.now())
    office.run(seconds=10)
    (card,) = office.cards(TEAM)
    assert texts_in(Language.EN).advice.farewell in card.content
    assert office.store.outbox.card(1, TEAM) is None


def test_a_chat_that_leaves_and_returns_while_an_answer_is_lost_has_one_living_card(
    office: Office, sandbox: Sandbox
) -> None:
    office.subscribe(TEAM)
    office.fire()
    sandbox.faults.set(Fault.LOST_REPLY, api=MESSAGES, count=1)
    office.worker.step()
    office.engine.unsubscribe(TEAM, None, LIN, office.clock.now())
    office.subscribe(TEAM)
    office.run(seconds=10)
    (card,) = office.cards(TEAM)
    stands = office.store.outbox.card(1, TEAM)
    assert stands is not None
    assert stands.message_id == card.message_id
