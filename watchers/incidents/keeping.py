"""What is known of the everyday, as text that outlives a restart."""

import json
from collections.abc import Iterable
from typing import Any

from watchers.incidents.activity import Activity, Key
from watchers.numbers.rates import Rate

VERSION = 2
MOST_KEYS = 2000
_DIGITS = 4


def written(keys: Iterable[tuple[Key, Activity]], started_s: float, lines: int) -> str:
    """The rates of the keys known best."""
    settled = list(keys)
    for _, activity in settled:
        activity.settle()
    known = sorted(settled, key=lambda one: -one[1].lasting.known)[:MOST_KEYS]
    kept = [
        [*key, activity.seen, _rate(activity.fast), _rate(activity.lasting)]
        for key, activity in known
        if activity.lasting.known > 0.0 or activity.seen
    ]
    return json.dumps(
        {"version": VERSION, "started": started_s, "lines": lines, "keys": kept},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read(text: str) -> tuple[dict[Key, Activity], float, int]:
    """The rates, since when lines are known, and how many.

    Raises:
        ValueError: If it is not of this version, or damaged.
    """
    try:
        kept = json.loads(text)
        if kept["version"] != VERSION:
            raise ValueError(f"version {kept['version']!r}, wanted {VERSION}")
        keys = {
            (str(service), str(template), bool(warning)): Activity(
                seen=int(seen), fast=_read(fast), lasting=_read(lasting)
            )
            for service, template, warning, seen, fast, lasting in kept["keys"][:MOST_KEYS]
        }
        return keys, float(kept["started"]), int(kept["lines"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _rate(rate: Rate) -> list[float]:
    figures = (rate.fading_s, rate.known, rate.exposure_s, rate.at_s)
    return [round(figure, _DIGITS) for figure in figures]


def _read(figures: Any) -> Rate:
    fading_s, known, exposure_s, at_s = map(float, figures)
    if fading_s <= 0.0 or known < 0.0 or exposure_s < 0.0:
        raise ValueError(f"no rate: {figures!r}")
    return Rate(fading_s, known, exposure_s, at_s)
