"""A storm: 100,000 matching lines in 20 seconds; what people see of it, and whether it is all told.

A handful of messages and edits is wanted, and the right number on the card at the end. Against it:
a bot that sends each match would need more than five hours at the pace Feishu allows a group.
"""

import re
import sys
import threading
import time

import psutil
from stage import counted, machine, town
from town import OPS, Card, Town, until

LINES = 100_000
OVER_S = 20.0
AT_ONCE = 100
HANDFUL = 10.0
PER_SECOND = 5
CALLS = "/open-apis/im/v1/messages"


def storm(place: Town) -> float:
    """Write the lines; seconds it took."""
    pause = threading.Event()
    began = time.perf_counter()
    for start in range(0, LINES, AT_ONCE):
        stamp = f"2026-11-23 10:00:00,{start // AT_ONCE % 1000:03d}"
        place.log(*(f"{stamp} ERROR pay: declined id={start + n}" for n in range(AT_ONCE)))
        pause.wait(max(0.0, began + OVER_S * (start + AT_ONCE) / LINES - time.perf_counter()))
    return time.perf_counter() - began


def told(card: Card) -> int:
    """The count that the card's header shows."""
    found = re.search(r"聚合 ([\d,]+) 条", card.header)
    return int(found.group(1).replace(",", "")) if found else 0


def main() -> None:
    with town() as place:
        bot = place.run()
        place.chat(OPS).ask("/subscribe level>=high")
        before = len(place.sandbox.calls(CALLS))
        load = machine()
        cpu = psutil.Process(bot.process.pid)
        busy_s = sum(cpu.cpu_times()[:2])
        took = storm(place)
        ended = time.perf_counter()
        until(lambda: counted(place) >= LINES, "every line in the database", 60.0)
        counted_after = time.perf_counter() - ended
        busy_s = sum(cpu.cpu_times()[:2]) - busy_s
        (card,) = place.chat(OPS).cards("聚合")
        until(lambda: told(card) >= LINES, "the whole count on the card", 90.0)
        shown_after = time.perf_counter() - ended
        calls = place.sandbox.calls(CALLS)[before:]
        sent = sum(call.method == "POST" and not call.path.endswith("/reply") for call in calls)
        edited = sum(call.method == "PATCH" for call in calls)
        total, shown = counted(place), told(card)
    print(f"storm of {LINES:,} lines in {took:.1f} s; {load}")
    share = (sent + edited) / HANDFUL
    print(f"  messages {sent}, edits {edited}   a handful is {HANDFUL:g}: {share:.2f} ×")
    print(f"  a message each would take {LINES / PER_SECOND / 3600:.1f} h")
    for what, number, after in (
        ("database counts", total, counted_after),
        ("card shows", shown, shown_after),
    ):
        right = "right" if number == LINES else "✗"
        print(f"  {what} {number:,} {after:.1f} s after the last line: {right}")
    print(f"  processor {busy_s / took:.0%} of one core during the storm")


if __name__ == "__main__":
    sys.exit(main())
