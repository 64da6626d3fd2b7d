"""What others push: whose it is, and when it is quiet."""

from datetime import timedelta

from bot.core.changes import Occurred
from bot.core.counting import counted, fire
from bot.core.hearing import hearing
from bot.core.pushed import Push, sender_of
from tests.builders import NOW, finding, later


def test_the_agent_of_what_was_pushed_names_its_sender_and_no_other_does() -> None:
    assert sender_of(Push(sender="prom").agent) == "prom"
    assert sender_of("host-1") == ""


def test_nobody_need_be_heard_for_what_was_pushed_to_be_quiet() -> None:
    assert hearing("push:prom", "", {}, NOW).quiet_counts
    assert not hearing("host-1", "", {}, NOW).quiet_counts


def test_what_holds_stays_open_for_longer_than_the_quiet_time() -> None:
    held = finding(holds=timedelta(days=1))
    alert = fire(held, "1x", NOW)
    assert alert.quiet_at == later(days=1)
    again = counted(alert, Occurred(finding=held), later(hours=2))
    assert again.quiet_at == later(hours=26)
