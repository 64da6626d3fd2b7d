"""Talking to the bot: in groups by mention, in private directly, in both languages."""

import pytest
from town import CHEN, LIN, OPS, Town, nodes, until

from bot.sandbox.wire import stable_id

ORDERS = """
[[watch]]
name = "orders"
files = ["orders*.log"]
service = "orders"
from_start = true
"""


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory):
    place = Town(tmp_path_factory.mktemp("talk"), extra=ORDERS)
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
    def shows_all() -> bool:
        """The gauges are there from the machine's first reading on."""
        card = talkative.chat(OPS).ask("/status")
        kinds = {chart["chart_spec"]["type"] for chart in nodes(card.body, "chart")}
        return "circularProgress" in kinds and bool(list(nodes(card.body, "table")))

    until(shows_all, "gauges and a table on the card of /status")


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


def test_a_sentence_is_answered_with_the_command_it_was_taken_for(talkative: Town) -> None:
    group = talkative.chat(OPS)

    assert "理解为 /alerts" in group.ask("现在有什么告警？").text
    assert "理解为 /why pay" in group.ask("pay 为什么没告警").text
    preview = group.ask("支付服务静默一小时")
    assert "理解为 /mute service=pay 1h" in preview.text
    assert "静默" in " ".join(preview.buttons)
    assert "/mute service=pay 1h" in group.ask("silence pay for an hour").text


def test_a_person_is_answered_in_their_own_language(talkative: Town) -> None:
    group = talkative.chat(OPS)

    group.ask("/lang me en", by=CHEN)
    assert "Understood as /alerts" in group.ask("show me the alerts", by=CHEN).text
    assert "理解为 /alerts" in group.ask("show me the alerts").text
    group.ask("/lang me default", by=CHEN)


def test_in_the_thread_of_a_card_sentences_act_and_other_words_are_comments(
    talkative: Town,
) -> None:
    talkative.log("FATAL orders: thread on fire", file="orders.log")
    group, lin = talkative.chat(OPS), stable_id("ou_", LIN)
    card = group.expect_card("thread on fire")
    people = talkative.sandbox.people
    group.ask("/alerts")  # by its answer the sending of the card is noted

    first = people.post_text(group.id, "静默两小时吧", lin, reply_to=card.message_id)
    card.turns("grey")
    people.post_text(group.id, "线程池满了，已扩容", lin, reply_to=first.message_id)
    until(lambda: "线程池满了，已扩容" in card.text, "the comment on the card")
    number = card.header.split("#")[1].split()[0]
    assert "线程池满了，已扩容" in group.ask(f"/alert {number}").text
    assert LIN in group.ask(f"/alert {number}").text


def test_an_entry_of_the_menu_is_answered_in_private(talkative: Town) -> None:
    talkative.sandbox.people.choose_menu("alerts", stable_id("ou_", CHEN))
    private = talkative.private(CHEN)

    assert until(lambda: private.cards("#1"), "the open alerts in the private chat")


def test_nonsense_is_answered_with_a_card_and_stops_nothing(talkative: Town) -> None:
    group = talkative.chat(OPS)

    for said in ("/mute 1 -5h", "🤷" * 200, "/alerts level>=nope", "/ack 1 2 3", "x" * 3000, "/"):
        assert group.ask(said).text

    assert "pay" in group.ask("/status").text
