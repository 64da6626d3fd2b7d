"""Vanished-template rules: a kind of message that came all the time and comes no more."""

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
from watchers.numbers.window import Usual

_LONGER = 2.0
"""Longer than the longest silence so far, by this factor."""


class VanishedTemplateRule(WindowRule):
    """No message of a template within `timeframe`, where there are `usual_events` usually.

    Attributes:
        query_key: Within what a template is missed; the template is always one of them.
        timeframe: For so long none came; for longer after longer silences before.
        usual_events: So many come in that span usually, or none is missed.
        forget: What was missed for so long is missed no more.
    """

    kind: Literal["vanished_template"]
    query_key: TemplateNames = Field(
        default=PER_TEMPLATE, max_length=5, validation_alias=AliasChoices("query_key", "group_by")
    )
    timeframe: Span = timedelta(minutes=10)
    usual_events: int = Field(default=10, ge=1)
    forget: Pause = timedelta(days=1)
    times: ClassVar[bool] = True
    most_groups: ClassVar[int] = 20_000

    def course(self, state: Any = None) -> "VanishedTemplateCourse":
        """For one template."""
        return VanishedTemplateCourse(self, state)


class VanishedTemplateCourse:
    """How often one template comes, and since when it is missed."""

    def __init__(self, rule: VanishedTemplateRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        usual, last, longest, missed = state or (None, None, 0.0, False)
        self._usual = Usual(usual)
        self._last: float | None = last
        self._longest: float = longest
        self._missed: bool = missed

    def take(self, event: Event) -> Sight | None:
        """It is over with the first message."""
        self._usual.add(event.at)
        if self._last is not None and not self._missed:
            self._longest = max(self._longest, event.at - self._last)
        self._last = event.at if self._last is None else max(self._last, event.at)
        if not self._missed:
            return None
        self._missed = False
        return Sight(said="", since=event.at, over=True)

    def tick(self, until: float) -> Sight | None:
        """Said again and again while it lasts."""
        if self._last is None:
            return None
        silent = until - self._last
        if self._missed and silent > self._rule.forget.total_seconds() > 0:
            self._missed, self._last = False, None
            return Sight(said="", since=until, over=True)
        usual = self._usual.within(self._span)
        if silent < max(self._span, _LONGER * self._longest):
            return None
        if usual is None or usual < self._rule.usual_events:
            return None
        self._missed = True
        said = f"none in {write_span(self._rule.timeframe)}, usually {written(round(usual, 1))}"
        return Sight(said=said, since=self._last, value=0.0, lasts=True)

    def state(self) -> Any:
        """What is usual, when it came last, the longest silence, and whether it is missed."""
        return self._usual.state(), self._last, self._longest, self._missed
