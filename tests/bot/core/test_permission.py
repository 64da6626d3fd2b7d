"""Who may act, and when a chat is told."""

from dataclasses import replace
from datetime import time

import pytest

from bot.core.hours import Hours
from bot.core.permission import Chat, any_permits, may_rule, permits
from bot.core.routing import Verdict, follows, route, verdict
from bot.core.subscription import Acting, Ways
from tests.builders import NOW, alert, chat, later, subscription
from watchers.finding import Severity

GROUP = Chat(
    id="oc_ops",
    name="ops",
    private=False,
    owner="ou_lin",
    managers=frozenset({"ou_wang"}),
    seen_at=NOW,
)
NIGHT = Hours(begins=time(13), ends=time(14), zone="Asia/Shanghai")  # NOW is 12:00 there


@pytest.mark.parametrize(
    ("acting", "may"),
    [
        (Acting.EVERYONE, {"ou_lin", "ou_wang", "ou_chen", "ou_li"}),
        (Acting.LISTED, {"ou_chen"}),
        (Acting.LEADERS, {"ou_lin", "ou_wang"}),
        (Acting.NOBODY, set()),
    ],
)
def test_case_17_each_subscription_says_who_may_act(acting: Acting, may: set[str]) -> None:
    ways = Ways(acting=acting, actors=("ou_chen",))
    people = ("ou_lin", "ou_wang", "ou_chen", "ou_li")
    assert {one for one in people if permits(ways, one, GROUP)} == may


def test_a_chat_nobody_described_has_no_leaders() -> None:
    assert not permits(Ways(acting=Acting.LEADERS), "ou_lin", None)


def test_one_permitting_subscription_is_enough_and_none_at_all_too() -> None:
    closed = (Ways(acting=Acting.NOBODY), GROUP)
    assert any_permits([], "ou_li")
    assert any_permits([closed, (Ways(), GROUP)], "ou_li")
    assert not any_permits([closed], "ou_li")


def test_out_of_hours_only_what_is_urgent_rings() -> None:
    quiet = subscription(ways=Ways(hours=NIGHT, urgent_from=Severity.CRITICAL))
    assert verdict(alert(), quiet, NOW) is Verdict.OUT_OF_HOURS
    assert verdict(alert(severity=Severity.CRITICAL), quiet, NOW) is Verdict.TAKEN
    assert verdict(alert(), quiet, later(hours=1)) is Verdict.TAKEN
    assert Verdict.OUT_OF_HOURS.takes
    assert not Verdict.NO_MATCH.takes


def test_a_subscription_that_rings_goes_before_one_that_tells_later() -> None:
    quiet = subscription(1, ways=Ways(hours=NIGHT))
    (alone,) = route(alert(), [quiet], NOW)
    assert alone.later == later(hours=1)
    (both,) = route(alert(), [quiet, subscription(2)], NOW)
    assert (both.subscription_id, both.later) == (2, None)


def test_a_chat_follows_an_alert_at_whatever_hour_and_out_of_reach() -> None:
    quiet = subscription(1, ways=Ways(hours=NIGHT), suspended="gone")
    assert follows(alert(), chat(), [quiet])
    assert not follows(alert(), chat("other"), [quiet])
    low = replace(quiet, least_severity=Severity.CRITICAL)
    assert not follows(alert(), chat(), [low])


def test_rules_are_for_those_who_run_a_group_and_in_private_for_admins() -> None:
    admins = frozenset({"ou_root"})
    assert may_rule("ou_lin", GROUP, admins)
    assert may_rule("ou_wang", GROUP, admins)
    assert may_rule("ou_root", GROUP, admins)
    assert not may_rule("ou_chen", GROUP, admins)
    private = replace(GROUP, private=True)
    assert not may_rule("ou_lin", private, admins)
    assert may_rule("ou_root", private, admins)
