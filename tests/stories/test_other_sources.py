"""Lines that stand in no file: what a program prints, and what is piped in, become cards."""

import subprocess
from collections.abc import Callable

from town import OPS, Town, until

QUEUE = """
[[watch]]
name = "queue"
command = { run = ["cat", "queue.txt"], every = "1s" }

[[watch]]
name = "journal"
journald = { directory = "no-journal" }
"""


def test_a_program_and_standard_input_are_watched_beside_files(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=QUEUE)
    queue = town.folder / "queue.txt"
    queue.write_text("3 in the queue\n")
    bot = town.cold("run", "-", stdin=subprocess.PIPE)
    town.online(bot)
    ops = town.chat(OPS)
    ops.ask("/subscribe all")
    assert isinstance(bot.process, subprocess.Popen)
    assert bot.process.stdin is not None
    bot.process.stdin.write(b"INFO fine\nERROR piped: broken\n")
    bot.process.stdin.flush()
    card = ops.expect_card("piped: broken")
    card.shows("INFO fine")
    assert "更多" not in " ".join(card.buttons), "nothing can be read again in a pipe"
    queue.write_text("ERROR the queue is stuck\n")
    ops.expect_card("the queue is stuck").shows("queue")
    ops.ask("/status").shows("queue").shows("stdin")
    until(lambda: "no-journal" in ops.ask("/status").text, "the journal that is not there")
    bot.process.stdin.close()
    town.log("ERROR pay: card declined")
    ops.expect_card("card declined")
    assert bot.stop() == 0
