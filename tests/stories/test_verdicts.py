"""Kinds of messages: each an alert of its own, judged in the chat, over a restart."""

from collections.abc import Callable

from town import LIN, Town, toast

RULES = """
[[rule]]
name = "warnings"
pattern = 'WARN'
severity = "low"
per_template = true

[[rule]]
name = "unheard of"
kind = "new_template"
severity = "high"
pattern = 'NOTICE'
learn = "off"
num_events = 1
"""


def test_what_is_called_noise_is_told_no_more_until_it_matters(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=RULES)
    town.run()
    chat = town.chat()
    chat.ask("/subscribe level>=low")
    town.log("WARN pay: pool of 3 is full", "WARN pay: card 8841 declined")
    pool = chat.expect_card("pool of 3 is full")
    chat.expect_card("card 8841 declined")

    assert "噪音" in toast(pool.choose("是噪音", by=LIN))
    pool.turns("green")
    town.bots[-1].stop()
    town.run()
    town.log("WARN pay: pool of 5 is full", file="pay-2.log")  # not around the other line
    town.log("WARN pay: disk 7 is nearly full")
    chat.expect_card("disk 7 is nearly full")
    assert not chat.cards("pool of 5 is full")
    assert "评判日志" in chat.ask("/audit").text

    number = next(word for word in pool.text.split() if word.startswith("#")).strip("#·")
    assert "重要" in chat.ask(f"/matters {number}").header
    town.log("WARN pay: pool of 6 is full")
    assert "高" in chat.expect_card("pool of 6 is full").text


def test_a_new_kind_of_message_is_told_once(make_town: Callable[..., Town]) -> None:
    town = make_town(extra=RULES)
    town.run()
    chat = town.chat()
    chat.ask("/subscribe level>=low")
    town.log("NOTICE pay: lease 17 was lost", "NOTICE pay: lease 18 was lost")
    chat.expect_card("lease 17 was lost")
    town.bots[-1].stop()
    town.run()
    town.log("NOTICE pay: lease 19 was lost", file="pay-2.log")  # not around the other line
    town.log("NOTICE pay: shard 4 moved away")
    chat.expect_card("shard 4 moved away")
    assert not chat.cards("lease 19 was lost")


def test_kinds_of_lines_are_listed_and_judged_from_the_list(make_town: Callable[..., Town]) -> None:
    town = make_town(extra=RULES)
    town.run()
    chat = town.chat()
    chat.ask("/subscribe level>=low")
    town.log("ERROR pay: shard 3 is out of step")
    chat.expect_card("shard 3 is out of step")
    listed = chat.ask("/templates service=pay")
    assert "shard <*> is out of step" in listed.text
    listed.press("噪音", by=LIN)
    chat.expect_card("是噪音")
    town.log("ERROR pay: shard 4 is out of step", file="pay-2.log")
    town.log("WARN pay: disk 7 is nearly full")
    chat.expect_card("disk 7 is nearly full")
    assert not chat.cards("shard 4 is out of step")
    assert "撤销评判" in chat.ask("/templates noise").text
