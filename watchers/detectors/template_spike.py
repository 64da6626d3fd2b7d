"""Template-spike rules: far more messages of one kind than its own rate lets expect."""

import math
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field

from watchers.delay import write_span
from watchers.detectors.base import (
    PER_TEMPLATE,
    Event,
    Pause,
    Sight,
    Span,
    TemplateNames,
    WindowRule,
    written,
)
from watchers.numbers.tails import chance_of_as_many
from watchers.numbers.window import Window

_FADES_S = 7200.0
_PRIOR_COUNT = 0.5
_PRIOR_S = 600.0
_NEW_NORMAL_S = 3600.0
"""What lasts for so long is the rate from then on."""


class TemplateSpikeRule(WindowRule):
    """Messages of a template, so many in a window that chance alone hardly explains them.

    Each template has its own rate, which fades with two hours.

    Attributes:
        query_key: Whose rate it is; the template is always one of them.
        timeframe: The longer of the two windows; the other one is a fifth of it.
        num_events: Fewer never show.
        chance: So unlikely is it that as many come by chance.
        learn: From the rule's first message on, so long nothing shows.
    """

    kind: Literal["template_spike"]
    query_key: TemplateNames = Field(
        default=PER_TEMPLATE, max_length=5, validation_alias=AliasChoices("query_key", "group_by")
    )
    timeframe: Span = timedelta(minutes=5)
    num_events: int = Field(default=3, ge=1)
    chance: float = Field(default=1e-6, gt=0.0, lt=0.1)
    learn: Pause = timedelta(hours=1)
    most_groups: ClassVar[int] = 20_000

    def course(self, state: Any = None) -> "TemplateSpikeCourse":
        """For one template."""
        return TemplateSpikeCourse(self, state)


class TemplateSpikeCourse:
    """One template's rate, and its messages of the last while."""

    def __init__(self, rule: TemplateSpikeRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        span = rule.timeframe
        self._spans = (span / 5, span)
        self._known: float
        self._seen_s: float
        self._at: float | None
        self._since: float | None
        window, self._known, self._seen_s, self._at, self._since = state or (
            (),
            0.0,
            0.0,
            None,
            None,
        )
        self._window = Window(span.total_seconds() + rule.late_s, window)

    def take(self, event: Event) -> Sight | None:
        """Compare what came until now; what is out of the ordinary is not learned."""
        if not self._window.add(event.at):
            return None
        self._fade(event)
        newest = self._window.newest or event.at
        sight = self._unlikely(newest)
        if sight is None or event.at - event.watched_since < self._rule.learn.total_seconds():
            self._known += 1
            self._since = None
            return None
        if self._since is None:
            self._since = newest
        elif newest - self._since > _NEW_NORMAL_S:
            span = self._spans[1].total_seconds()
            self._known = self._window.count(newest - span, newest) / span * self._seen_s
            self._since = None
        return sight

    def tick(self, until: float) -> None:
        """Nothing shows without a message."""

    def state(self) -> Any:
        """The window and the rate, and since when it is out of the ordinary."""
        return self._window.state(), self._known, self._seen_s, self._at, self._since

    def _fade(self, event: Event) -> None:
        before = event.watched_since if self._at is None else self._at
        passed = max(0.0, event.at - before)
        left = math.exp(-passed / _FADES_S)
        self._known *= left
        self._seen_s = self._seen_s * left + _FADES_S * (1 - left)
        self._at = max(before, event.at)

    def _unlikely(self, until: float) -> Sight | None:
        for span in self._spans:
            span_s = span.total_seconds()
            count = self._window.count(until - span_s, until)
            usual = span_s * (self._known + _PRIOR_COUNT) / (self._seen_s + _PRIOR_S)
            if count < self._rule.num_events or count <= usual:
                continue
            if chance_of_as_many(count, usual) < self._rule.chance:
                said = f"{count} in {write_span(span)}, usually {written(round(usual, 1))}"
                return Sight(said=said, since=until, value=float(count))
        return None
