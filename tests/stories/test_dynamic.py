"""A number in the lines that is not what it usually is becomes a card that says why."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from town import Town, until

LATENCY = r"""
[[rule]]
name = "pay is slow"
kind = "dynamic"
severity = "high"
pattern = 'took (?P<ms>\d+) ms'
metric_agg_key = "ms"
detector = "mahalanobis"
unit = "ms"
"""
MINUTES = 240


def minute_by_minute(figures: list[int]) -> list[str]:
    """One line for each minute until now."""
    now = datetime.now(UTC)  # noqa: TID251 - the bot's clock is the real one
    return [
        f"{(now - timedelta(minutes=n)).isoformat()} INFO pay: charge took {figure} ms"
        for n, figure in zip(range(len(figures), 0, -1), figures, strict=True)
    ]


def test_a_latency_that_leaves_the_usual_is_a_card_with_what_it_was_about(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=LATENCY)
    town.run()
    group = town.chat()
    group.ask("/subscribe level>=high")
    chance = random.Random(7)  # noqa: S311 - draws numbers, keeps no secret
    usual = [round(chance.gauss(100.0, 4.0)) for _ in range(MINUTES)]

    town.log(*minute_by_minute([*usual, 400, 420, 430, 440]))

    card = group.expect_card("pay is slow: ms on average: ")
    # The later minutes join it, and are judged by a mean in which the first ones count.
    usually = re.compile(r" ms in 1m, usually 1[01]\d(\.\d)?;")
    until(lambda: usually.search(card.text), lambda: f"what is usual, not {card.text}")
    card.shows("%")
    card.shows("over 5m")
    card.press("认领")
    card.shows("认领")
