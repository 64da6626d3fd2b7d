"""Random histories: what people, logs, the network, the clock and the plug do, one after another.

A history is a list of steps; each has a seed of its own, so that a step means the same whatever
stands before it: that is what lets a failing history be made shorter.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.sandbox.faults import Fault
from tests.builders import finding, report
from tests.chaos.checks import wrong
from tests.chaos.killing import Killed, holds_a_lock, striking
from tests.chaos.world import CHATS, PEOPLE, World
from watchers.finding import Severity

SERVICES = ("alpha", "beta", "gamma")
MOST_LINES = 900
STRUCK = 0.4
FAULTS = (
    Fault.RATE_LIMITED,
    Fault.SERVER_ERROR,
    Fault.DROPPED,
    Fault.LOST_REPLY,
    Fault.TOKEN_EXPIRED,
    Fault.CONTENT_REFUSED,
    Fault.DUPLICATED,
)
COMMANDS = (
    "/subscribe level>=medium",
    "/subscribe service=alpha level>=high",
    "/unsubscribe all",
    "/mute service=beta 10m",
    "/mute 1 5m",
    "/unmute 1",
    "/ack 1",
    "/resolve 2",
    "/alerts",
    "/status",
    "/mutes",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; what exactly follows from its seed."""

    what: str
    seed: int

    def __str__(self) -> str:
        return f"{self.what}:{self.seed}"


