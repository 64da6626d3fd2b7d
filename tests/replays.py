"""Makes logs with incidents whose lines are known, for tests and benches of the replay."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, tzinfo=UTC)
SERVICES = ("web", "cart", "stock", "mailer", "ledger", "geo", "users", "media", "quota", "feeds")
EVERYDAY = (
    "session {n} expired for visitor {n}",
    "discarding duplicate event {h}",
    "cache miss storm guard engaged for region r{d}",
    "rate of tenant t{n} throttled to {d} rps",
    "cannot decode cookie '{h}'",
    "image {h}.png has no thumbnail",
)
BROKEN = (
    "could not obtain JDBC connection within {n} ms",
    "write to volume vol-{n} failed: EIO",
    "leader election lost in term {n}",
    "broker node-{d}.mq.local not available for partition {n}",
    "handler panicked on message {h}: index {d} out of range",
    "certificate of peer {h} expired {d} days ago",
    "semaphore exhausted, {n} callers waiting",
    "replication lag is {n} s on slot s{d}",
    "checksum of object {h} differs",
    "lease {h} was taken by another owner",
    "GC pause of {n} ms exceeded budget",
    "schema version {d} unknown to decoder",
)
CRITICAL = ("journal of shard {d} is damaged, stopping", "disk sd{d} gone, {n} writes lost")


@dataclass(kw_only=True)
class Fault:
    """Something that breaks: lines of it come from `at_s` to `until_s`, so many a second."""

    name: str
    at_s: float
    until_s: float
    services: Sequence[str]
    texts: Sequence[str]
    rate: float
    level: str = "ERROR"
    traced: bool = False


@dataclass(kw_only=True)
class Replay:
    """A log, and which of its lines belong to what.

    Attributes:
        truth: From the number of a line to the name of its fault.
        faults: First line's and last line's time by name, in seconds from the start.
    """

    lines: list[str]
    truth: dict[int, str]
    faults: dict[str, tuple[float, float]] = field(default_factory=dict)


def make(
    hours: float,
    faults: Sequence[Fault] = (),
    *,
    seed: int = 5,
    traffic: float = 1.0,
    everyday: float = 0.08,
    usual: Sequence[str] = EVERYDAY,
    busy: Callable[[float], float] = lambda _at_s: 1.0,
    disorder_s: float = 0.0,
) -> Replay:
    """A log of everyday lines with faults in it.

    Args:
        hours: How long it is.
        faults: What breaks.
        seed: Of the chance.
        traffic: Lines of information a second.
        everyday: Warnings and errors a second that mean nothing.
        usual: What these say.
        busy: How busy it is, by seconds from the start.
        disorder_s: Lines come late by up to this.
    """
    chance = random.Random(seed)  # noqa: S311 - draws lines, keeps no secret
    made: list[tuple[float, str, str]] = []

    def draw(
        rate: float, begin_s: float, end_s: float, line: Callable[[], tuple[str, str]]
    ) -> None:
        at_s = begin_s
        while rate > 0 and (at_s := at_s + chance.expovariate(rate)) < end_s:
            if chance.random() * 4 < busy(at_s) * 4:
                made.append((at_s, *line()))

    def filled(text: str) -> str:
        return text.format(
            n=chance.randrange(10, 99_999),
            d=chance.randrange(1, 30),
            h=f"{chance.getrandbits(48):x}",
        )

    def said(level: str, service: str, text: str) -> str:
        return f"{level} {service} node-{chance.randrange(1, 6)} {filled(text)}"

    end_s = hours * 3600
    draw(
        traffic,
        0,
        end_s,
        lambda: (said("INFO", chance.choice(SERVICES), "PUT /k/{n} 204 {d}ms"), ""),
    )
    draw(
        everyday,
        0,
        end_s,
        lambda: (
            said(chance.choice(("WARN", "ERROR")), chance.choice(SERVICES), chance.choice(usual)),
            "",
        ),
    )
    for fault in faults:

        def broken(fault: Fault = fault) -> tuple[str, str]:
            line = said(fault.level, chance.choice(fault.services), chance.choice(fault.texts))
            if fault.traced:
                line += "\njava.lang.IllegalStateException: closed\n\tat a.B.c(B.java:7)\n\tat a.D"
            return line, fault.name

        if math.isinf(fault.rate):
            made.append((fault.at_s, *broken()))
        else:
            draw(fault.rate, fault.at_s, fault.until_s, broken)
    made.sort(key=lambda one: one[0] + (chance.uniform(0, disorder_s) if disorder_s else 0.0))
    return _numbered(made)


def _numbered(made: Sequence[tuple[float, str, str]]) -> Replay:
    lines: list[str] = []
    truth: dict[int, str] = {}
    spans: dict[str, tuple[float, float]] = {}
    for at_s, text, name in made:
        moment = (START + timedelta(seconds=at_s)).isoformat(timespec="milliseconds")
        if name:
            truth[len(lines) + 1] = name
            first, last = spans.get(name, (at_s, at_s))
            spans[name] = min(first, at_s), max(last, at_s)
        lines += f"{moment.replace('+00:00', 'Z')} {text}".split("\n")
    return Replay(lines=lines, truth=truth, faults=spans)
