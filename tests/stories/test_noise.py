"""A chat stays readable: storms share a card, and so do alerts of one service."""

from collections.abc import Callable

from town import LIN, Town, toast, until

BY_SERVICE = """
labels = { team = "shop" }

[grouping]
by = ["team"]
interval = "2s"
"""
KINDS = 50


def kind(number: int) -> str:
    """The name of an exception, a different one for each number."""
    return f"{chr(65 + number // 26)}{chr(97 + number % 26)}Error"


def test_a_storm_of_many_alerts_is_a_few_cards_and_one_that_counts_the_others(
    town: Town,
) -> None:
    group = town.chat()
    group.ask("/subscribe level>=high")
    before = len(group.cards())

    for number in range(KINDS):
        town.log(f"ERROR pay: {kind(number)}: it broke")

    storm = group.expect_card("告警风暴").shows("40 条告警")
    assert len(group.cards()) - before == 11
    storm.shows("已合并 40 条提醒")
    singly = [card for card in group.cards("it broke") if "告警风暴" not in card.text]
    assert len(singly) == 10
    record = town.folder / "larkwatch-record.jsonl"
    until(lambda: record.exists() and "held_back" in record.read_text(), "the record")


def test_alerts_that_belong_together_share_a_card_which_answers_clicks(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=BY_SERVICE)
    town.run()
    group = town.chat()
    group.ask("/subscribe level>=high")
    town.log("ERROR pay: declined")
    card = group.expect_card("shop 的告警").shows("1 条告警")
    before = len(group.cards())

    town.log("PANIC pay: heap is gone")

    card.shows("2 条告警")
    group.expect_card("新增 1 条告警")
    assert len(group.cards()) - before == 1

    assert "林晓" in toast(card.press("认领", by=LIN))
    card.shows("1 条触发中 · 1 条已认领")
    card.press("解决全部 2 条")
    group.expect_card("🔎 解决 2 条告警").press("解决 2 条", by=LIN)
    card.turns("green").shows("全部已恢复")
