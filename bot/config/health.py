"""``[health]``, ``[[health.check]]``: how machines and services are looked after."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from bot.config.heartbeat import web_address
from bot.config.span import Span, parse_span
from bot.core.health import SILENT_AFTER
from watchers.detectors.health import HealthTerms
from watchers.detectors.host_series import UnusualTerms
from watchers.finding import Severity
from watchers.health import USUAL_EVERY
from watchers.health_watch import LONGEST, SHORTEST, HealthSettings
from watchers.sources.checks.settings import CheckSettings

FIGURES = ("cpu", "memory", "swap", "load", "disk", "inodes")
_MOST_LOAD = 1000.0
_LEVELS = "shares from 0 to 1 by severity, e.g. { high = 0.9, critical = 0.95 }, or {} for never"
_LASTS = 'spans by figure, e.g. { cpu = "5m", disk = "1m" }'
USUAL_LASTS = {
    "cpu": timedelta(minutes=5),
    "memory": timedelta(minutes=2),
    "swap": timedelta(minutes=5),
    "load": timedelta(minutes=5),
    "disk": timedelta(minutes=1),
    "inodes": timedelta(minutes=1),
}


def _levels_up_to(most: float) -> BeforeValidator:
    def read(found: object) -> Mapping[Severity, float]:
        if not isinstance(found, Mapping):
            raise ValueError(_LEVELS)  # noqa: TRY004 - pydantic takes this for a refusal
        known = {severity.value: severity for severity in Severity}
        levels = {}
        for name, level in found.items():
            number = isinstance(level, (int, float)) and not isinstance(level, bool)
            if str(name) not in known or not number or not 0 < level <= most:
                raise ValueError(_LEVELS)
            levels[known[str(name)]] = float(level)
        return levels

    return BeforeValidator(read)


def _every(span: timedelta) -> timedelta:
    if not SHORTEST <= span <= LONGEST:
        raise ValueError('a span from "2s" to "10m"')
    return span


def _lasts(found: object) -> Mapping[str, timedelta]:
    if not isinstance(found, Mapping) or not set(found) <= set(FIGURES):
        raise ValueError(f"{_LASTS}; figures are {', '.join(FIGURES)}")
    try:
        return {**USUAL_LASTS, **{name: parse_span(span) for name, span in found.items()}}
    except ValueError as error:
        raise ValueError(_LASTS) from error


def _or_off(found: object) -> timedelta:
    if found == "off":
        return timedelta()
    try:
        return parse_span(found)
    except ValueError as error:
        raise ValueError(f'{error}, or "off"') from error


SpanOrOff = Annotated[timedelta, BeforeValidator(_or_off)]
Unusual = Literal["cpu", "memory", "swap", "load", "in", "out"]
Shares = Annotated[Mapping[Severity, float], _levels_up_to(1.0)]
PerCore = Annotated[Mapping[Severity, float], _levels_up_to(_MOST_LOAD)]
Lasts = Annotated[Mapping[str, timedelta], BeforeValidator(_lasts)]


class HealthSection(BaseModel):
    """``[health]``: how often, from when on it is told, and where it is reported besides.

    Attributes:
        cpu: From which share on it is told, by severity; likewise the other figures.
        load: The same of the average over a minute, per core.
        lasts: For so long.
        full_within: A disk that would be full so soon is told.
        unusual: Figures of which a departure from what is usual is told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    every: Annotated[Span, AfterValidator(_every)] = USUAL_EVERY
    report_to: Annotated[str, AfterValidator(web_address)] = ""
    report_secret_file: str = ""
    silent_after: Span = SILENT_AFTER
    silent_severity: Severity = Severity.HIGH
    full_within: SpanOrOff = timedelta(hours=24)
    full_severity: Severity = Severity.MEDIUM
    unusual: tuple[Unusual, ...] = ()
    unusual_detector: Literal["memory", "sigma", "mahalanobis"] = "memory"
    cpu: Shares = {Severity.MEDIUM: 0.95}
    memory: Shares = {Severity.HIGH: 0.95}
    swap: Shares = {}
    load: PerCore = {}
    disk: Shares = {Severity.HIGH: 0.90, Severity.CRITICAL: 0.95}
    inodes: Shares = {Severity.HIGH: 0.90}
    lasts: Lasts = USUAL_LASTS
    check: tuple[CheckSettings, ...] = ()

    def settings(self) -> HealthSettings:
        """What it means."""
        return HealthSettings(
            every=self.every,
            checks=self.check,
            terms=HealthTerms(
                levels={name: getattr(self, name) for name in FIGURES},
                lasts=self.lasts,
            ),
            unusual=UnusualTerms(
                figures=tuple(dict.fromkeys(self.unusual)), detector=self.unusual_detector
            ),
        )
