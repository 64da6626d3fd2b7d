"""Replays of many shapes with texts drawn by chance, so that no constant can be fitted to them."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.replays import SERVICES, Fault, Replay, make

HOUR = 3600.0
_VERBS = (
    "flush",
    "open",
    "parse",
    "route",
    "lock",
    "merge",
    "decode",
    "renew",
    "fetch",
    "push",
    "bind",
    "resolve",
    "replay",
    "sync",
)
_NOUNS = (
    "segment",
    "ticket",
    "invoice",
    "shard",
    "cursor",
    "thumbnail",
    "lease",
    "register",
    "replica",
    "snapshot",
    "bucket",
    "chunk",
    "envelope",
    "manifest",
    "letterbox",
    "basket",
    "coupon",
    "socket",
    "channel",
    "pipeline",
)
_ENDS = (
    "failed: status {d}",
    "rejected after {n} ms",
    "gave up, attempt {d}",
    "returned nothing for {h}",
    "exceeded {n} bytes",
    "is corrupt at offset {n}",
    "was denied for key {h}",
    "hit an unexpected EOF",
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One replay, and how many messages it should make: one for each of its faults."""

    name: str
    made: Replay


def texts(chance: random.Random, count: int) -> tuple[str, ...]:
    """Messages that share no template."""
    found: dict[str, None] = {}
    while len(found) < count:
        noun = chance.choice(_NOUNS)
        found[f"{chance.choice(_VERBS)} of {noun} {chance.choice(_ENDS)}"] = None
    return tuple(found)


def shapes(seed: int) -> Iterator[Shape]:
    """All shapes with one seed."""
    chance = random.Random(seed)  # noqa: S311 - draws lines, keeps no secret
    words = texts(chance, 60)
    usual, rest = words[:12], list(words[12:])
    services = list(SERVICES)
    chance.shuffle(services)

    def new(count: int) -> tuple[str, ...]:
        taken = tuple(rest[:count])
        del rest[:count]
        rest.extend(taken)
        return taken

    def fault(
        name: str, at_h: float, span_s: float, who: list[str], said: tuple[str, ...], rate: float
    ) -> Fault:
        at_s = at_h * HOUR + chance.uniform(0, 120)
        end_s = at_s + span_s
        return Fault(name=name, at_s=at_s, until_s=end_s, services=who, texts=said, rate=rate)

    def shape(
        name: str,
        *faults: Fault,
        hours: float = 4,
        everyday: float = 0.15,
        traffic: float = 0.3,
        busy: Callable[[float], float] = lambda _at_s: 1.0,
        disorder_s: float = 0.0,
        said: tuple[str, ...] = usual,
    ) -> Shape:
        made = make(
            hours,
            faults,
            seed=seed,
            traffic=traffic,
            everyday=everyday,
            usual=said,
            busy=busy,
            disorder_s=disorder_s,
        )
        return Shape(name=name, made=made)

    def day(at_s: float) -> float:
        return 0.55 + 0.45 * math.sin(at_s / 86_400 * 2 * math.pi)

    a, b, c, d, e = services[:5]
    yield shape("diurnal", hours=30, everyday=0.2, traffic=0.1, busy=day)
    yield shape(
        "diurnal+1",
        fault("x", 20, 600, [a], new(2), 0.5),
        hours=26,
        everyday=0.2,
        traffic=0.1,
        busy=day,
    )
    yield shape("long tail", hours=12, everyday=0.1, traffic=0.1, said=(*usual, *words[12:]))
    yield shape(
        "restart",
        fault("deploy", 2, 45, [a], new(3), 3),
        fault("real", 2.06, 900, [a], new(1), 0.4),
    )
    yield shape(
        "rolling",
        *(
            fault("deploy", 2 + n * 0.02, 40, [one], words[12:15], 2)
            for n, one in enumerate((a, b, c))
        ),
        fault("real", 2.15, 900, [d], words[20:21], 0.4),
    )
    chain = [
        (a, new(2)),
        (b, (f"upstream {a} answered 503 for {{h}}",)),
        (c, (f"call to {b} timed out after {{n}} ms",)),
        (d, (f"cannot reach {c}: connection refused",)),
    ]
    yield shape(
        "cascade",
        *(fault("x", 2 + n * 0.04, 900, [one], said, 1.5) for n, (one, said) in enumerate(chain)),
    )
    leak = new(1)
    yield shape(
        "leak",
        *(fault("x", 2 + n * 0.5, 1800, [a], leak, 1 / (240 / 2**n)) for n in range(5)),
        hours=6,
    )
    yield shape("flood", fault("x", 2.5, 400, services[:8], usual[:1], 3))
    bursts = new(2)
    yield shape(
        "flapping", *(fault("x", 2 + n * 0.14, 60, [a], bursts, 1) for n in range(12)), hours=5
    )
    again = new(2)
    yield shape(
        "recurs",
        fault("x", 1.5, 300, [a], again, 1),
        fault("y", 3, 300, [a], again, 1),
        fault("z", 4.5, 300, [a], again, 1),
        hours=6,
    )
    yield shape(
        "apart",
        *(
            fault(name, 2 + n * 0.03, 900, [one], new(1), 0.7)
            for n, (name, one) in enumerate(zip("vwxyz", (a, b, c, d, e), strict=True))
        ),
    )
    yield shape(
        "twin", fault("x", 2, 1500, [a], new(2), 0.5), fault("y", 2.3, 900, [a], new(2), 0.5)
    )
    yield shape("early", fault("x", 0.25, 500, [a], new(2), 1), hours=2)
    yield shape("disorder", fault("x", 2, 600, services[:4], new(6), 3), disorder_s=15.0)
    yield shape("storm", fault("x", 2, 600, services[:8], new(15), 25))
    yield shape("calm", hours=8, everyday=0.4)
    yield shape("sparse", fault("x", 3, 600, [b], new(1), 0.1), everyday=0.005)
