"""A day as a group is told of it: what was found most, how it went, and the digest at its hour."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from town import LIN, Bot, Card, Town, nodes, until

from watchers.clock import SystemClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
AHEAD = 3 * 3600


def move_clock(town: Town, seconds: float) -> None:
    """Let the bot's clock be so far ahead of everybody else's."""
    fresh = town.folder / "ahead.new"
    fresh.write_text(str(seconds))
    fresh.replace(town.folder / "ahead")


def run(town: Town) -> Bot:
    """The bot, with a clock that can be moved."""
    bot = town.python(str(Path(__file__).with_name("moved_clock.py")))
    town.online(bot)
    return bot


def digests(town: Town) -> list[Card]:
    return [
        card
        for card in town.chat().cards()
        if "告警日报" in card.header or "一天平静" in card.header
    ]


@pytest.mark.timeout(240)
def test_a_digest_comes_once_at_its_hour_with_the_figures_of_the_day(
    make_town: Callable[..., Town],
) -> None:
    town = make_town()
    move_clock(town, 0)
    bot = run(town)
    group = town.chat()
    group.ask("/subscribe level>=high")
    at = (SystemClock().now() + timedelta(seconds=AHEAD - 60)).astimezone(SHANGHAI)
    assert f"每天 {at:%H:%M} 发送" in group.ask(f"/digest at {at:%H:%M}").text
    town.log(*(f"ERROR pay: card {n} declined, CardError" for n in range(3)))
    town.log("PANIC pay: heap is gone")
    card = group.expect_card("CardError")
    card.press("认领", by=LIN)
    card.shows("已认领").press("解决")
    group.expect_alert("panic")

    top = group.ask("/top by rule")
    assert "共 4 条" in top.text
    (table,) = nodes(top.body, "table")
    assert [row["name"] for row in table["rows"]] == ["1  error", "2  panic"]
    assert "峰值" in group.ask("/trend 1h").text
    assert digests(town) == []

    move_clock(town, AHEAD)
    told = group.expect_card("告警日报")
    assert f"{at:%m-%d %H:%M}" in told.header
    for said in ("严重×1", "高×1", "匹配记录 4 条", "MTTA：1 次认领", "card <*> declined"):
        assert said in told.text, told.text

    bot.stop()
    run(town)
    group.ask("/status")
    assert len(digests(town)) == 1

    move_clock(town, AHEAD + 86400)
    until(lambda: len(digests(town)) == 2, "the digest of the day after")
