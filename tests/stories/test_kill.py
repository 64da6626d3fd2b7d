"""The plug is pulled at random moments: nothing is lost, nothing is counted or sent twice."""

import random
import re
import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest
from town import OPS, Bot, Card, Town, until

KILLS = 20
SERVICES = ("alpha", "beta", "gamma")


def counts(town: Town) -> dict[str, int]:
    """What the cards in the chat say, by service."""
    found = {}
    for card in town.chat(OPS).cards("聚合"):
        match = re.search(r"聚合 ([\d,]+) 条", card.header)
        name = next(name for name in SERVICES if f"{name} broke" in card.text)
        assert match is not None
        found[name] = int(match.group(1).replace(",", ""))
    return found


def acknowledged(card: Card) -> bool:
    """Press until the bot, just started, hears it; pressing again is told who was first."""
    return bool(card.press("认领")["ok"]) if "认领" in card.buttons else True


def started(bot: Bot) -> bool:
    return "Larkwatch runs" in bot.said


@pytest.mark.timeout(240)
def test_kill_minus_nine_twenty_times_counts_every_line_once(
    tmp_path: Path,
) -> None:
    extra = "".join(
        f'\n[[watch]]\nname = "{n}"\nfiles = ["{n}.log"]\nservice = "{n}"\nfrom_start = true\n'
        for n in SERVICES
    )
    town = Town(tmp_path, extra=extra)
    chance = random.Random(20)  # noqa: S311 - which moments does not matter
    written = dict.fromkeys(SERVICES, 0)
    stop = threading.Event()
    card: Card | None = None

    def write() -> None:
        while not stop.wait(0.12):
            name = chance.choice(SERVICES)
            number = chance.randrange(1, 6)
            town.log(*(f"ERROR {name} broke" for _ in range(number)), file=f"{name}.log")
            written[name] += number

    try:
        bot = town.run()
        town.chat(OPS).ask("/subscribe level>=high")
        writer = threading.Thread(target=write)
        writer.start()
        for kill in range(KILLS):
            stop.wait(chance.uniform(0.05, 1.2))
            bot.kill()
            bot = town.command("run")
            until(partial(started, bot), "the bot to start again")
            if kill == KILLS // 2:
                town.online(bot)
                card = town.chat(OPS).expect_card(f"{SERVICES[0]} broke")
                until(partial(acknowledged, card), "a click to be answered")
        stop.set()
        writer.join()

        until(
            lambda: counts(town) == written,
            lambda: f"{written} on the cards, which say {counts(town)}",
        )
        cards = town.chat(OPS).cards("聚合")
        assert len(cards) == len(SERVICES)
        assert card is not None
        card.turns("orange")
        with sqlite3.connect(town.folder / "larkwatch.db") as database:
            (total,) = database.execute("SELECT SUM(count) FROM occurrences").fetchone()
        database.close()
        assert total == sum(written.values())
    finally:
        stop.set()
        town.close()
