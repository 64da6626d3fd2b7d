"""The small pure rules: mutes, routing, fingerprint, spacing of edits, rights, back-off."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import AlertState
from bot.core.backoff import backoff
from bot.core.errors import DeliveryError, Fault
from bot.core.fingerprint import fingerprint
from bot.core.mute import for_one, identity, mute_of
from bot.core.notification import EDIT_AFTER, Purpose, edit_due, refreshed
from bot.core.permission import Chat, may_subscribe
from bot.core.routing import Verdict, route, verdict
from bot.core.subscription import Language
from tests.builders import NOW, alert, chat, later, matchers, mute, sent_card, subscription
from watchers.finding import Severity


def test_a_mute_hides_from_its_first_instant_until_its_end() -> None:
    one = mute(starts_at=NOW, ends_at=later(hours=1))
    assert [one.active(at) for at in (later(seconds=-1), NOW, later(hours=1))] == [
        False,
        True,
        False,
    ]


def test_the_mute_that_ends_last_hides() -> None:
    short, long = mute(id=1), mute("rule=error", id=2, ends_at=later(hours=2))
    assert mute_of(alert(), (long, short), NOW) == long
    assert mute_of(alert(), (long, short), later(hours=3)) is None
    assert mute_of(alert(labels={"service": "x"}), (short,), NOW) is None


def test_case_08_a_mute_of_one_is_bound_to_the_fingerprint() -> None:
    one = alert()
    hiding = mute(id=1)
    hiding = type(hiding)(
        matchers=for_one(one.fingerprint), starts_at=NOW, ends_at=later(hours=1), by=hiding.by
    )
    assert mute_of(alert(7), (hiding,), NOW) == hiding


def test_a_label_cannot_pretend_to_be_the_alerts_own_name() -> None:
    seen = identity(alert(labels={"rule": "x", "severity": "info"}))
    assert (seen["rule"], seen["severity"]) == ("error", "high")


def test_routing_names_the_reason_for_each_no() -> None:
    one = alert()
    assert verdict(one, subscription(), NOW) is Verdict.TAKEN
    assert verdict(one, subscription(suspended="gone"), NOW) is Verdict.SUSPENDED
    assert verdict(one, subscription(least_severity=Severity.CRITICAL), NOW) is Verdict.TOO_LOW
    assert verdict(one, subscription(matchers=matchers("service=x")), NOW) is Verdict.NO_MATCH


def test_a_target_is_told_once_and_in_the_language_of_its_oldest_wish() -> None:
    routes = route(
        alert(),
        [
            subscription(3, target=chat("b")),
            subscription(2, language=Language.EN),
            subscription(1, language=Language.ZH),
            subscription(4, target=chat("c"), suspended="gone"),
        ],
        NOW,
    )
    assert [(r.target, r.language, r.subscription_id) for r in routes] == [
        (chat(), Language.ZH, 1),
        (chat("b"), Language.ZH, 3),
    ]


words = st.text('ab"支\n', max_size=5)
labels = st.dictionaries(words, words, max_size=5)


@given(words, labels)
def test_the_order_of_labels_makes_no_other_fingerprint(rule: str, some: dict[str, str]) -> None:
    turned = dict(reversed(some.items()))
    assert fingerprint(rule, some) == fingerprint(rule, turned)
    assert len(fingerprint(rule, some)) == 17


def test_other_rules_labels_or_values_make_another_fingerprint() -> None:
    made = {
        fingerprint("a", {}),
        fingerprint("b", {}),
        fingerprint("a", {"b": ""}),
        fingerprint("a", {"b": "c"}),
        fingerprint("a", {"b": "c", "d": "e"}),
    }
    assert len(made) == 5


def test_a_recipe_of_today_gives_the_fingerprint_of_today() -> None:
    assert fingerprint("error", {"service": "pay"}) == "11d93e393a3d22a13"


def test_a_single_repeat_shows_almost_at_once() -> None:
    assert edit_due(sent_card(), later(minutes=1)) == later(minutes=1) + EDIT_AFTER


@pytest.mark.parametrize(("edits", "seconds"), [(0, 2), (1, 4), (4, 32), (5, 60), (999, 60)])
def test_the_spacing_of_edits_doubles_up_to_a_minute(edits: int, seconds: int) -> None:
    assert edit_due(sent_card(edits=edits), NOW) == later(seconds=seconds)


def test_a_card_is_drawn_anew_where_it_stands_and_when_its_edit_is_due() -> None:
    card = sent_card(edits=4)
    owed = refreshed(7, card, NOW)
    assert (owed.alert_id, owed.target, owed.language) == (7, card.target, card.language)
    assert (owed.purpose, owed.due_at) == (Purpose.REFRESH, edit_due(card, NOW))


def test_who_may_subscribe() -> None:
    group = Chat(
        id="oc_1",
        name="ops",
        private=False,
        owner="ou_owner",
        managers=frozenset({"ou_manager"}),
        seen_at=NOW,
    )
    admins = frozenset({"ou_admin"})
    assert [
        may_subscribe(person, group, admins)
        for person in ("ou_owner", "ou_manager", "ou_admin", "ou_other")
    ] == [True, True, True, False]
    private = Chat(id="oc_2", name="", private=True, owner="", managers=frozenset(), seen_at=NOW)
    assert may_subscribe("ou_other", private, admins)
    assert group.fresh(later(minutes=9))
    assert not group.fresh(later(minutes=10))


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_wait_lies_between_half_a_second_and_a_minute(attempts: int, spread: float) -> None:
    assert timedelta(seconds=0.5) <= backoff(attempts, spread) <= timedelta(minutes=1)


def test_the_wait_doubles() -> None:
    assert [backoff(n, 1.0).total_seconds() for n in (1, 2, 3, 7, 8)] == [1, 2, 4, 60, 60]


def test_a_card_its_edits_and_answers_are_no_notices() -> None:
    plain = (Purpose.FIRST, Purpose.REFRESH, Purpose.ANSWER, Purpose.RECORD)
    assert not any(one.notice for one in plain)


def test_only_resolved_is_not_open() -> None:
    assert [state.open for state in AlertState] == [True, True, False, True]


def test_a_delivery_error_says_fault_code_and_words() -> None:
    error = DeliveryError(Fault.REJECTED, code=230001, detail="bad card")
    assert str(error) == "rejected: 230001 bad card"


def test_a_reopening_rings_beneath_the_card_and_a_first_card_is_one() -> None:
    assert Purpose.REOPENED.notice
    assert not Purpose.FIRST.notice
