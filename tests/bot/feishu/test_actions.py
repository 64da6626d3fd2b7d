"""What a button carries comes back as the same action, and nothing else gets through."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    encode,
    encode_span,
    ends_at,
    mute_choice,
)
from watchers.finding import Severity

ids = st.integers(min_value=1, max_value=2**53 - 1)
spans = st.integers(min_value=1, max_value=43200).map(lambda n: timedelta(minutes=n)) | st.just(
    Until.MORNING
)
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(AcknowledgeAlert, alert_id=ids),
    st.builds(ResolveAlert, alert_id=ids),
    st.builds(MuteAlert, alert_id=ids, span=spans),
    st.builds(UnmuteAlert, alert_id=ids),
    st.builds(UnmuteMute, mute_id=ids),
    st.builds(RemoveSubscription, subscription_id=ids),
    st.just(OpenSubscriptionForm()),
    st.just(ProveRoundTrip()),
    st.builds(RunCommand, text=st.text(min_size=1, max_size=80).filter(str.strip),
              in_place=st.booleans()),
)  # fmt: skip


@given(action=actions)
def test_an_action_comes_back_as_it_went(action: Action) -> None:
    value = encode(action)
    assert isinstance(value, dict)
    assert decode(value) == action


@given(alert_id=ids, span=spans)
def test_a_choice_of_the_menu_is_a_mute(alert_id: int, span: timedelta | Until) -> None:
    chosen = decode(mute_choice(alert_id), option=encode_span(span))
    assert chosen == MuteAlert(alert_id=alert_id, span=span)


def test_a_number_may_come_back_as_a_float() -> None:
    assert decode({"do": "ack", "alert": 42.0}) == AcknowledgeAlert(alert_id=42)


def test_the_form_becomes_a_wish() -> None:
    form = {
        "rules": ["error", "pay.timeout"],
        "services": ["pay"],
        "matchers": "host=web-03, env!=test",
        "least": "medium",
        "language": "en",
    }
    assert decode(encode(SubmitSubscription(wish=Wish())), form_value=form) == SubmitSubscription(
        wish=Wish(
            matchers=(
                Matcher(label="rule", operator=Operator.MATCHES, value=r"error|pay\.timeout"),
                Matcher(label="service", operator=Operator.EQUAL, value="pay"),
                Matcher(label="host", operator=Operator.EQUAL, value="web-03"),
                Matcher(label="env", operator=Operator.NOT_EQUAL, value="test"),
            ),
            least_severity=Severity.MEDIUM,
            language=Language.EN,
        )
    )


def test_several_chosen_rules_are_meant_literally() -> None:
    action = decode({"do": "subscribe"}, form_value={"rules": ["a.b", "c|d"]})
    assert isinstance(action, SubmitSubscription)
    (matcher,) = action.wish.matchers
    assert matcher.takes({"rule": "a.b"})
    assert matcher.takes({"rule": "c|d"})
    assert not matcher.takes({"rule": "axb"})
    assert not matcher.takes({"rule": "c"})


def test_an_empty_form_wishes_for_everything_that_matters() -> None:
    assert decode({"do": "subscribe"}, form_value={}) == SubmitSubscription(wish=Wish())


@pytest.mark.parametrize(
    "value",
    [
        None, "ack", [], 7, {}, {"do": None}, {"do": "destroy"}, {"do": ["ack"]}, {"do": {}},
        {"do": "ack"}, {"do": "ack", "alert": "42"}, {"do": "ack", "alert": True},
        {"do": "ack", "alert": 0}, {"do": "ack", "alert": -1}, {"do": "ack", "alert": 2**53},
        {"do": "ack", "alert": 1.5}, {"do": "ack", "alert": float("inf")},
        {"do": "ack", "alert": float("nan")}, {"do": "mute", "alert": 42},
        {"do": "mute", "alert": 42, "for": 60}, {"do": "mute", "alert": 42, "for": "60"},
        {"do": "mute", "alert": 42, "for": "0m"}, {"do": "mute", "alert": 42, "for": "43201m"},
        {"do": "mute", "alert": 42, "for": "٣m"}, {"do": "mute", "alert": 42, "for": "forever"},
        {"do": "unmute"}, {"do": "unmute", "mute": "m3"}, {"do": "unsubscribe"},
        {"do": "run"}, {"do": "run", "text": ""}, {"do": "run", "text": "  "},
        {"do": "run", "text": 7}, {"do": "run", "text": "x" * 501},
        {"do": "run", "text": "/help", "in_place": "yes"},
    ],
)  # fmt: skip
def test_what_is_no_action_of_ours_is_refused(value: object) -> None:
    with pytest.raises(ActionError):
        decode(value)


@pytest.mark.parametrize(
    "form",
    [
        {"rules": "error"}, {"rules": [1]}, {"rules": [""]}, {"rules": ["x" * 101]},
        {"rules": ["x"] * 51}, {"matchers": 7}, {"matchers": "service=~("},
        {"matchers": "nonsense"}, {"matchers": "level>=high"}, {"matchers": 'a="b'},
        {"least": "worst"}, {"least": 3}, {"language": "fr"}, {"language": []},
    ],
)  # fmt: skip
def test_a_form_with_something_else_in_it_is_refused(form: dict[str, object]) -> None:
    with pytest.raises(ActionError):
        decode({"do": "subscribe"}, form_value=form)


def test_a_choice_of_a_menu_that_no_card_has_is_refused() -> None:
    with pytest.raises(ActionError):
        decode({"do": "ack", "alert": 42}, options=["1h"])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["do", "alert", "for", "text", "mute", "x"]), inner)
    ),
    max_leaves=8,
)


@given(
    value=anything,
    option=st.none() | st.text(max_size=8),
    form=st.dictionaries(
        st.sampled_from(["rules", "services", "matchers", "least", "language"]), anything
    ),
)
def test_whatever_comes_in_is_an_action_or_refused(
    value: object, option: str | None, form: dict[str, object]
) -> None:
    for one in (value, {"do": "subscribe"}):
        with suppress(ActionError):
            decode(one, option=option, form_value=form)


def test_until_morning_is_nine_oclock_where_the_reader_is() -> None:
    now = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")
    assert ends_at(Until.MORNING, now, zone) == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert ends_at(timedelta(hours=4), now, zone) == now + timedelta(hours=4)
