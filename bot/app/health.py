"""What the configuration says of health, as the parts that look after it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from watchers.clock import Clock
from watchers.health_watch import HealthWatch
from watchers.redaction.redactor import Redactor

if TYPE_CHECKING:
    from watchers.sinks.health_endpoint import HealthEndpoint

_SPOOL = "health"
EVERY_KEY = "health_every_s"
"""In the answer to an agent's report: how often it is to sample its host."""


def watches_itself(config: Config) -> bool:
    """Whether this process watches its own host: it has watches, or was told of health."""
    return bool(config.watch) or "health" in config.model_fields_set


def health_of(
    config: Config, secrets: Secrets, file: str, clock: Clock
) -> "tuple[HealthWatch, HealthEndpoint | None]":
    """What looks after this host, and what reports it elsewhere where that is configured."""
    endpoint = _endpoint(config, secrets, file, clock)
    redactor = Redactor(config.redaction)
    settings = config.health.settings()
    checks = tuple(
        one.model_copy(update={"ca_file": str(beside(file, one.ca_file))}) if one.ca_file else one
        for one in settings.checks
    )
    watch = HealthWatch(
        agent=config.agent.name,
        host=config.agent.host,
        settings=replace(settings, checks=checks),
        clock=clock,
        offer=(lambda sample: endpoint.offer(redactor.host(sample))) if endpoint else None,
    )
    return watch, endpoint


def every_in(answer: Mapping[str, Any]) -> timedelta | None:
    """How often a host is to be sampled by a server's answer, None for as configured."""
    every_s = answer.get(EVERY_KEY)
    sound = isinstance(every_s, (int, float)) and 0 < every_s <= timedelta(days=1).total_seconds()
    return timedelta(seconds=every_s) if sound and every_s is not None else None


def _endpoint(config: Config, secrets: Secrets, file: str, clock: Clock) -> "HealthEndpoint | None":
    if not (config.health.report_to and secrets.health_secret):
        return None
    from watchers.sinks.health_endpoint import HealthEndpoint  # noqa: PLC0415 - requests is slow

    spool = beside(file, config.agent.state) / _SPOOL
    return HealthEndpoint(config.health.report_to, secrets.health_secret, spool, clock)
