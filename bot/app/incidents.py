"""Puts the incident engine before an agent's sink."""

from collections.abc import Mapping

from bot.config.load import rules_of
from bot.config.schema import Config
from watchers.clock import Clock
from watchers.finding import Response
from watchers.incidents.sink import IncidentSink
from watchers.redaction.redactor import Redactor
from watchers.sinks.base import Sink


def with_incidents(sink: Sink, config: Config, positions: Mapping[str, str], clock: Clock) -> Sink:
    """The sink for an agent's reports; the same one when there are to be no incidents."""
    rules = watched_by_incidents(config)
    if not rules:
        return sink
    return IncidentSink(
        sink,
        agent=config.agent.name,
        rules=rules,
        learn=config.incidents.learn,
        terms=config.incidents.terms(),
        positions=positions,
        clock=clock,
        clean=Redactor(config.redaction).text,
    )


def watched_by_incidents(config: Config) -> frozenset[str]:
    """Rules whose findings are told as incidents: those of the default pack that alert.

    Whoever writes a rule wants to be told of what it finds.
    """
    if not config.incidents.enabled:
        return frozenset()
    own = {rule.name for rule in config.rule}
    alerting = (rule for rule in rules_of(config) if Response.ALERT in rule.responses)
    return frozenset(rule.name for rule in alerting if rule.name not in own)