def history(seed: int, length: int) -> tuple[Step, ...]:
    """The history of a seed: both chats subscribe, then anything."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    kinds = chance.choices(tuple(STEPS), tuple(weight for _, weight in STEPS.values()), k=length)
    return tuple(Step(what, chance.randrange(10**6)) for what in kinds)


def play(steps: tuple[Step, ...], url: str = "") -> list[str]:
    """Let it happen, let it come to rest, and say what is wrong then."""
    random.seed(len(steps))  # the bot spreads its waits by chance: the same in each play
    world = World(url)
    try:
        begin(world)
        for step in steps:
            chance = random.Random(step.seed)  # noqa: S311 - no secret
            do, _ = STEPS[step.what]
            _struck(world, chance, partial(do, world, chance))
        end(world)
        return wrong(world)
    finally:
        world.close()


def shortest(steps: tuple[Step, ...], url: Callable[[], str] = lambda: "") -> tuple[Step, ...]:
    """A failing history without the steps that it does not need: halves first, then singly."""
    size = max(1, len(steps) // 2)
    while True:
        at = 0
        while at < len(steps):
            fewer = steps[:at] + steps[at + size :]
            if failing(fewer, url()):
                steps = fewer
            else:
                at += size
        if size == 1:
            return steps
        size = max(1, size // 2)


def failing(steps: tuple[Step, ...], url: str = "") -> bool:
    """Whether something is wrong after it, or breaks on the way."""
    try:
        return bool(play(steps, url))
    except Exception:  # noqa: BLE001 - whatever breaks is a failure
        return True


def begin(world: World) -> None:
    """Both chats want to be told."""
    for chat in CHATS:
        world.say(chat, "/subscribe level>=high", PEOPLE[0])
        world.hear(within_s=10.0)
        world.answer()
    world.heartbeat()


def end(world: World) -> None:
    """Every fault is off, the bot is in its chats, and time passes until nothing is owed."""
    for fault in FAULTS:
        world.sandbox.faults.set(fault, active=False)
    for chat in CHATS:
        if not world.sandbox.state.chat(chat).bot_in:
            world.sandbox.add_bot(chat, PEOPLE[0])
            world.hear(within_s=10.0)
    world.until_quiet()


def _struck(world: World, chance: random.Random, do: Callable[[], object]) -> None:
    """Do it; now and then the plug is pulled in the middle, or time passes, or others act."""
    if chance.random() >= STRUCK:
        world.living(do)
        return
    line = int(math.exp(chance.uniform(0, math.log(MOST_LINES))))
    kind = chance.choices(("kill", "time", "meanwhile"), (5, 1, 3))[0]
    other = chance.choice((_finding, _deliver, _sweep, _press))

    def strike() -> bool:
        if kind == "kill":
            raise Killed
        if kind == "time":
            world.clock.move(seconds=chance.choice((1, 10, 40)))
            return True
        if not world.living_now or world.bot.store._database.in_transaction() or holds_a_lock():
            return False  # whoever is next waits until it is over
        other(world, chance)
        return True

    noticed = chance.random() < 0.5

    def work() -> None:
        with striking(line, strike):
            do()

    world.living(work, noticed=noticed)


def _finding(world: World, chance: random.Random) -> None:
    found = []
    for _ in range(chance.choice((1, 1, 2))):
        service = chance.choice(SERVICES)
        name = f"f{len(world.reported) + len(found) + 1}"
        now = world.clock.now()
        found.append(
            finding(
                name,
                severity=chance.choice((Severity.HIGH, Severity.HIGH, Severity.CRITICAL)),
                labels={"service": service},
                title=f"{service} broke",
                count=chance.randrange(1, 30),
                first_at=now,
                seen_at=now,
            )
        )
    world.report(*found)


def _again(world: World, chance: random.Random) -> None:
    """An agent that was not told reports the same once more."""
    if world.reported:
        world.unreported.append(report(world.reported[chance.choice(sorted(world.reported))]))
    world.report()


def _deliver(world: World, chance: random.Random) -> None:
    world.deliver(chance.randrange(1, 5))


def _sweep(world: World, chance: random.Random) -> None:
    if chance.random() < 0.5:
        world.heartbeat()
    world.sweep()


def _hear(world: World, chance: random.Random) -> None:
    world.hear()
    world.answer()


def _say(world: World, chance: random.Random) -> None:
    chat = chance.choice(CHATS)
    world.say(chat, chance.choice(COMMANDS), chance.choice(PEOPLE))
    world.hear(within_s=10.0 if world.sandbox.state.chat(chat).bot_in else 0.0)
    if chance.random() < 0.7:
        world.answer()


def _press(world: World, chance: random.Random) -> None:
    cards = [
        (message, value)
        for chat in CHATS
        if world.sandbox.state.chat(chat).bot_in
        for message in world.cards(chat)
        for value in _values(message.body)
    ]
    if cards:
        message, value = chance.choice(cards)
        world.press(message.message_id, chance.choice(PEOPLE), {"tag": "button", "value": value})


def _values(node: Any) -> list[Any]:
    """What the buttons of a card send."""
    if isinstance(node, list):
        return [value for item in node for value in _values(item)]
    if not isinstance(node, dict):
        return []
    found = [value for item in node.values() for value in _values(item)]
    if node.get("tag") == "button" and node.get("form_action_type") is None:
        found += [b["value"] for b in node.get("behaviors", ()) if b["type"] == "callback"]
    return found


def _fault(world: World, chance: random.Random) -> None:
    count = chance.choice((1, 1, 2, 4))
    world.sandbox.faults.set(chance.choice(FAULTS), count=count)


def _mend(world: World, chance: random.Random) -> None:
    for fault in FAULTS:
        world.sandbox.faults.set(fault, active=False)


def _bot_leaves_or_returns(world: World, chance: random.Random) -> None:
    chat = chance.choice(CHATS)
    if world.sandbox.state.chat(chat).bot_in:
        world.sandbox.remove_bot(chat, PEOPLE[0])
    else:
        world.sandbox.add_bot(chat, PEOPLE[0])
    if chance.random() < 0.7:
        world.hear(within_s=10.0)
        world.answer()


def _recall(world: World, chance: random.Random) -> None:
    """Somebody with the right takes one of the bot's cards away."""
    cards = [message for chat in CHATS for message in world.cards(chat)]
    if cards:
        world.sandbox.people.recall(chance.choice(cards).message_id)


def _time(world: World, chance: random.Random) -> None:
    world.clock.move(seconds=chance.choice((1, 2, 5, 5, 31, 61, 400)))


def _kill(world: World, chance: random.Random) -> None:
    world.kill(noticed=chance.random() < 0.5)


STEPS: dict[str, tuple[Callable[[World, random.Random], None], int]] = {
    "finding": (_finding, 20),
    "again": (_again, 3),
    "deliver": (_deliver, 24),
    "sweep": (_sweep, 6),
    "hear": (_hear, 5),
    "say": (_say, 8),
    "press": (_press, 12),
    "fault": (_fault, 8),
    "mend": (_mend, 2),
    "leave_or_return": (_bot_leaves_or_returns, 3),
    "recall": (_recall, 2),
    "time": (_time, 12),
    "kill": (_kill, 2),
}
