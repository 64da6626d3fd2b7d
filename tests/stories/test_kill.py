"""The plug is pulled at random moments: nothing is lost, nothing is counted or sent twice."""

import random
import re
import sqlite3
import threading

import pytest
from town import OPS, Town, until

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


@pytest.mark.timeout(240)
def test_kill_minus_nine_twenty_times_counts_every_line_once(
    tmp_path: pytest.TempPathFactory,
) -> None:
    extra = "".join(
        f'\n[[watch]]\nname = "{n}"\nfiles = ["{n}.log"]\nservice = "{n}"\nfrom_start = true\n'
        for n in SERVICES
    )
    town = Town(tmp_path, extra=extra)
    chance = random.Random(20)
    written = dict.fromkeys(SERVICES, 0)
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.01):
            name = chance.choice(SERVICES)
            number = chance.randrange(1, 6)
            town.log(*(f"ERROR {name} broke" for _ in range(number)), file=f"{name}.log")
            written[name] += number

    try:
        bot = town.run()
        town.chat(OPS).ask("/subscribe level>=high")
        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(KILLS):
            stop.wait(chance.uniform(0.05, 1.2))
            bot.kill()
            bot = town.command("run")
            until(lambda: "Larkwatch runs" in bot.said, "the bot to start again")
        stop.set()
        writer.join()

        until(lambda: counts(town) == written, f"{written} on the cards", within_s=90)
        cards = town.chat(OPS).cards("聚合")
        assert len(cards) == len(SERVICES)
        with sqlite3.connect(town.folder / "larkwatch.db") as database:
            (total,) = database.execute("SELECT SUM(count) FROM occurrences").fetchone()
        database.close()
        assert total == sum(written.values())
    finally:
        stop.set()
        town.close()
