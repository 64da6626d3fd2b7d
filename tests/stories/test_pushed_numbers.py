"""Numbers that others push are judged by rules, and become cards."""

import json
import math
import random
import time
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from test_http_mode import serve
from town import OPS, Town, until

from tests.bot.jobs.address import answering
from watchers.signing import sign

SECRET = "between agents and server"
RULES = """
[[rule]]
name = "long queue"
kind = "threshold"
severity = "high"
series = "queue_*"
max_threshold = 1000
unit = "jobs"

[[rule]]
name = "checkout"
kind = "vector"
severity = "high"
series = ["queue_depth", "latency"]
query_key = ["shop"]
"""
EXPORT = """
[[export]]
name = "elsewhere"
kind = "influx"
url = "{url}"
every = "1s"
"""
MINUTES = 200


def push(town: Town, numbers: Sequence[dict[str, object]]) -> dict[str, Any]:
    """Post them as anybody would who has the secret; what the server says."""
    body = "\n".join(map(json.dumps, numbers)).encode()
    second = int(time.time())  # noqa: TID251 - the server's clock is the real one
    headers = {"X-Larkwatch-Timestamp": str(second), "X-Signature": sign(SECRET, second, body)}
    url = f"http://127.0.0.1:{town.port}/ingest/series"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def minutes(depths: Sequence[float], latencies: Sequence[float]) -> list[dict[str, object]]:
    """One of both for each minute until now."""
    now = datetime.now(UTC)  # noqa: TID251 - the server's clock is the real one
    found: list[dict[str, object]] = []
    pairs = zip(depths, latencies, strict=True)
    for n, both in zip(range(len(depths) + 1, 1, -1), pairs, strict=True):
        at = (now - timedelta(minutes=n)).isoformat()
        for name, value in zip(("queue_depth", "latency"), both, strict=True):
            labels = {"shop": "east"}
            found.append({"name": name, "labels": labels, "timestamp": at, "value": value})
    return found


def test_numbers_that_are_pushed_become_cards_that_say_what_it_was_about(
    make_town: Callable[..., Town],
) -> None:
    with answering() as elsewhere:
        numbers_become_cards(make_town(mode="http", extra=RULES + EXPORT.format(url=elsewhere.url)))
        assert elsewhere.asked, "and they are written elsewhere too"


def numbers_become_cards(town: Town) -> None:
    serve(town, workers=1)
    group = town.chat(OPS)
    group.ask("/subscribe level>=high")
    chance = random.Random(7)  # noqa: S311 - draws numbers, keeps no secret
    loads = [math.sin(n / 20) + chance.gauss(0, 0.2) for n in range(MINUTES)]
    usual = minutes(
        [*(200 + 50 * load for load in loads), 250, 255, 260],
        [*(80 + 20 * load + chance.gauss(0, 1) for load in loads), 55, 50, 45],
    )

    told = push(town, usual)
    again = push(town, usual[:10])

    assert told == {"taken": len(usual), "known": 0}
    assert again == {"taken": 0, "known": 10}
    card = group.expect_card("checkout: ", within_s=60)
    card.shows("%; queue_depth 2")
    card.shows("latency")

    deep = {"name": "queue_depth", "labels": {"shop": "west"}, "value": 4000}
    now = datetime.now(UTC)  # noqa: TID251 - the server's clock is the real one
    push(town, [{**deep, "timestamp": now.isoformat()}])

    card = group.expect_card("long queue: value 4000 jobs, should be at most 1000 jobs", 60)
    card.shows("west")
    until(lambda: written(town), "the numbers to be written elsewhere and counted")


def written(town: Town) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{town.port}/metrics", timeout=20) as answer:
        said = answer.read().decode()
    assert 'larkwatch_series{series="queue_depth",shop="west"} 4000.0\n' in said
    return 'larkwatch_export_points_total{export="elsewhere",result="written"}' in said
