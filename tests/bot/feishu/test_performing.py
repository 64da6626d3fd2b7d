"""A click is answered with a toast and the card as it stands now."""

from datetime import timedelta

import pytest

from bot.core.alert import AlertState
from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Language, Wish
from bot.feishu.action_error import ActionError
from bot.feishu.actions import (
    AcknowledgeAlert,
    Action,
    MuteAlert,
    OpenSubscriptionForm,
    ProveRoundTrip,
    RemoveSubscription,
    ResolveAlert,
    RunCommand,
    SubmitSubscription,
    UnmuteAlert,
    UnmuteMute,
    Until,
    decode,
)
from bot.feishu.outcome import Outcome, ToastType
from bot.feishu.performing import perform, unreadable
from bot.feishu.texts import texts_in
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import labels, seen
from tests.bot.feishu.conftest import Desk

ACK = AcknowledgeAlert(alert_id=1)


def press(desk: Desk, action: Action, **changes: object) -> Outcome:
    return perform(action, desk.asking(**changes), desk.engine, desk.views)


def test_ack_says_who_took_it_and_redraws_the_card(desk: Desk, language: Language) -> None:
    outcome = press(desk, ACK)
    assert outcome.toast_type is ToastType.SUCCESS
    assert outcome.toast_text == texts_in(language).answer.acknowledged("#1", "林晓")
    assert outcome.card is not None
    assert outcome.card["header"]["template"] == "orange"
    assert outcome.reply is None


def test_the_second_click_says_who_was_first_and_shows_the_card(
    desk: Desk, language: Language
) -> None:
    press(desk, ACK)
    outcome = perform(ACK, desk.later(5, person=samples.CHEN), desk.engine, desk.views)
    assert outcome.toast_type is ToastType.WARNING
    first = texts_in(language).answer.already_acknowledged("林晓", "10:14:07")
    assert outcome.toast_text == first
    assert outcome.card is not None
    assert texts_in(language).alert.acknowledge not in labels(outcome.card)


def test_an_old_card_of_a_resolved_alert_turns_green(desk: Desk) -> None:
    press(desk, ResolveAlert(alert_id=1))
    outcome = press(desk, ACK)
    assert outcome.toast_type is ToastType.WARNING
    assert outcome.card is not None
    assert outcome.card["header"]["template"] == "green"
    assert not labels(outcome.card)


def test_muting_and_unmuting_by_button(desk: Desk) -> None:
    outcome = press(desk, MuteAlert(alert_id=1, span=timedelta(hours=1)))
    assert "11:14" in outcome.toast_text
    assert outcome.card is not None
    assert outcome.card["header"]["template"] == "grey"
    outcome = press(desk, UnmuteAlert(alert_id=1))
    assert outcome.toast_type is ToastType.SUCCESS
    assert outcome.card is not None
    assert outcome.card["header"]["template"] == "red"
    assert press(desk, UnmuteAlert(alert_id=1)).toast_type is ToastType.WARNING


def test_until_morning_is_the_readers_morning(desk: Desk) -> None:
    outcome = press(desk, MuteAlert(alert_id=1, span=Until.MORNING))
    assert "09:00" in outcome.toast_text


def test_an_unknown_alert_is_an_error_and_leaves_the_card(desk: Desk, language: Language) -> None:
    outcome = press(desk, AcknowledgeAlert(alert_id=99))
    assert outcome == Outcome(
        toast_text=texts_in(language).answer.unknown_alert, toast_type=ToastType.ERROR
    )


def test_lifting_a_mute_from_the_list_redraws_the_list(desk: Desk, language: Language) -> None:
    press(desk, MuteAlert(alert_id=1, span=timedelta(hours=1)))
    outcome = press(desk, UnmuteMute(mute_id=1))
    assert outcome.card is not None
    assert texts_in(language).mute.none in seen(outcome.card)
    assert press(desk, UnmuteMute(mute_id=1)).toast_type is ToastType.WARNING


def test_the_form_comes_as_a_reply_and_its_answer_takes_its_place(desk: Desk) -> None:
    asked = press(desk, OpenSubscriptionForm())
    assert asked.reply is not None
    assert asked.card is None
    pay = Matcher(label="service", operator=Operator.EQUAL, value="pay")
    sent = press(desk, SubmitSubscription(wish=Wish(matchers=(pay,), language=Language.EN)))
    assert sent.toast_type is ToastType.SUCCESS
    assert sent.card is not None
    assert "Subscription 1, saved by 林晓" in seen(sent.card)
    assert len(desk.views.chat(desk.request.target).subscriptions) == 1


@pytest.mark.parametrize(
    "action",
    [
        OpenSubscriptionForm(),
        SubmitSubscription(wish=Wish()),
        RemoveSubscription(subscription_id=1),
    ],
)
def test_only_those_who_may_touch_subscriptions(
    desk: Desk, language: Language, action: Action
) -> None:
    press(desk, SubmitSubscription(wish=Wish()))
    outcome = press(desk, action, person=samples.CHEN)
    assert outcome.toast_type is ToastType.WARNING
    assert outcome.toast_text == texts_in(language).answer.may_not_subscribe
    assert outcome.card is None
    assert outcome.reply is None
    assert len(desk.views.chat(desk.request.target).subscriptions) == 1


def test_a_configured_admin_may(desk: Desk) -> None:
    admins = frozenset({samples.CHEN.id})
    outcome = press(desk, OpenSubscriptionForm(), person=samples.CHEN, admins=admins)
    assert outcome.reply is not None


def test_removing_a_subscription_redraws_the_list(desk: Desk) -> None:
    press(desk, SubmitSubscription(wish=Wish()))
    removed = press(desk, RemoveSubscription(subscription_id=1))
    assert removed.toast_type is ToastType.SUCCESS
    assert removed.card is not None
    again = press(desk, RemoveSubscription(subscription_id=1))
    assert again.toast_type is ToastType.WARNING


def test_a_command_button_answers_below_or_in_place(desk: Desk) -> None:
    below = press(desk, RunCommand(text="/status"))
    assert below.reply is not None
    assert below.card is None
    in_place = press(desk, RunCommand(text="/alerts page 2", in_place=True))
    assert in_place.card is not None
    assert in_place.reply is None


def test_a_proof_changes_nothing_but_its_card(desk: Desk, language: Language) -> None:
    proved = press(desk, ProveRoundTrip())
    assert proved.toast_type is ToastType.SUCCESS
    assert proved.reply is None
    say = texts_in(language).setup
    assert proved.card is not None
    assert proved.card["header"]["title"]["content"] == say.works
    assert say.next_group in str(proved.card)
    assert say.next_run not in str(proved.card), "it runs already"


def test_a_click_that_cannot_be_read_says_what_to_do(desk: Desk, language: Language) -> None:
    with pytest.raises(ActionError) as caught:
        decode({"do": "destroy"})
    outcome = unreadable(caught.value, desk.request.reader)
    assert outcome.toast_type is ToastType.ERROR
    assert texts_in(language).wanted.known_button in outcome.toast_text
    assert "destroy" in outcome.toast_text


def test_somebody_without_a_known_name_is_somebody(desk: Desk, language: Language) -> None:
    nameless = samples.Person(id="ou_new", name="")
    outcome = press(desk, ACK, person=nameless)
    assert texts_in(language).answer.somebody in outcome.toast_text
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    assert view.alert.state is AlertState.ACKNOWLEDGED
