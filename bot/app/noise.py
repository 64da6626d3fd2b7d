"""The configuration of how much people are told, as the engine's terms."""

from collections.abc import Mapping
from datetime import timedelta

from bot.config.schema import Config
from bot.core.correlation import Dependency
from bot.core.digest import AwayTerms
from bot.core.grouping import GroupTerms
from bot.core.matcher import Matcher, Operator
from bot.core.noise import Limit, NoiseTerms, StormTerms
from watchers.finding import Severity


def noise_of(config: Config) -> NoiseTerms:
    """How much people are told."""
    grouping, dedup = config.grouping, config.alerts.dedup
    windows = {severity: getattr(dedup, severity.value) for severity in Severity}
    return NoiseTerms(
        grouping=GroupTerms(
            by=grouping.by,
            wait=grouping.wait or timedelta(0),
            interval=grouping.interval,
            repeat=grouping.repeat,
            repeat_from=grouping.repeat_from,
            dedup={severity: span for severity, span in windows.items() if span is not None},
        ),
        storm=StormTerms(alerts=config.storm.alerts, within=config.storm.within),
        away=AwayTerms(after=config.away.after, catch_up=config.away.catch_up),
        limits=tuple(
            Limit(
                kind=one.kind,
                per=one.per,
                rate=one.rate[0],
                span=one.rate[1],
                spare=one.spare if isinstance(one.spare, Severity) else None,
            )
            for one in config.limit
        ),
        dependencies=tuple(
            Dependency(alert=_matchers(one.alert), upstream=_matchers(one.upstream))
            for one in config.dependency
        ),
        together=grouping.together,
    )


def _matchers(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    return tuple(
        Matcher(label=label, operator=Operator.EQUAL, value=value)
        for label, value in labels.items()
    )
