"""The card that several alerts share, as people read it."""

from dataclasses import replace

import pytest

from bot.core.alert import AlertState
from bot.core.grouping import GroupKind
from bot.core.notification import Purpose
from bot.core.subscription import Language
from bot.feishu.cards.elements import Card
from bot.feishu.cards.group import group_card, group_notice_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import texts_of

EN = samples.reader(Language.EN)
ZH = samples.reader()


def commands_of(node: object) -> list[str]:
    """What the buttons say to the bot."""
    if isinstance(node, dict):
        own = [node["value"]["text"]] if node.get("value", {}) and "text" in node["value"] else []
        return own + [text for value in node.values() for text in commands_of(value)]
    if isinstance(node, list):
        return [text for one in node for text in commands_of(one)]
    return []


def shown(card: Card) -> str:
    return "\n".join(texts_of(card, "plain_text"))


def test_a_storm_says_how_many_there_are_of_what_and_what_was_held_back() -> None:
    card = group_card(samples.group(), EN)
    text = shown(card)
    for part in (
        "Alert storm • 38 alerts",
        "30 firing · 5 acknowledged · 3 resolved",
        "error × 30",
        "order-api × 21",
        "(none) × 5",
        "34 more: /alerts",
        "38 messages held back",
    ):
        assert part in text
    assert card["header"]["template"] == "red"


def test_its_buttons_show_each_alert_act_on_the_worst_and_ask_before_they_act_on_all() -> None:
    card = group_card(samples.group(), ZH)
    assert [text for text in commands_of(card) if text.startswith("/alert ")] == [
        f"/alert {n}" for n in range(42, 46)
    ]
    assert {"/ack g7", "/resolve g7"} <= set(commands_of(card))
    assert "其中最严重的 #42：" in shown(card)


def test_who_may_not_act_gets_no_buttons_that_do() -> None:
    card = group_card(samples.group(), ZH, may_act=False)
    assert not {"/ack g7", "/resolve g7"} & set(commands_of(card))
    assert "其中最严重的" not in shown(card)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (GroupKind.LABELS, "order-api 的告警 • 38 条告警"),
        (GroupKind.UPSTREAM, "由 #42 引起的告警 • 38 条告警"),
        (GroupKind.LIMITED, "🧺 被限流合并的告警 • 38 条告警"),
        (GroupKind.AWAY, "💤 我不在的时候：error • 38 条告警"),
    ],
)
def test_the_title_says_what_the_alerts_have_in_common(kind: GroupKind, title: str) -> None:
    assert group_card(samples.group(kind), ZH)["header"]["title"]["content"] == title


def test_case_29_the_digest_says_from_when_to_when_nobody_was_there() -> None:
    assert "在 03:14 到 10:14 之间没有运行" in shown(group_card(samples.group(GroupKind.AWAY), ZH))


def test_all_over_is_green_without_buttons() -> None:
    over = replace(samples.group(), rows=(samples.resolved(),), states={AlertState.RESOLVED: 38})
    card = group_card(over, EN)
    assert card["header"]["template"] == "green"
    assert card["header"]["subtitle"]["content"] == "All resolved"
    assert "/ack g7" not in commands_of(card)


def test_a_bare_card_shows_nothing_that_came_from_a_log() -> None:
    for text in (
        shown(group_card(samples.group(GroupKind.LABELS), ZH, bare=True)),
        shown(group_notice_card(samples.group(), Purpose.JOINED, ZH, bare=True)),
    ):
        assert not {"支付网关超时", "order-api", "SocketTimeout"} & set(text.split())
        assert "支付网关超时" not in text


def test_a_notice_says_how_many_are_new_or_that_nobody_took_them_on() -> None:
    joined = group_notice_card(samples.group(), Purpose.JOINED, EN)
    assert joined["header"]["title"]["content"] == "3 new alerts on this card"
    again = group_notice_card(samples.group(), Purpose.REPEATED, EN)
    assert again["header"]["title"]["content"] == "Still firing and not taken on: 30"
