"""Each try is kept with the platform's code, for whoever asks why."""

from bot.core.attempt import Result
from bot.core.errors import Fault as Meant
from bot.core.notification import Purpose
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from tests.bot.delivery.office import MESSAGES, OPS, Office


def test_each_try_is_kept_with_code_fault_and_outcome(office: Office, sandbox: Sandbox) -> None:
    office.subscribe()
    office.fire()
    sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES, count=1)
    office.run(seconds=1)
    tried = office.store.attempts.of(1, 9)
    assert [(one.target, one.purpose, one.result, one.code, one.fault) for one in tried[:2]] == [
        (OPS, Purpose.FIRST, Result.FAILED, 230028, Meant.REJECTED),
        (OPS, Purpose.FIRST, Result.SENT, 0, None),
    ]
    assert tried[0].detail
    assert {one.notification for one in tried[:2]} == {1}


def test_what_is_owed_of_no_alert_leaves_no_attempt(office: Office) -> None:
    office.subscribe()
    office.run(seconds=1)
    assert office.store.attempts.of(0, 9) == ()
