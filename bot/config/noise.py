"""How much people are told: ``[grouping]``, ``[storm]``, ``[away]``, ``[[limit]]`` and more."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.config.span import Span, parse_span
from bot.core.limits import LimitKind, Per
from watchers.finding import Severity

_RATE = re.compile(r"\s*([1-9]\d{0,5})\s*/\s*((?:\d+[smhd])+)\s*")


def _span_or_off(found: object) -> timedelta | None:
    if found is None or found == "off":
        return None
    try:
        return parse_span(found)
    except ValueError as error:
        raise ValueError(f'{error}; or "off"') from None


def _rate(found: object) -> object:
    if isinstance(found, tuple):
        return found
    parts = _RATE.fullmatch(found) if isinstance(found, str) else None
    if parts is None:
        raise ValueError('so many messages in a span, e.g. "20/1m"')
    return int(parts[1]), parse_span(parts[2])


SpanOrOff = Annotated[timedelta | None, BeforeValidator(_span_or_off)]
Rate = Annotated[tuple[int, timedelta], BeforeValidator(_rate)]
_Labels = Annotated[dict[str, str], Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DedupSection(_Section):
    """``[alerts.dedup]``: an alert that fires again within this of its last ring rings later."""

    critical: SpanOrOff = timedelta(minutes=1)
    high: SpanOrOff = timedelta(minutes=5)
    medium: SpanOrOff = timedelta(minutes=15)
    low: SpanOrOff = timedelta(minutes=30)
    info: SpanOrOff = timedelta(hours=1)


class GroupingSection(_Section):
    """``[grouping]``: which alerts share a card, and when that rings again."""

    by: tuple[str, ...] = ()
    wait: SpanOrOff = None
    interval: Span = timedelta(minutes=5)
    repeat: SpanOrOff = timedelta(hours=4)
    repeat_from: Severity = Severity.CRITICAL
    together: SpanOrOff = timedelta(seconds=30)


class StormSection(_Section):
    """``[storm]``: when alerts stop getting cards of their own."""

    alerts: int = Field(default=10, ge=1, le=10_000)
    within: Span = timedelta(seconds=60)


class AwaySection(_Section):
    """``[away]``: when what is found after a pause is told as a digest."""

    after: Span = timedelta(hours=6)
    catch_up: Span = timedelta(minutes=2)


class LimitSettings(_Section):
    """``[[limit]]``: at most so many messages that ring.

    Attributes:
        rate: Count and span, e.g. ``20/1m``.
        spare: Alerts at least this severe are never held back.
    """

    kind: LimitKind = LimitKind.SLIDING_LOG
    per: Per
    rate: Rate
    spare: Severity | Literal["nobody"] = Severity.CRITICAL


class DependencySettings(_Section):
    """``[[dependency]]``: alerts with these labels join the card of an open one with those."""

    alert: _Labels
    upstream: _Labels
