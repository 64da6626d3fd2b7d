"""Lines of four formats, and rules that some of them match: what reading is measured with."""

import random
from pathlib import Path

QUIET = (
    "2026-11-23 10:00:00,{i:03d} INFO  [worker-{s}] c.e.pay.Service - handled id={n} in {s} ms\n",
    '10.0.{s}.7 - - [23/Nov/2026:10:00:{s:02d} +0000] "GET /api/cart/{n} HTTP/1.1" 200 {i} "-"\n',
    '{{"ts":"2026-11-23T10:00:{s:02d}Z","level":"info","service":"cart","latency_ms":{i}}}\n',
    "Nov 23 10:00:{s:02d} host{s} sshd[{n}]: Accepted publickey for deploy from 10.1.2.{s}\n",
)
LOUD = (
    "2026-11-23 10:00:00,{i:03d} ERROR [worker-{s}] c.e.pay.Service - declined id={n}\n",
    "2026-11-23 10:00:00,{i:03d} FATAL [worker-{s}] out of memory, {n} bytes\n",
)
RULES = [
    r"\bERROR\b", r"\bFATAL\b", r"\bTIMEOUT\b", r'" 5\d\d \d+ ', r'"level":"(error|fatal)"',
    r"Failed password for (invalid user )?\S+ from \d+\.\d+\.\d+\.\d+", r"java\.lang\.\w+Exception",
    r'latency_ms":\d{5,}', r"connection (refused|reset|timed out)", r"disk .*full",
]  # fmt: skip
WORDS = "pool queue cache shard lease quorum replica socket cursor ledger refund token".split()  # noqa: SIM905
RULES += [
    rf"{one} (timed out|refused|lost) after \d+ ms: {other}[0-9a-f]+"
    for one in WORDS
    for other in WORDS
] + [rf"{one}: (leaked|corrupt|stale) {other} \d+" for one in WORDS for other in WORDS]


def write_corpus(path: Path, share: float, size: int) -> None:
    """Lines of four formats, some of which a rule matches."""
    dice = random.Random(7)  # noqa: S311 - reproducible, not secret
    with path.open("w") as file:
        pieces = [
            dice.choice(LOUD if dice.random() * 100 < share else QUIET).format(
                i=dice.randrange(1000), s=dice.randrange(60), n=dice.randrange(10**6)
            )
            for _ in range(60_000)
        ]
        block = "".join(pieces)
        for _ in range(max(1, size // len(block))):
            file.write(block)
