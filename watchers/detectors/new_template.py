"""New-template rules: a kind of message that was never seen before, or not for long."""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field

from watchers.delay import write_span
from watchers.detectors.base import (
    PER_TEMPLATE,
    TEMPLATE_TEXT,
    Event,
    Pause,
    Sight,
    Span,
    TemplateNames,
    WindowRule,
)
from watchers.finding import Response
from watchers.matching.patterns import compiled

_SHOWN = 120
_STEPS = 30
"""When a template was seen last is kept in steps of this part of the window."""


class NewTemplateRule(WindowRule):
    """Messages of a template that was not seen within the window.

    Attributes:
        query_key: Within what a template is new; the template is always one of them.
        num_events: It alerts with so many messages within `timeframe`; before, it stays new, and
            is only recorded: the daily digest tells it.
        at_once: A message that matches this shows at once, also while it learns.
        terms_window_size: What was not seen for so long is new again.
        learn: From the rule's first message on, so long everything is taken as known.
    """

    kind: Literal["new_template"]
    query_key: TemplateNames = Field(
        default=PER_TEMPLATE, max_length=5, validation_alias=AliasChoices("query_key", "group_by")
    )
    num_events: int = Field(default=3, ge=1, le=1000)
    timeframe: Span = timedelta(minutes=5)
    at_once: str = (
        r"\b(?:FATAL|CRITICAL|PANIC|EMERG)\b|(?i:\b(?:out of memory|seg(?:mentation )?fault"
        r"|kernel panic|data loss|corrupt(?:ed|ion)?|deadlock|no space left|read-only file system"
        r")\b)"
    )
    terms_window_size: Span = timedelta(days=30)
    learn: Pause = timedelta(hours=1)
    most_groups: ClassVar[int] = 20_000

    @cached_property
    def urgent(self) -> Any:
        """Finds what shows at once, None when nothing does."""
        return compiled(self.at_once) if self.at_once else None

    def course(self, state: Any = None) -> "NewTemplateCourse":
        """For one template."""
        return NewTemplateCourse(self, state)


class NewTemplateCourse:
    """Whether one template is known, and when it was seen last."""

    def __init__(self, rule: NewTemplateRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        self._known: bool
        self._last: float | None
        self._times: list[float]
        self._known, self._last, self._times = state or (False, None, [])
        self._window = rule.terms_window_size.total_seconds()

    def take(self, event: Event) -> Sight | None:
        """It shows once, until it was not seen for long."""
        last, silent = self._last, 0.0
        if last is not None:
            silent = event.at - last
        if last is None or silent >= self._window / _STEPS:
            self._last = event.at
        if self._known and silent <= self._window:
            return None
        again = self._known or (last is not None and silent > self._window)
        urgent = self._rule.urgent is not None and self._rule.urgent.search(event.text) is not None
        learning = event.at - event.watched_since < self._rule.learn.total_seconds()
        if learning and not urgent:
            self._known = True
            return None
        since = event.at - self._rule.timeframe.total_seconds()
        self._times = [at for at in self._times if at > since] + [event.at]
        if len(self._times) < self._rule.num_events and not urgent:
            self._known = False
            return self._alone(event)
        count, self._times, self._known = len(self._times), [], True
        text = event.fields.get(TEMPLATE_TEXT, "")[:_SHOWN]
        seen = (
            f"not seen for {write_span(timedelta(seconds=silent // 60 * 60))}" if again else "new"
        )
        return Sight(said=f"{seen}: {text}", since=event.at, count=count, worse=True)

    def _alone(self, event: Event) -> Sight:
        text = event.fields.get(TEMPLATE_TEXT, "")[:_SHOWN]
        quiet = frozenset({Response.RECORD})
        return Sight(said=f"new: {text}", since=event.at, worse=True, responses=quiet)

    def tick(self, until: float) -> None:
        """Nothing shows without a message."""

    def state(self) -> Any:
        """Whether it is known, when it was seen last, and the newest messages while it is new."""
        return self._known, self._last, self._times
