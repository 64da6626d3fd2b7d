"""Mutes that mean one alert are told from those that mean many; wishes are compared as asked."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.core.aftermath import MOST_NAMED, Aftermath, from_content, to_content
from bot.core.alert import AlertState
from bot.core.mass import FRESH_FOR, MassAct, MassAction
from bot.core.mute import (
    OPEN_END,
    Effect,
    Mute,
    MuteEvent,
    UntilResolved,
    UntilWorse,
    base_rate,
    ended,
    extended,
    fingerprints_of,
    for_one,
    mute_of,
    muted,
    renewed,
    withholds,
)
from bot.core.recurrence import EVERY_DAY, Recurrence
from bot.core.subscription import Language, Subscription, Wish
from tests.builders import LIN, NOW, WANG, alert, chat, later, matchers
from watchers.finding import Severity


def mute(*texts: str) -> Mute:
    return Mute(matchers=matchers(*texts), starts_at=NOW, ends_at=later(hours=1), by=LIN)


def test_mutes_of_single_alerts_name_the_only_ones_they_can_hide() -> None:
    one = replace(mute(), matchers=for_one("1abc"))
    other = mute("service=pay", "fingerprint=1def")
    assert fingerprints_of(()) == frozenset()
    assert fingerprints_of((one, other)) == {"1abc", "1def"}


def test_a_mute_by_labels_or_by_pattern_can_hide_any_alert() -> None:
    one = replace(mute(), matchers=for_one("1abc"))
    assert fingerprints_of((one, mute("service=pay"))) is None
    assert fingerprints_of((mute("fingerprint=~1.*"),)) is None
    assert fingerprints_of((mute(),)) is None


def test_a_subscription_knows_the_wish_it_came_from() -> None:
    wish = Wish(matchers=matchers("service=pay"), least_severity=Severity.LOW, language=Language.EN)
    stored = Subscription(
        id=3,
        target=chat(),
        matchers=wish.matchers,
        least_severity=wish.least_severity,
        language=wish.language,
        by=LIN,
        created_at=NOW,
    )
    assert stored.wish == wish


PAY = matchers("service=pay")
NIGHTLY = Recurrence(days=EVERY_DAY, begins=time(22), ends=time(6), zone="Asia/Shanghai")
# NOW is noon there.


def test_a_mute_begins_now_or_with_its_window() -> None:
    plain = muted(PAY, later(hours=1), LIN, NOW)
    assert (plain.starts_at, plain.ends_at, plain.until) == (NOW, later(hours=1), None)
    for open_ended in (UntilResolved(), UntilWorse()):
        mute = muted(PAY, open_ended, LIN, NOW)
        assert (mute.ends_at, mute.until) == (OPEN_END, open_ended)
    nightly = muted(PAY, NIGHTLY, LIN, NOW)
    assert (nightly.starts_at, nightly.ends_at) == (later(hours=10), later(hours=18))
    within = muted(PAY, NIGHTLY, LIN, later(hours=11))
    assert (within.starts_at, within.ends_at) == (later(hours=11), later(hours=18))


def test_an_end_of_no_known_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError):
        muted(PAY, "for ever", LIN, NOW)  # type: ignore[arg-type]


def test_case_05_a_new_end_is_a_new_version_of_the_same_mute() -> None:
    mute = replace(muted(PAY, UntilWorse(), LIN, NOW), id=3)
    longer = extended(mute, later(hours=2), WANG)
    assert (longer.id, longer.version, longer.until, longer.by) == (3, 2, None, WANG)
    nightly = muted(PAY, NIGHTLY, LIN, NOW)
    assert extended(nightly, later(hours=19), LIN).until == NIGHTLY


def test_what_ends_comes_again_only_when_the_configuration_says_so() -> None:
    nightly = muted(PAY, NIGHTLY, LIN, later(hours=11))
    over = ended(nightly, MuteEvent.LIFTED, later(hours=12))
    assert renewed(over, later(hours=12)) is None
    configured = replace(nightly, name="backup")
    over = ended(configured, MuteEvent.LIFTED, later(hours=12))
    again = renewed(over, later(hours=12))
    assert again is not None
    assert again.starts_at == later(hours=34)
    assert renewed(ended(configured, MuteEvent.REMOVED, NOW), NOW) is None
    assert ended(muted(PAY, UntilWorse(), LIN, NOW), MuteEvent.WORSE, NOW).until == UntilWorse()


def test_a_mute_that_ends_before_it_began_never_was() -> None:
    over = ended(muted(PAY, NIGHTLY, LIN, NOW), MuteEvent.LIFTED, later(hours=1))
    assert over.starts_at == over.ends_at == later(hours=1)


def test_windows_that_passed_unseen_are_left_out() -> None:
    nightly = muted(PAY, NIGHTLY, LIN, NOW)
    again = renewed(nightly, later(days=9))
    assert again is not None
    assert again.starts_at == later(days=9, hours=10)
    just_passed = renewed(nightly, later(days=1, hours=18))
    assert just_passed is not None
    assert just_passed.starts_at == later(days=2, hours=10)


@pytest.mark.parametrize(
    ("records", "age", "base"),
    [
        (30, timedelta(hours=1), 30),
        (0, timedelta(hours=1), 1),
        (3, timedelta(minutes=5), 6),
        (1, timedelta(seconds=2), 10),
        (0, timedelta(), 1),
    ],
)
def test_how_bad_it_is_now_is_a_rate(records: int, age: timedelta, base: int) -> None:
    assert base_rate(records, age) == base


def test_it_is_worse_when_the_rate_is_that_many_times_what_it_was() -> None:
    until = UntilWorse(times=3, base=5)
    assert [until.crossed(records) for records in (14, 15)] == [False, True]


def test_case_07_the_strongest_effect_and_the_latest_end_hold() -> None:
    short = muted(PAY, later(hours=1), LIN, NOW)
    quiet = replace(muted(PAY, later(hours=2), LIN, NOW), effect=Effect.NOTIFY_ONLY)
    both = mute_of(alert(), (short, quiet), NOW)
    assert both == replace(quiet, effect=Effect.FULL)
    assert withholds(both)
    alone = mute_of(alert(), (quiet,), NOW)
    assert alone == quiet
    assert not withholds(alone)
    assert not withholds(None)


def test_a_mute_of_others_or_of_another_time_hides_nothing() -> None:
    others = muted(matchers("service=shop"), later(hours=1), LIN, NOW)
    past = muted(PAY, NOW, LIN, later(hours=-1))
    to_come = muted(PAY, NIGHTLY, LIN, NOW)
    assert mute_of(alert(), (others, past, to_come), NOW) is None
    assert mute_of(alert(), (others, past, to_come), later(hours=11)) == to_come


def test_what_a_mute_leaves_behind_is_counted_and_named() -> None:
    left = Aftermath(target=chat(), language=Language.ZH)
    left = left.with_alert(1, AlertState.FIRING, "om_1", fresh=False)
    assert (left.card, left.named) == ("om_1", (1,))
    left = left.with_alert(2, AlertState.ACKNOWLEDGED, "om_2", fresh=False)
    left = left.with_alert(3, AlertState.RESOLVED, "", fresh=True)
    assert (left.firing, left.acknowledged, left.resolved, left.alerts) == (1, 1, 1, 3)
    assert (left.first_seen, left.named, left.card) == (1, (1, 3), "")
    for number in range(4, 20):
        left = left.with_alert(number, AlertState.UNKNOWN, "", fresh=False)
    assert left.firing == 17
    assert len(left.named) == MOST_NAMED
    assert from_content(to_content(left)) == left


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (AlertState.FIRING, [MassAct.ACKNOWLEDGE, MassAct.RESOLVE]),
        (AlertState.UNKNOWN, [MassAct.ACKNOWLEDGE, MassAct.RESOLVE]),
        (AlertState.ACKNOWLEDGED, [MassAct.RESOLVE]),
        (AlertState.RESOLVED, []),
    ],
)
def test_an_action_on_many_means_those_that_it_changes(
    state: AlertState, acts: list[MassAct]
) -> None:
    assert [act for act in MassAct if act.applies(state)] == acts


def test_case_44_a_preview_is_good_until_it_is_used_or_old() -> None:
    action = MassAction(act=MassAct.RESOLVE, alerts=(1, 2, 3), by=LIN, chat="oc_ops", made_at=NOW)
    assert action.fresh(later(minutes=14))
    assert not action.fresh(NOW + FRESH_FOR)
    assert not replace(action, due_at=NOW).fresh(NOW)
    under_way = replace(action, done=1, failed=1)
    assert not under_way.fresh(NOW)
    assert under_way.left == (3,)
