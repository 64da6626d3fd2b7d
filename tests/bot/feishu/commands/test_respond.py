"""Commands do what they say, over a real engine, and always answer."""

import json
from typing import Any

import pytest

from bot.core.alert import AlertState
from bot.core.permission import Right
from bot.core.subscription import Language
from bot.feishu.commands.parse import respond
from bot.feishu.commands.rights import rights_of
from bot.feishu.texts import texts_in
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import labels, seen, tagged, values
from tests.bot.feishu.conftest import Desk
from watchers.finding import Severity


def ask(desk: Desk, line: str, **changes: object) -> dict[str, Any]:
    card = respond(line, desk.asking(**changes), desk.engine, desk.views).card
    check_card(json.dumps(card), Catalogue(images=frozenset(), people=frozenset()))
    return card


def test_ack_takes_the_alert_on_and_shows_it(desk: Desk) -> None:
    card = ask(desk, "/ack 1")
    assert card["header"]["template"] == "orange"
    assert samples.LIN.name in seen(card)
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    assert view.alert.state is AlertState.ACKNOWLEDGED


def test_the_second_ack_says_who_was_first_and_when(desk: Desk, language: Language) -> None:
    ask(desk, "认领 1")
    said = seen(ask(desk, "认领 1", person=samples.CHEN))
    assert texts_in(language).answer.already_acknowledged("林晓", "10:14:07") in said


def test_resolve_ends_the_alert(desk: Desk) -> None:
    assert ask(desk, "解决 1")["header"]["template"] == "green"
    assert desk.views.open_alerts(samples.NOW).total == 0


def test_muting_one_alert_shows_until_when_and_why(desk: Desk) -> None:
    card = ask(desk, "/mute 1 2h 发布中")
    assert card["header"]["template"] == "grey"
    assert "12:14" in seen(card)
    assert "发布中" in seen(card)


def test_muting_by_conditions_says_what_it_hides_and_can_be_lifted(desk: Desk) -> None:
    desk.fire("web")
    card = ask(desk, "/mute service=~pay|web 2h --yes")
    assert "service=~pay|web" in seen(card)
    assert {"do": "unmute", "mute": 1} in values(card).values()
    assert "m1" in seen(ask(desk, "/mutes"))
    ask(desk, "/unmute m1")
    assert not desk.views.mutes(samples.NOW)


def test_unmute_by_alert_lifts_what_hides_it(desk: Desk) -> None:
    ask(desk, "/mute 1")
    assert ask(desk, "/unmute 1")["header"]["template"] == "red"


@pytest.mark.parametrize("line", ["/ack 99", "/alert 99", "/mute 99", "/unmute 99", "/resolve 99"])
def test_an_alert_that_is_not_there_is_said_so(desk: Desk, language: Language, line: str) -> None:
    assert texts_in(language).answer.unknown_alert in seen(ask(desk, line))


def test_unmuting_what_is_not_muted_is_said_so(desk: Desk, language: Language) -> None:
    assert texts_in(language).answer.not_muted in seen(ask(desk, "/unmute 1"))
    assert texts_in(language).answer.unknown_mute in seen(ask(desk, "/unmute m9"))


def test_the_list_is_filtered_and_keeps_its_filter_from_page_to_page(desk: Desk) -> None:
    for n in range(23):
        desk.fire(f"svc {n}", Severity.CRITICAL)
    card = ask(desk, '/alerts service=~"svc .*" level>=high page 2')
    shown = values(card)
    turned = [value for value in shown.values() if value.get("in_place")]
    assert [value["text"].rsplit(" ", 1)[1] for value in turned] == ["1", "3"]
    again = ask(desk, turned[1]["text"])
    assert "svc 0" in seen(again)
    assert "pay fails" not in seen(again)


def test_a_page_behind_the_last_shows_the_last(desk: Desk) -> None:
    assert "pay fails" in seen(ask(desk, "/alerts page 9"))


def test_subscribing_in_one_line_saves_it(desk: Desk) -> None:
    card = ask(desk, "/subscribe service=pay level>=medium lang=en")
    assert "service=pay" in seen(card)
    (saved,) = desk.views.chat(desk.request.target).subscriptions
    assert (saved.least_severity, saved.language) == (Severity.MEDIUM, Language.EN)


def test_subscribing_alone_brings_the_form(desk: Desk) -> None:
    card = ask(desk, "/subscribe")
    assert json.dumps(card).count('"multi_select_static"') == 2


@pytest.mark.parametrize("line", ["/subscribe", "/subscribe all", "/unsubscribe all"])
def test_who_may_not_subscribe_is_told_who_may(desk: Desk, language: Language, line: str) -> None:
    ask(desk, "/subscribe all")
    say = texts_in(language).answer
    said = seen(ask(desk, line, person=samples.CHEN))
    assert say.may_not_subscribe in said
    assert say.who_may(True) in said
    assert len(desk.views.chat(desk.request.target).subscriptions) == 1


def test_unsubscribing_alone_lists_with_buttons_and_all_ends_all(desk: Desk) -> None:
    ask(desk, "/subscribe service=pay")
    ask(desk, "/subscribe service=web")
    assert {"do": "unsubscribe", "subscription": 2} in [
        button["behaviors"][0]["value"] for button in tagged(ask(desk, "/unsubscribe"), "button")
    ]
    ask(desk, "/unsubscribe 1")
    ask(desk, "取消订阅 全部")
    assert not desk.views.chat(desk.request.target).subscriptions


def test_unsubscribing_what_is_not_there_is_said_so(desk: Desk, language: Language) -> None:
    say = texts_in(language).answer
    assert say.unknown_subscription in seen(ask(desk, "/unsubscribe 7"))


@pytest.mark.parametrize("line", ["/status", "/rules", "/mutes", "/subscriptions", "/help", ""])
def test_what_only_shows_always_answers(desk: Desk, line: str) -> None:
    assert ask(desk, line)["header"]["title"]["content"]


def test_a_wrong_argument_is_answered_with_an_example(desk: Desk) -> None:
    said = seen(ask(desk, "/mute 1 99d"))
    assert "99d" in said
    assert "/mute 42 1h30m" in said


def test_an_unknown_command_comes_back_as_a_button(desk: Desk, language: Language) -> None:
    card = ask(desk, "/staus")
    assert values(card)[texts_in(language).answer.run_nearest("/status")] == {
        "do": "run",
        "text": "/status",
    }
    assert len(labels(card)) == 2


def test_help_and_whoami_speak_of_every_right(desk: Desk) -> None:
    assert rights_of(desk.asking(), desk.views).keys() == set(Right)
    for line in ("/help", "/help watch", "/help rule", "/whoami"):
        assert ask(desk, line)["header"]["template"] == "blue"
