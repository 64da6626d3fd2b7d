"""From a command leaving the sandbox to its reply, and from a click to its answer, p50 and p99.

10,000 alerts are open and 200 groups subscribe, over SQLite and over PostgreSQL. Commands come one
after another. Beside it: how heavy the cards are that came of it, against what Feishu takes.
"""

import itertools
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from stage import machine, mark, quantile, town
from town import LIN, OPS, WANG, Chat, Town

from bot.core.alert import LARKWATCH, Person
from bot.core.counting import fire
from bot.core.fingerprint import fingerprint
from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Target, TargetKind, Wish
from bot.core.why import Why
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.sandbox.call_log import Call
from bot.sandbox.wire import stable_id
from bot.store.alerts import _columns
from bot.store.database import migrate, open_database
from bot.store.models import AlertRow, TransitionRow
from bot.store.rows import person_to_json
from bot.store.store import Store
from tests.postgres import server
from watchers.clock import SystemClock
from watchers.delay import UNSAID
from watchers.finding import Finding, Sample, Severity

OPEN_ALERTS = 10_000
GROUPS = 200
ROUNDS = 5
AT_ONCE = 500
CHATS = 12
PAUSE_S = 0.4
"""Messages of an app go out five a second: faster, commands would wait for each other."""
MARKS = {"must": 100.0, "goal": 50.0, "stretch": 20.0}
COMMANDS = (
    "/status",
    "/alerts",
    "/alerts service=svc-7 level>=high",
    "/alerts page 300",
    "/alert 42",
    "/why 42",
    "/rules",
    "/mutes",
    "/subscriptions",
    "/whoami",
    "/help",
    "/top",
    "/trend",
)
ADMIN = Person(id="ou_seed", name="seed")
CARD_BYTES, CARD_ELEMENTS = 30 * 1024, 200


def findings() -> Iterator[Finding]:
    now = SystemClock().now()
    line = Sample(text="ERROR no answer in time", place="old.log:0", at=now)
    severities = [Severity.HIGH, Severity.CRITICAL, Severity.MEDIUM]
    for n in range(OPEN_ALERTS):
        yield Finding(
            id=f"seed-{n}",
            rule="error",
            severity=severities[n % 3],
            labels={"service": f"svc-{n % 300}", "host": f"host-{n}"},
            title="TimeoutError",
            first_at=now - timedelta(hours=1),
            seen_at=now,
            samples=(line,),
            annotations={"file": "old.log"},
            delay=UNSAID.over(Terms().waits),
        )


def seed(url: str) -> None:
    """Groups that subscribe, then alerts, as many rows at a time as the database takes."""
    now = SystemClock().now()
    database = open_database(url)
    migrate(database, now)
    store = Store(database)
    engine = Engine(store, Terms(quiet=timedelta(days=1)), lambda: None)
    for n in range(GROUPS):
        service = Matcher(label="service", operator=Operator.EQUAL, value=f"svc-{n}")
        wish = Wish(matchers=(service,), least_severity=Severity.HIGH)
        target = Target(kind=TargetKind.FEISHU_CHAT, address=f"oc_{n:032x}")
        engine.subscribe(target, wish, ADMIN, now)
    rows = []
    for one in findings():
        alert = fire(one, fingerprint(one.rule, one.labels), now, agent="seed")
        rows.append(_columns(replace(alert, quiet_at=now + timedelta(days=1))))
    with database.change():
        for start in range(0, len(rows), AT_ONCE):
            AlertRow.insert_many(rows[start : start + AT_ONCE]).execute(database)
        by = person_to_json(LARKWATCH)
        begun = {"target": "firing", "by": by, "why": Why.FIRST_SEEN.value, "at": now}
        first = [begun | {"alert": n} for n in range(1, len(rows) + 1)]
        for start in range(0, len(first), AT_ONCE):
            TransitionRow.insert_many(first[start : start + AT_ONCE]).execute(database)
    database.close()


