"""Sentences are answered with the command they were taken for; nothing wide is done unasked."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.core.alert import AlertState
from bot.core.permission import Right
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.parse import named, respond, right_to, understood
from bot.feishu.commands.saying import heard
from bot.feishu.phrases.knowledge import Known
from bot.feishu.texts import texts_in
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import labels, seen, values
from tests.bot.feishu.conftest import Desk
from tests.bot.feishu.phrases.test_reading import KNOWN, NO_ORDERS, NOW, PHRASES, ZONE


def ask(desk: Desk, line: str, **changes: object) -> dict[str, Any]:
    card = respond(line, desk.asking(**changes), desk.engine, desk.views).card
    check_card(json.dumps(card), Catalogue(images=frozenset(), people=frozenset()))
    return card


def state(desk: Desk) -> AlertState:
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    return view.alert.state


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("现在有什么告警", "/alerts"),
        ("show me critical alerts of pay", "/alerts service=pay level>=critical"),
        ("pay 为什么没告警", "/why pay"),
        ("why didn't pay alert", "/why pay"),
        ("who is on call tonight", "/oncall"),
        ("支付服务有什么告警", "/alerts service=pay"),
    ],
)
def test_a_question_is_answered_with_the_command_it_was_taken_for(
    desk: Desk, said: str, line: str
) -> None:
    say = texts_in(desk.request.language).phrase
    assert say.understood(line) in seen(ask(desk, said))


def test_one_alert_is_taken_on_at_once(desk: Desk) -> None:
    assert "/ack 1" in seen(ask(desk, "请把 1 认领了"))
    assert state(desk) is AlertState.ACKNOWLEDGED


def test_a_polite_tail_is_no_reason(desk: Desk) -> None:
    ask(desk, "mute 1 for 2 hours please")
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    assert view.mute is not None
    assert view.mute.reason == ""
    assert view.mute.ends_at == samples.NOW + timedelta(hours=2)


def test_a_reason_stays_one(desk: Desk) -> None:
    ask(desk, "静默 1 两小时 发布中")
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    assert view.mute is not None
    assert view.mute.reason == "发布中"


@pytest.mark.parametrize("said", ["支付服务静默一小时", "silence pay for an hour"])
def test_muting_a_service_is_shown_first_and_set_by_its_button(desk: Desk, said: str) -> None:
    card = ask(desk, said)
    assert "/mute service=pay 1h" in seen(card)
    assert not desk.views.mutes(samples.NOW)
    (run,) = [value["text"] for value in values(card).values() if value.get("do") == "run"]
    ask(desk, run)
    assert len(desk.views.mutes(samples.NOW)) == 1


def test_ending_a_mute_by_its_service(desk: Desk) -> None:
    ask(desk, "/mute service=pay 1h --yes")
    assert "/unmute service=pay" in seen(ask(desk, "取消 pay 的静默"))
    assert not desk.views.mutes(samples.NOW)
    say = texts_in(desk.request.language).answer
    assert say.unknown_mute in seen(ask(desk, "取消 pay 的静默"))


def test_ending_the_mute_of_an_alert_by_its_service(desk: Desk) -> None:
    ask(desk, "/mute 1 1h")
    ask(desk, "/unmute service=pay")
    assert not desk.views.mutes(samples.NOW)


def test_of_several_mutes_one_is_chosen(desk: Desk) -> None:
    ask(desk, "/mute service=pay 1h --yes")
    ask(desk, "/mute service=pay rule=error 1h --yes")
    card = ask(desk, "/unmute service=pay")
    assert [one for one in values(card).values() if one.get("do") == "unmute"]
    assert len(desk.views.mutes(samples.NOW)) == 2


@pytest.mark.parametrize("said", ["全部认领", "解决 pay 的所有告警", "resolve all alerts of pay"])
def test_many_are_shown_first(desk: Desk, said: str) -> None:
    ask(desk, said)
    assert state(desk) is AlertState.FIRING


def test_ending_subscriptions_asks(desk: Desk) -> None:
    ask(desk, "/subscribe all")
    card = ask(desk, "取消所有订阅")
    assert len(desk.views.chat(desk.request.target).subscriptions) == 1
    assert {"do": "run", "text": "/unsubscribe all", "in_place": True} in values(card).values()


def test_several_meanings_are_buttons_and_nothing_is_done(desk: Desk) -> None:
    desk.fire("web")
    assert labels(ask(desk, "认领 1 和 2"))[:2] == ["/ack 1", "/ack 2"]
    assert state(desk) is AlertState.FIRING


def test_who_may_not_is_told_so(desk: Desk) -> None:
    say = texts_in(desk.request.language).answer
    assert say.may_not_subscribe in seen(ask(desk, "订阅 pay 的严重告警", person=samples.CHEN))


@pytest.mark.parametrize(
    "said", ["/mute pay 1h", "/请把 1 认领了", "/why didn't pay alert", "今天天气怎么样", "谢谢"]
)
def test_a_slash_wants_a_command_and_chat_wants_none(desk: Desk, said: str) -> None:
    understood = texts_in(desk.request.language).phrase.understood("")
    assert understood.strip() not in seen(ask(desk, said))
    assert state(desk) is AlertState.FIRING


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("请把 1 认领了", Right.ACT),
        ("现在有什么告警", Right.READ),
        ("订阅 pay 的严重告警", Right.MANAGE),
        ("认领 1 和 2", Right.READ),
        ("/ack 1", Right.ACT),
        ("你好", Right.READ),
    ],
)
def test_the_right_that_a_sentence_takes_is_its_commands(
    desk: Desk, said: str, right: Right
) -> None:
    assert right_to(said, desk.request, desk.views) is right


@pytest.mark.parametrize("said", ["自检一下", "pay 的趋势", "今天的日报", "search logs for oom"])
def test_a_command_that_there_is_not_is_not_offered(desk: Desk, said: str) -> None:
    """The forms know more commands than may be there."""
    for value in values(ask(desk, said)).values():
        assert named(value.get("text", "/help")) is not None


class Names:
    """Knows what the sentences are about, without a database."""

    def of(self, now: datetime) -> Known:
        return KNOWN


@pytest.mark.parametrize(("said", "line"), PHRASES, ids=[said for said, _ in PHRASES])
def test_a_sentence_runs_what_it_means_whether_it_begins_like_a_command_or_not(
    said: str, line: str
) -> None:
    asked = SimpleNamespace(now=NOW, zone=ZONE)
    views = SimpleNamespace(names=Names())
    try:
        spec, wanted = understood(line, NOW, ZONE)
    except CommandError:
        return  # of a command that is not there
    found = heard(said, asked, views)  # type: ignore[arg-type]
    meant = found.command if found is not None else understood(said, NOW, ZONE)[1]
    if spec is not None:
        assert meant == wanted


@pytest.mark.parametrize("said", NO_ORDERS)
def test_what_is_no_order_runs_nothing_that_changes(said: str) -> None:
    asked = SimpleNamespace(now=NOW, zone=ZONE)
    found = heard(said, asked, SimpleNamespace(names=Names()))  # type: ignore[arg-type]
    if found is not None:
        assert found.spec is None or found.spec.right is Right.READ
        return
    with suppress(CommandError):
        spec, _ = understood(said, NOW, ZONE)
        assert spec is None or spec.right is Right.READ
