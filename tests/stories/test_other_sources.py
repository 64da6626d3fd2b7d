"""Lines that stand in no file, of a program, a pipe or the network, become cards."""

import socket
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

[[watch]]
name = "network"
syslog = "udp://127.0.0.1:%d"
"""


def test_a_program_and_standard_input_are_watched_beside_files(
    make_town: Callable[..., Town],
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        heard_at = one.getsockname()
    town = make_town(extra=QUEUE % heard_at[1])
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
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"<11>Nov 23 10:00:00 switch7 ports: ERROR port 3 is down", heard_at)
    ops.expect_card("port 3 is down").shows("switch7").shows("ports")
    ops.ask("/status").shows("queue").shows("stdin").shows("network")
    until(lambda: "no-journal" in ops.ask("/status").text, "the journal that is not there")
    bot.process.stdin.close()
    town.log("ERROR pay: card declined")
    ops.expect_card("card declined")
    assert bot.stop() == 0