def replies(place: Town) -> dict[str, list[float]]:
    """Milliseconds from each command's push to the call that brings its reply, by command."""
    owner = stable_id("ou_", LIN)
    chats = itertools.cycle([own_group(place, n, owner) for n in range(CHATS)])
    questions: dict[str, str] = {}
    pause = threading.Event()
    for command in COMMANDS * ROUNDS:
        pause.wait(PAUSE_S)
        card = next(chats).ask(command, by=LIN)
        questions[card.message.parent_id or ""] = command
    asked: dict[str, float] = {}
    for push in place.sandbox.pushes("im.message.receive_v1"):
        message = push.request["event"]["message"]["message_id"]
        asked[message] = push.time - push.ms
    took: dict[str, list[float]] = {}
    for call in place.sandbox.calls("/open-apis/im/v1/messages"):
        question = call.path.partition("?")[0].split("/")[-2]
        if call.path.partition("?")[0].endswith("/reply") and question in questions:
            arrived = call.time - call.ms
            took.setdefault(questions[question], []).append(arrived - asked[question])
    return took


def own_group(place: Town, number: int, owner: str) -> Chat:
    """One more group with the bot in it."""
    group = place.sandbox.people.new_group(f"group {number}", [owner], owner)
    place.sandbox.add_bot(group.chat_id, owner)
    return Chat(place, group.chat_id)


def clicks(place: Town) -> list[float]:
    """Milliseconds that each click waits for its answer."""
    listed = place.chat(OPS).ask("/alerts", by=LIN)
    shown = place.chat(OPS).ask("/alert 42", by=LIN)
    for _ in range(ROUNDS):
        shown.press("认领", by=LIN)
        shown.press("静默 1h", by=WANG)
        shown.press("取消静默", by=WANG)
        place.chat(OPS).ask("/unack 42", by=LIN)
        for label in ("下一页", "上一页"):
            listed.press(label, by=WANG)
        shown = place.chat(OPS).ask("/alert 42", by=LIN)
    return [call.ms for call in place.sandbox.pushes("card.action.trigger")]


def cards(calls: Iterable[Call]) -> Iterator[tuple[int, int]]:
    """Bytes and elements of every card that was sent."""
    for call in calls:
        body = call.request
        if isinstance(body, dict) and body.get("msg_type", "interactive") == "interactive":
            content = str(body.get("content", ""))
            if content:
                yield len(content.encode()), tags(json.loads(content))


def tags(node: Any) -> int:
    if isinstance(node, dict):
        return ("tag" in node) + sum(map(tags, node.values()))
    return sum(map(tags, node)) if isinstance(node, list) else 0


def measure(name: str, url: str, database: Path | None) -> None:
    extra = "" if database is not None else f'\n[database]\nurl = "{url}"\n'
    with town(extra=extra, quiet="24h") as place:
        if database is not None:
            shutil.copy(database, place.folder / "larkwatch.db")
        bot = place.run()
        for command in COMMANDS:  # once before, to be warm
            place.chat(OPS).ask(command, by=LIN)
        process = psutil.Process(bot.process.pid)
        before = sum(process.cpu_times()[:2])
        took = replies(place)
        spent = sum(process.cpu_times()[:2]) - before
        print(f"  {name}: {1000 * spent / len(COMMANDS * ROUNDS):.0f} ms of processor per command")
        every = [ms for times in took.values() for ms in times]
        show(f"{name}: command → reply", every)
        for command, times in sorted(took.items(), key=lambda one: -quantile(one[1], 0.5)):
            p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
            print(f"    {command:36} p50 {p50:5.0f}   p99 {p99:5.0f}")
        show(f"{name}: click → answer", clicks(place))
        weights = list(cards(place.sandbox.calls("/open-apis/im/v1/messages")))
        for what, at, most in (("bytes", 0, CARD_BYTES), ("elements", 1, CARD_ELEMENTS)):
            sizes = [float(one[at]) for one in weights]
            print(
                f"  {len(sizes)} cards, {what}: p50 {quantile(sizes, 0.5):.0f}   "
                f"p99 {quantile(sizes, 0.99):.0f}   most {max(sizes):.0f}   "
                f"{mark(max(sizes), limit=most)}"
            )


def show(what: str, took: list[float]) -> None:
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    print(f"  {what}, {len(took)}: p50 {p50:.0f} ms   p99 {p99:.0f} ms   {mark(p99, **MARKS)}")


def main() -> None:
    print(f"{OPEN_ALERTS:,} open alerts, {GROUPS} groups; {machine()}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "seeded.db"
        seed(f"sqlite:///{file}")
        measure("SQLite", "", file)
        url = stack.enter_context(server())()
        seed(url)
        measure("PostgreSQL", url, None)


if __name__ == "__main__":
    sys.exit(main())
