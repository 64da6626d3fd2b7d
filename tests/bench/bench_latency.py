"""From the write of a log line to the arrival of its card's send call, p50 and p99.

Every line is the first of its alert: its own service, its own file. They come one by one over two
groups, far below the pace that Feishu allows a group, at random moments of the polling interval:
what is measured is the way, not waiting for a turn. The bot is a process of its own.
"""

import random
import sys
import threading
from typing import TYPE_CHECKING

from stage import machine, mark, quantile, town, watch
from town import OPS, TEAM, Town, until

from bot.sandbox.wire import dumps
from watchers.clock import SystemClock

if TYPE_CHECKING:
    from datetime import datetime

ALERTS = 120
WATCHES = 4
POLL_INTERVAL_S = 0.5
CALLS = "/open-apis/im/v1/messages"


def latencies(place: Town, wake: str) -> list[float]:
    clock, pause = SystemClock(), threading.Event()
    chance = random.Random(1)  # noqa: S311 - spreads lines over time
    names = [f"{'abcd'[n % WATCHES]}{n:03d}" for n in range(ALERTS)]
    for name in names:
        place.log("INFO all is well", file=f"{name}.log")
    place.run()
    place.chat(OPS).ask("/subscribe level>=high service=~.*[02468]")
    place.chat(TEAM).ask("/subscribe level>=high service=~.*[13579]")
    written: dict[str, datetime] = {}
    for name in names:
        pause.wait(chance.uniform(0.1, 0.3))
        written[name] = clock.now()
        place.log(f"ERROR {name} card declined by issuer", file=f"{name}.log")

    def sent() -> dict[str, float]:
        found: dict[str, float] = {}
        for call in place.sandbox.calls(CALLS):
            text = dumps(call.request)
            name = next((n for n in names if f"{n} card declined" in text), None)
            if name is not None:
                arrived_s = call.time / 1000 - call.ms / 1000
                found.setdefault(name, arrived_s - written[name].timestamp())
        return found

    until(lambda: len(sent()) == ALERTS, f"{ALERTS} cards with {wake}")
    return list(sent().values())


def main() -> None:
    print(f"line written → send call, {ALERTS} first cards; {machine()}")
    limits = {
        "inotify": {"must": 1.0, "goal": 0.3, "stretch": 0.1},
        "poll": {"must": 2 * POLL_INTERVAL_S},
    }
    for wake, marks in limits.items():
        extra = "".join(
            watch(letter, f"{letter}*.log", wake=f'"{wake}"', poll_interval_s=str(POLL_INTERVAL_S))
            for letter in "abcd"
        )
        with town(extra=f"{extra}\n[storm]\nalerts = {ALERTS}\n", wake=wake) as place:
            took = latencies(place, wake)
        p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
        print(f"  {wake:8} p50 {p50:.3f} s   p99 {p99:.3f} s   {mark(p99, **marks)}")


if __name__ == "__main__":
    sys.exit(main())
