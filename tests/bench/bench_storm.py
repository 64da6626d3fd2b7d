"""A storm: 100,000 matching lines in a minute, told to ten groups; what people see, what it costs.

A handful of messages and edits per group is wanted, the first card soon, and the right number on
every card at the end. Against it: a bot that sends each match into each group would need more than
two days at the pace at which Feishu takes messages of an app.
"""

import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
from stage import counted, machine, mark, town
from town import LIN, WANG, Card, Chat, Town, until

from bot.sandbox.wire import stable_id

LINES = 100_000
OVER_S = 60.0
AT_ONCE = 100
GROUPS = 10
HANDFUL = 20.0
FIRST_CARD_S = 2.0
MEMORY_MB = 300.0
DATABASE_MB = 20.0
APP_PER_SECOND = 5
CALLS = "/open-apis/im/v1/messages"


class Watched:
    """The highest memory of a process, looked at ten times a second."""

    def __init__(self, process: psutil.Process) -> None:
        self.most_mb = 0.0
        self._process = process
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Look no more; the highest, in megabytes."""
        self._stop.set()
        self._thread.join()
        return self.most_mb

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.most_mb = max(self.most_mb, self._process.memory_info().rss / 1e6)


def gather(place: Town) -> list[Chat]:
    """Ten groups that want to be told."""
    owner, other = stable_id("ou_", LIN), stable_id("ou_", WANG)
    chats = []
    for number in range(GROUPS):
        group = place.sandbox.people.new_group(f"storm {number}", [owner, other], owner)
        place.sandbox.add_bot(group.chat_id, owner)
        chats.append(Chat(place, group.chat_id))
        chats[-1].ask("/subscribe level>=high")
    return chats


def storm(place: Town) -> float:
    """Write the lines; seconds it took."""
    pause = threading.Event()
    began = time.perf_counter()
    for start in range(0, LINES, AT_ONCE):
        stamp = f"2026-11-23 10:00:00,{start // AT_ONCE % 1000:03d}"
        place.log(*(f"{stamp} ERROR pay: declined id={start + n}" for n in range(AT_ONCE)))
        pause.wait(max(0.0, began + OVER_S * (start + AT_ONCE) / LINES - time.perf_counter()))
    return time.perf_counter() - began


def first_cards(chats: list[Chat], began: float, found: list[float]) -> None:
    """Seconds until each group has its first card."""
    waiting = list(chats)
    while waiting:
        for chat in [one for one in waiting if one.cards("聚合")]:
            found.append(time.perf_counter() - began)
            waiting.remove(chat)
        time.sleep(0.005)


def told(card: Card) -> int:
    """The count that the card's header shows."""
    found = re.search(r"聚合 ([\d,]+) 条", card.header)
    return int(found.group(1).replace(",", "")) if found else 0


def living(chat: Chat) -> list[Card]:
    """The cards of alerts in a group: no answers, no notices."""
    return [card for card in chat.cards("聚合") if card.message.parent_id is None]


def size_mb(place: Town) -> float:
    """The database with what waits to be written into it."""
    return sum(file.stat().st_size for file in Path(place.folder).glob("larkwatch.db*")) / 1e6


def sends(place: Town, chats: list[Chat], before: int) -> Counter[str]:
    """Messages and edits by group."""
    owner = {m.message_id: c.id for c in chats for m in place.sandbox.messages(c.id)}
    counts: Counter[str] = Counter()
    for call in place.sandbox.calls(CALLS)[before:]:
        if call.path.partition("?")[0] == CALLS:
            counts[str((call.request or {}).get("receive_id"))] += 1
        else:
            counts[owner.get(call.path.removeprefix(f"{CALLS}/").split("/")[0], "")] += 1
    return counts


def main() -> None:
    with town() as place:
        bot = place.run()
        chats = gather(place)
        before = len(place.sandbox.calls(CALLS))
        load, process = machine(), psutil.Process(bot.process.pid)
        watched, busy_s = Watched(process), sum(process.cpu_times()[:2])
        firsts: list[float] = []
        looking = threading.Thread(
            target=first_cards, args=(chats, time.perf_counter(), firsts), daemon=True
        )
        looking.start()
        took = storm(place)
        ended = time.perf_counter()
        until(lambda: counted(place) >= LINES, "every line in the database", 120.0)
        counted_after = time.perf_counter() - ended
        busy_s = sum(process.cpu_times()[:2]) - busy_s
        until(
            lambda: all(told(card) >= LINES for chat in chats for card in living(chat)),
            "the whole count on every card",
            180.0,
        )
        shown_after = time.perf_counter() - ended
        looking.join(10.0)
        memory, total = watched.stop(), counted(place)
        most = max(sends(place, chats, before).values())
        cards = [len(living(chat)) for chat in chats]
        database = size_mb(place)
    print(f"storm of {LINES:,} lines in {took:.1f} s, {GROUPS} groups; {load}")
    print(f"  first card in the last of the groups {mark(max(firsts), s=FIRST_CARD_S)}")
    print(f"  messages and edits in one group {most}   {mark(most, handful=HANDFUL)}")
    print(f"  one each would take {LINES * GROUPS / APP_PER_SECOND / 86400:.1f} days")
    print(f"  cards in each group: {'one' if cards == [1] * GROUPS else f'{cards} ✗'}")
    right = "right" if total == LINES else "✗"
    print(f"  database counts {total:,} {counted_after:.1f} s after the last line: {right}")
    print(f"  every card shows it {shown_after:.1f} s after the last line")
    print(f"  memory of the bot {memory:.0f} MB   {mark(memory, MB=MEMORY_MB)}")
    print(f"  database {database:.1f} MB   {mark(database, MB=DATABASE_MB)}")
    print(f"  processor {busy_s / took:.0%} of one core during the storm")


if __name__ == "__main__":
    sys.exit(main())
