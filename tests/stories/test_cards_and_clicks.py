"""A log line becomes a living card; clicks answer it. The bot is a process of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from town import ALICE, CHEN, LIN, OPS, OUTSIDE, TEAM, WANG, Town, nodes, toast, until

TRACE = """2026-11-23 02:14:07 ERROR [pay] charge failed
java.net.SocketTimeoutException: Read timed out
\tat c.s.pay.Gateway.charge(Gateway.java:88)
\t... 12 more"""


def subscribed(town: Town, wish: str = "/subscribe level>=high") -> None:
    town.chat(OPS).ask(wish)


def test_an_error_becomes_a_card_in_the_subscribed_group_only(town: Town) -> None:
    subscribed(town)

    town.log("INFO pay: fine", "ERROR pay: card declined by issuer")

    card = town.chat(OPS).expect_card("card declined by issuer")
    assert card.colour == "red"
    assert {"认领", "静默 1h", "解决"} <= set(card.buttons)
    assert not town.chat(TEAM).cards()


def test_a_stack_trace_stays_with_its_line(town: Town) -> None:
    subscribed(town)

    town.log(*TRACE.splitlines(), "INFO pay: next")

    card = town.chat().expect_card("SocketTimeoutException")
    assert "... 12 more" in card.text
    assert "▶ INFO pay: next" not in card.text
    assert len(town.chat().cards("聚合")) == 1


def test_repeats_change_the_card_and_send_no_second_message(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")
    before = len(town.chat().cards())

    for _ in range(3):
        town.log("ERROR pay: declined")

    card.shows("聚合 4 条")
    assert len(town.chat().cards()) == before


def test_a_quiet_alert_turns_green(make_town: Callable[..., Town]) -> None:
    town = make_town(quiet="3s")
    town.run()
    subscribed(town)
    town.log("ERROR pay: declined")

    card = town.chat().expect_card("declined")

    card.turns("green")
    assert card.buttons == ["更多行"]


def test_timeout_is_recorded_but_not_told_and_panic_is_both(town: Town) -> None:
    subscribed(town, "/subscribe level>=info")
    record = town.folder / "larkwatch-record.jsonl"

    town.log("WARN pay: TIMEOUT after 3 s", "PANIC pay: heap is gone")

    card = town.chat().expect_alert("panic")
    assert card.colour == "carmine"
    until(lambda: record.exists() and record.read_text().count("\n") == 2, "two records")
    text = record.read_text()
    assert "TIMEOUT after 3 s" in text
    assert "heap is gone" in text
    assert [one for one in town.chat().cards() if "timeout" in one.header] == []


def test_case_16_acknowledging_in_the_chat_redraws_the_card_everywhere(town: Town) -> None:
    subscribed(town)
    town.chat(TEAM).ask("/subscribe level>=high")
    town.log("ERROR pay: declined")
    card = town.chat(OPS).expect_card("declined")
    copy = town.chat(TEAM).expect_card("declined")

    said = toast(card.press("认领", by=LIN))

    assert "#1" in said
    assert card.colour == "orange"
    assert "林晓" in card.text
    copy.turns("orange").shows("林晓")
    assert "认领" not in card.buttons


def test_case_09_the_second_of_two_who_click_at_once_is_told_who_was_first(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")

    with ThreadPoolExecutor(2) as people:
        clicks = [people.submit(card.press, "认领", by=who) for who in (LIN, WANG)]
        answers = [click.result() for click in clicks]

    kinds = sorted(answer["toast"]["type"] for answer in answers)
    assert kinds == ["success", "warning"]
    late = next(a["toast"]["content"] for a in answers if a["toast"]["type"] == "warning")
    assert any(name in late for name in (LIN, WANG))


def test_case_10_a_click_on_an_old_card_gets_the_current_card(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")
    old_value = next(n for n in nodes(card.body, "button") if n["text"]["content"] == "认领")
    value = old_value["behaviors"][0]["value"]
    card.press("解决", by=LIN)
    card.turns("green")

    answer = town.act(card.message_id, WANG, tag="button", value=value)

    assert answer["toast"]["type"] == "warning"
    assert "林晓" in toast(answer)
    assert card.colour == "green"


def test_muting_for_an_hour_greys_the_card_and_unmuting_brings_it_back(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")

    toast(card.press("静默 1h", by=ALICE))

    assert card.colour == "grey"
    assert "Alice Chen" in card.text
    toast(card.press("取消静默", by=CHEN))
    assert card.colour == "red"


def test_another_duration_is_chosen_from_the_menu(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")

    toast(card.choose("4", by=LIN))

    assert card.colour == "grey"
    assert "m1" in town.chat().ask("/mutes").text


def test_case_11_ack_and_mute_are_independent(town: Town) -> None:
    subscribed(town)
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")

    toast(card.press("认领", by=LIN))
    toast(card.press("静默 1h", by=WANG))
    toast(card.press("取消静默", by=WANG))

    assert card.colour == "orange"
    assert "林晓" in card.text


def test_hostile_text_neither_pings_nor_links_nor_marks_up(town: Town) -> None:
    subscribed(town)
    evil = "ERROR <at id=all></at> [x](https://evil) **b** `c` ```fence``` <font color=red>r</font>"

    town.log(evil, file="pay-<b>.log")

    card = town.chat().expect_card("evil")
    for node in nodes(card.body, "markdown"):
        outside = node["content"].split("\n")
        assert outside[0].startswith("````"), node["content"][:80]
        assert "<at id" not in node["content"]
    assert not list(nodes(card.body, "lark_md"))


def test_case_19_a_bot_that_was_put_out_stops_and_comes_back(town: Town) -> None:
    subscribed(town)
    group = town.chat(OPS)
    owner = town.sandbox.state.chat(group.id).owner_id
    town.sandbox.remove_bot(group.id, owner)
    until(lambda: "a chat is lost" in town.bots[0].said, "the bot to notice")

    town.log("ERROR pay: declined")
    town.sandbox.add_bot(group.id, owner)

    group.expect_card("订阅")
    group.expect_card("declined")


def test_a_new_group_is_welcomed_and_subscribes_by_form(town: Town) -> None:
    group = town.chat(OUTSIDE)
    owner = town.sandbox.state.chat(group.id).owner_id
    town.sandbox.add_bot(group.id, owner)
    welcome = group.expect_card("订阅")

    answer = welcome.press("订阅", by=LIN)
    assert answer["ok"], answer
    form = until(lambda: [c for c in group.cards() if list(nodes(c.body, "form"))], "the form")[0]
    answer = form.submit({"least": "high", "language": "en", "services": [], "rules": []})

    assert answer["toast"]["type"] == "success", answer
    town.log("ERROR pay: declined")
    card = group.expect_card("declined")
    assert "Firing" in card.text or "firing" in card.text.lower()


def test_only_owner_managers_and_admins_may_subscribe(town: Town) -> None:
    refused = town.chat(OPS).ask("/subscribe level>=high", by=CHEN)
    assert "群主" in refused.text

    town.chat(OPS).ask("/subscribe level>=high", by=WANG)
    town.log("ERROR pay: declined")

    town.chat(OPS).expect_card("declined")


def test_secrets_and_personal_data_never_reach_the_chat(town: Town) -> None:
    subscribed(town)

    town.log("ERROR pay: user 13812345678 me@example.com password=hunter2 declined")

    card = town.chat().expect_card("declined")
    assert "[phone] [email] password=[password]" in card.text
    assert not {"13812345678", "me@example.com", "hunter2"} & set(card.text.split())
