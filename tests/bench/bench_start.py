"""How long the commands take to start, and how much memory they keep, against their marks.

Bytecode is written before, as an installation does; a start without would compile every module.
"""

import compileall
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from stage import machine, mark, town, watch
from town import Bot, Town, until

ROUNDS = 3
IDLE_S = 5.0
MIB = 1 << 20
AGENT = '\n[agent]\nreport_to = "http://127.0.0.1:9"\nstate = "agent-state"\n'
MARKS_S = {
    "run": {"must": 8.0, "goal": 4.0, "stretch": 2.0},
    "watch": {"must": 1.0, "goal": 0.6, "stretch": 0.4},
}
MARKS_MIB = {
    "run": {"must": 250.0, "goal": 150.0, "stretch": 100.0},
    "watch": {"must": 80.0, "goal": 50.0, "stretch": 40.0},
}


def started(place: Town, ready: Callable[[Bot], object], *words: str) -> tuple[float, Bot]:
    """Start a command; seconds until it is ready."""
    began = time.perf_counter()
    bot = place.command(*words)
    until(lambda: ready(bot) or bot.process.poll() is not None, f"{words} to be ready")
    assert bot.process.poll() is None, bot.said
    return time.perf_counter() - began, bot


def resident_mib(bot: Bot) -> float:
    threading.Event().wait(IDLE_S)
    return float(psutil.Process(bot.process.pid).memory_info().rss) / MIB


def ended(place: Town, *words: str) -> float:
    """Seconds that a command takes from start to end."""
    began = time.perf_counter()
    bot = place.command(*words)
    assert bot.process.wait(60) == 0, bot.said
    return time.perf_counter() - began


def main() -> None:
    took: dict[str, list[float]] = {}
    kept: dict[str, list[float]] = {}
    for package in ("bot", "watchers"):
        compileall.compile_dir(Path(__file__).parents[2] / package, quiet=1)
    for round_ in range(ROUNDS):
        with town(extra=watch("far", "far*.log") + AGENT) as place:
            place.log("ERROR pay: declined")
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True)
            took.setdefault("python -c pass", []).append(time.perf_counter() - began)
            took.setdefault("check", []).append(ended(place, "check"))
            tail = ("tail", "pay.log", "--from-start", "--state", f"tail-{round_}")
            seconds, bot = started(place, lambda bot: "declined" in bot.said, *tail)
            bot.stop()
            took.setdefault("tail", []).append(seconds)
            seconds, bot = started(place, lambda bot: "reports to" in bot.said, "watch")
            kept.setdefault("watch", []).append(resident_mib(bot))
            bot.stop()
            took.setdefault("watch", []).append(seconds)
            seconds, bot = started(place, lambda _, town=place: town.sandbox.online > 0, "run")
            kept.setdefault("run", []).append(resident_mib(bot))
            bot.stop()
            took.setdefault("run", []).append(seconds)
    print(f"start, and memory after {IDLE_S:g} s, medians of {ROUNDS}; {machine()}")
    bare = statistics.median(took["python -c pass"])
    for name, seconds in took.items():
        median = statistics.median(seconds)
        marks = mark(median, **MARKS_S.get(name, {}))
        print(f"  {name:14} {median:5.2f} s   {median / bare:5.1f} × bare Python   {marks}")
    for name, sizes in kept.items():
        median = statistics.median(sizes)
        print(f"  {name:14} {median:5.0f} MiB   {mark(median, **MARKS_MIB[name])}")


if __name__ == "__main__":
    sys.exit(main())
