"""Threshold rules: a number in the lines that is too high or too low."""

from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from watchers.delay import write_span
from watchers.detectors.base import Event, Name, Pause, Sight, WindowRule, written
from watchers.numbers.window import Window

_WORDS = {
    "min": "least {}",
    "max": "greatest {}",
    "avg": "{} on average",
    "sum": "sum of {}",
    "value_count": "records with {}",
    "percentiles": "{}",
}


class ThresholdRule(WindowRule):
    """A number above `max_threshold` or below `min_threshold`.

    Attributes:
        metric_agg_key: The field that holds the number.
        metric_agg_type: What is made of the numbers of the last `timeframe`.
        percentile_range: Which percentile, for ``percentiles``.
        timeframe: Within which they are taken together; ``off`` judges each for itself.
        max_threshold: So much is still well.
        min_threshold: So much is still well.
        min_doc_count: With fewer numbers within `timeframe` nothing shows.
        unit: Said behind the number.
    """

    kind: Literal["threshold"]
    metric_agg_key: Name
    metric_agg_type: Literal["min", "max", "avg", "sum", "value_count", "percentiles"] = "avg"
    percentile_range: float = Field(default=95.0, gt=0.0, le=100.0)
    timeframe: Pause = timedelta()
    max_threshold: float | None = Field(default=None, allow_inf_nan=False)
    min_threshold: float | None = Field(default=None, allow_inf_nan=False)
    min_doc_count: int = Field(default=1, ge=1)
    unit: str = Field(default="", max_length=20)
    times: ClassVar[bool] = True

    @model_validator(mode="after")
    def _bounded(self) -> "ThresholdRule":
        if self.max_threshold is None and self.min_threshold is None:
            raise ValueError("max_threshold or min_threshold, or both")
        if not self.timeframe and "metric_agg_type" in self.model_fields_set:
            raise ValueError('timeframe beside metric_agg_type, e.g. timeframe = "5m"')
        return self

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and the one with the number."""
        return (*self.query_key, self.metric_agg_key)

    def course(self, state: Any = None) -> "ThresholdCourse":
        """For one group."""
        return ThresholdCourse(self, state)


class ThresholdCourse:
    """One group's numbers of the last span."""

    def __init__(self, rule: ThresholdRule, state: Any = None) -> None:
        """Go on with what `state` said."""
        self._standing: bool
        window, self._standing = state or ((), False)
        self._rule = rule
        self._span = rule.timeframe.total_seconds()
        self._window = Window(self._span + rule.late_s, window)

    def take(self, event: Event) -> Sight | None:
        """Judged with every number."""
        number = event.number(self._rule.metric_agg_key)
        if number is None:
            return None
        if not self._span:
            said = f"{self._rule.named(self._rule.metric_agg_key)} {self._written(number)}"
            return self._sight(said, number, event.at) if self._bad(number) else None
        self._window.add(event.at, number)
        return self._judged(self._window.newest or event.at)

    def tick(self, until: float) -> Sight | None:
        """The figure changes when old numbers leave the window, too."""
        newest = self._window.newest
        return self._judged(until) if newest is not None and until >= newest else None

    def state(self) -> Any:
        """The window, and whether it shows."""
        return self._window.state(), self._standing

    def _judged(self, until: float) -> Sight | None:
        begin = until - self._span
        count = self._window.count(begin, until)
        figure = self._figure(begin, until)
        enough = count >= self._rule.min_doc_count
        bad = enough and figure is not None and self._bad(figure)
        if figure is None or not (bad or (self._standing and enough)):
            return None
        self._standing = bad
        said = self._said(figure)
        return self._sight(said, figure, until, lasts=bad, over=not bad)

    def _figure(self, begin: float, until: float) -> float | None:
        window = self._window
        match self._rule.metric_agg_type:
            case "min":
                return window.low(begin, until)
            case "max":
                return window.high(begin, until)
            case "avg":
                return window.mean(begin, until)
            case "sum":
                return window.total(begin, until)
            case "value_count":
                return window.count(begin, until)
            case "percentiles":
                return window.percentile(self._rule.percentile_range, begin, until)

    def _bad(self, number: float) -> bool:
        most, least = self._rule.max_threshold, self._rule.min_threshold
        return (most is not None and number > most) or (least is not None and number < least)

    def _said(self, figure: float) -> str:
        rule = self._rule
        words = _WORDS[rule.metric_agg_type].format(rule.named(rule.metric_agg_key))
        if rule.metric_agg_type == "percentiles":
            words += f" p{rule.percentile_range:g}"
        return f"{words}: {self._written(figure)} in {write_span(rule.timeframe)}"

    def _sight(
        self, said: str, figure: float, at: float, *, lasts: bool = False, over: bool = False
    ) -> Sight:
        rule = self._rule
        bounds = [("at most", rule.max_threshold), ("at least", rule.min_threshold)]
        well = ", ".join(
            f"{words} {self._written(one)}" for words, one in bounds if one is not None
        )
        said = f"{said}, should be {well}"
        return Sight(said=said, since=at, value=figure, unit=rule.unit, lasts=lasts, over=over)

    def _written(self, number: float) -> str:
        return f"{written(number)} {self._rule.unit}".rstrip()
