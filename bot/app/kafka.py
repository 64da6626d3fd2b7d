"""What goes through Kafka: raw lines and reports of agents; the client is imported at first use."""

import importlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from bot.config.load import kafka_of, watches_of
from bot.config.schema import Config
from watchers.agent import Agent
from watchers.checkpoint import FileCheckpoint
from watchers.clock import Clock
from watchers.finding import Report
from watchers.kafka.cluster import topic_of
from watchers.redaction.redactor import Redactor


class KeptSink(Protocol):
    """A sink to elsewhere, which keeps positions here."""

    @property
    def positions(self) -> Mapping[str, str]:
        """Where the reading goes on."""
        ...

    @property
    def kept(self) -> Mapping[str, str]:
        """Positions of which the other side has everything before them."""
        ...

    def accept(self, report: Report) -> None:
        """Take a report, or raise `SinkError`."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


def ship(agent: Agent, config: Config, file: str, redactor: Redactor) -> None:
    """Let an agent send the raw lines of watches that say so."""
    cluster = kafka_of(config, file)
    for watch in watches_of(config, file):
        if watch.ship:
            lines: Any = importlib.import_module("watchers.sinks.kafka_lines")
            topic = topic_of(watch.ship)
            agent.ship(watch, watch.ship, partial(lines.KafkaLines, cluster, topic, redactor.lines))


def topics_hindrance(config: Config, file: str, topics: Sequence[str]) -> str:
    """What stands in the way of topics, "" when nothing does; takes seconds."""
    examining: Any = importlib.import_module("watchers.kafka.examining")
    return str(examining.hindrance(kafka_of(config, file), topics))


def kafka_sink(
    config: Config, file: str, secret: str, checkpoint: FileCheckpoint, clock: Clock
) -> KeptSink:
    """Where an agent reports to when that is a topic.

    Raises:
        SinkError: If the cluster's settings cannot be used.
    """
    sinks: Any = importlib.import_module("watchers.sinks.kafka")
    sink: KeptSink = sinks.KafkaSink(
        kafka_of(config, file), config.agent.topic, config.agent.name, secret, checkpoint, clock
    )
    return sink
