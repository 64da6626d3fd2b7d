"""Talking to the bot: in groups by mention, in private directly, in both languages."""

import pytest
from town import CHEN, LIN, OPS, Town, nodes, until


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory):
    place = Town(tmp_path_factory.mktemp("talk"))
    place.run()
    place.chat(OPS).ask("/subscribe level>=high")
    place.log("ERROR pay: declined")
    place.chat(OPS).expect_card("declined")
    yield place
    place.close()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/help", "/subscribe"),
        ("帮助", "/subscribe"),
        ("/status", "pay"),
        ("状态", "pay"),
        ("/alerts", "#1"),
        ("告警", "#1"),
        ("/alert 1", "declined"),
        ("alert #1", "declined"),
        ("/mutes", "静默"),
        ("/rules", "panic"),
        ("规则", "timeout"),
        ("/subscriptions", "全部告警"),
        ("/statsu", "/status"),
        ("/mute 1 never", "never"),
        ("/ack 99", "没有这条告警"),
        ("/mute =x 1h", "found"),
    ],
)
def test_a_command_is_answered(talkative: Town, said: str, shown: str) -> None:
    answer = talkative.chat(OPS).ask(said)

    if shown != "found":
        assert shown in answer.text
    assert answer.message.sender_type == "app"


def test_private_chat_needs_no_mention(talkative: Town) -> None:
    answer = talkative.private(CHEN).ask("/status", by=CHEN)

    assert "pay" in answer.text


def test_a_group_message_without_mention_is_left_alone(talkative: Town) -> None:
    talkative.chat(OPS).say("/status", mention=False)
    question = talkative.chat(OPS).say("/help")

    def answers() -> list[str]:
        return [
            c.message.parent_id or ""
            for c in talkative.chat(OPS).cards()
            if c.message.parent_id == question
        ]

    assert until(answers, "the answer to /help")


def test_status_shows_sources_gauges_and_delivery(talkative: Town) -> None:
    card = talkative.chat(OPS).ask("/status")

    kinds = {chart["chart_spec"]["type"] for chart in nodes(card.body, "chart")}
    assert "circularProgress" in kinds
    assert list(nodes(card.body, "table"))


def test_ack_mute_unmute_and_resolve_by_command(talkative: Town) -> None:
    talkative.log("FATAL pay: disk on fire", file="pay2.log")
    card = talkative.chat(OPS).expect_card("disk on fire")
    number = card.header.split("#")[1].split()[0]
    group = talkative.chat(OPS)
    messages = len(group.cards())

    group.ask(f"认领 {number}", by=LIN)
    card.turns("orange")
    group.ask(f"静默 {number} 2天")
    card.turns("grey")
    group.ask(f"/unmute {number}")
    card.turns("orange")
    group.ask(f"/resolve #{number}")
    card.turns("green")
    assert len(group.cards()) == messages + 4
    assert [c.message_id for c in group.cards("disk on fire")] == [card.message_id]


def test_nonsense_is_answered_with_a_card_and_stops_nothing(talkative: Town) -> None:
    group = talkative.chat(OPS)

    for said in ("/mute 1 -5h", "🤷" * 200, "/alerts level>=nope", "/ack 1 2 3", "x" * 3000, "/"):
        assert group.ask(said).text

    assert "pay" in group.ask("/status").text
