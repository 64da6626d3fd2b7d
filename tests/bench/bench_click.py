"""From a click leaving the sandbox to the bot's answer, p50 and p99, in both ways of listening.

``bench_click.py [long_connection|http]``: one way alone takes half as long, a few minutes where
much else runs.

People click one after another, as fast as they are answered: acknowledge, again (refused), mute for
an hour and for four, unmute, resolve, turn a page of the list of open alerts. The cards that these
clicks change are redrawn at the same time, as always. With 10,000 open alerts in the database only
those that are clicked have cards.
"""

import shutil
import sys
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import psutil
from stage import machine, mark, quantile, town
from town import ALICE, LIN, OPS, WANG, Bot, Card, Town, nodes, until

from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.sandbox.call_log import Call
from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.clock import SystemClock
from watchers.finding import Finding, Report, Sample, Severity

CARDS = 24
OPEN_ALERTS = (0, 10_000)
AT_ONCE = 1000
MARKS = {"must": 100.0, "goal": 50.0, "stretch": 20.0}
MODES = ("long_connection", "http")
CLICK = "card.action.trigger"


def seed(folder: Path, number: int) -> Path:
    """A database with open alerts, filled as an agent's reports would."""
    clock = SystemClock()
    file = folder / f"seeded-{number}.db"
    database = open_database(f"sqlite:///{file}")
    migrate(database, clock.now())
    engine = Engine(Store(database), Terms(quiet=timedelta(days=1)), lambda: None)
    severities = [Severity.HIGH, Severity.CRITICAL]
    for start in range(0, number, AT_ONCE):
        now = clock.now()
        findings = tuple(
            Finding(
                id=f"seed-{n}",
                rule="error",
                severity=severities[n % 2],
                labels={"service": f"old-{n}", "host": "host-1", "error_type": "TimeoutError"},
                title="TimeoutError",
                first_at=now,
                seen_at=now,
                samples=(Sample(text="ERROR no answer in time", place="old.log:0", at=now),),
                annotations={"file": "old.log", "message": "ERROR no answer in time"},
            )
            for n in range(start, min(number, start + AT_ONCE))
        )
        engine.report(Report(agent="seed", findings=findings), now)
    database.close()
    return file


def serve(place: Town) -> Bot:
    """Start the bot in the town's mode and wait until it listens."""
    if place.mode == "long_connection":
        return place.run()
    bot = place.command("serve", "--workers", "2")

    def whole() -> bool:
        assert bot.process.poll() is None, bot.said
        return len(psutil.Process(bot.process.pid).children()) == 2

    until(whole, "two workers")
    until(lambda: place.sandbox.save_request_url() is None, "the server to answer")
    return bot


def click_through(card: Card, listed: Card) -> None:
    """What people do with one card, and a look at the list."""
    card.press("认领", by=LIN)
    taken = next(n for n in nodes(card.body, "button") if "静默" in n["text"]["content"])
    value = next(b["value"] for b in taken["behaviors"] if b["type"] == "callback")
    card.press("静默 1h", by=WANG)
    card.town.act(card.message_id, ALICE, tag="button", value=value)
    card.press("取消静默", by=ALICE)
    for _ in range(2):
        if "取消静默" in card.buttons:  # the click on the old card muted it once more
            card.press("取消静默", by=ALICE)
    for _ in range(2):
        card.choose("4", by=LIN)
        card.press("取消静默", by=WANG)
    card.press("静默 1h", by=LIN)
    card.press("取消静默", by=LIN)
    for label in ("下一页", "上一页"):
        if any(label in button for button in listed.buttons):
            listed.press(label, by=WANG)
    card.press("解决", by=WANG)


def answers(place: Town) -> list[Call]:
    serve(place)
    chat = place.chat(OPS)
    chat.ask("/subscribe level>=high service=~pay.*")
    for n in range(CARDS):
        place.log(f"ERROR pay: declined, kind {n}, Kind{n}Error", file="pay.log")
    until(lambda: len(chat.cards("聚合")) == CARDS, "the cards", 60.0)
    listed = chat.ask("/alerts")
    for card in chat.cards("聚合"):
        click_through(card, listed)
    return place.sandbox.pushes(CLICK)


def main() -> None:
    print(f"click → answer in ms; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        databases = {number: seed(Path(folder), number) for number in OPEN_ALERTS}
        for mode in sys.argv[1:] or MODES:
            for number, database in databases.items():
                with town(mode=mode, extra=f"\n[storm]\nalerts = {CARDS}\n") as place:
                    shutil.copy(database, place.folder / "larkwatch.db")
                    show(mode, number, answers(place))


def show(mode: str, number: int, calls: list[Call]) -> None:
    took = [call.ms for call in calls]
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    print(
        f"  {mode:15} {number:6} open, {len(took)} clicks   p50 {p50:5.1f}   p99 {p99:5.1f}   "
        f"{mark(p99, **MARKS)}"
    )
    kinds: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        kinds[str(call.request["event"]["action"]["value"]["do"])].append(call.ms)
    each = (f"{kind} {quantile(times, 0.5):.0f}" for kind, times in sorted(kinds.items()))
    print(f"    p50 by kind: {', '.join(each)}")


if __name__ == "__main__":
    sys.exit(main())
