"""An incident is one living card, whoever joins it, and whatever happens to the bot meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest
from town import LIN, OPS, Bot, Town

EXTRA = """
[incidents]
learn = "1s"
hold = "1s"

[[watch]]
name = "web"
files = ["web.log"]
service = "web"
from_start = true

[[watch]]
name = "store"
files = ["store.log"]
service = "store"
from_start = true
"""
EVERYDAY = 240


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


@pytest.mark.timeout(240)
def test_who_names_a_burning_service_joins_its_card_which_outlives_a_kill_until_called_noise(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=EXTRA)
    move_clock(town, 0)
    bot = run(town)
    group = town.chat(OPS)
    group.ask("/subscribe level>=high")
    town.log(*(f"ERROR session {n} expired" for n in range(EVERYDAY)))
    group.expect_card("session").shows(f"{EVERYDAY}")
    move_clock(town, 3600)  # by then that is everyday

    town.log(*(f"ERROR pool {n} exhausted" for n in range(30)))
    card = group.expect_card("pool")
    town.log(*(f"ERROR upstream pay answered {500 + n}" for n in range(30)), file="web.log")
    move_clock(town, 3620)  # so often it is redrawn
    card.shows("扩散过程")
    card.shows("60 条")

    bot.kill()
    town.log(*(f"ERROR pool {n} exhausted" for n in range(40)))
    move_clock(town, 3640)
    run(town)
    card.shows("100 条")
    about = [*group.cards("exhausted"), *group.cards("upstream")]
    assert {one.header for one in about} == {card.header}
    assert len(group.cards("exhausted")) == 1

    card.choose("是噪音", by=LIN)
    card.turns("green")
    town.log(*(f"ERROR pool {n} exhausted" for n in range(40)))
    move_clock(town, 3660)
    town.log(*(f"ERROR volume {n} was lost" for n in range(30)), file="store.log")
    group.expect_card("volume")
    assert {one.colour for one in group.cards("exhausted")} == {"green"}
