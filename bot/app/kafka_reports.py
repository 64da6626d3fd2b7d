"""What agents report through Kafka, read by whoever has the lease."""

import importlib
from collections.abc import Callable
from typing import Any

from bot.app.backstage import Loop
from bot.config.load import kafka_of
from bot.config.schema import Config
from watchers.clock import Clock
from watchers.finding import Report


def reports_of(
    config: Config, file: str, secret: str, take: Callable[[Report], object], clock: Clock
) -> tuple[Loop, ...]:
    """Reads what agents report through Kafka; none where they do not."""
    cluster = kafka_of(config, file)
    if not (cluster.brokers and config.server.topic):
        return ()
    jobs: Any = importlib.import_module("bot.jobs.reports")
    reading = jobs.KafkaReports(cluster, config.server.topic, secret, take, clock)
    return (Loop(name="kafka-reports", step=reading.step, close=reading.close),)
