"""Looks whether what goes through Kafka has a cluster to go through."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.config.errors import Problem
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.wording import problem_at, shown

_WANTED = '[kafka] with brokers, e.g. brokers = ["kafka-1.example:9092"]'


def unconnected(file: str, text: str, config: Config) -> Iterator[Problem]:
    """Topics without a cluster, and files of the cluster that are not there."""
    at = partial(problem_at, file, text)
    if config.kafka.brokers:
        if missing := config.kafka.placed(lambda path: str(beside(file, path))).missing:
            wanted = "a file that can be read; it is waited for"
            yield replace(at(("kafka",), missing, wanted), fatal=False)
        return
    for number, watch in enumerate(config.watch):
        if watch.kafka is not None and not watch.kafka.brokers:
            yield at(("watch", number, "kafka"), "no cluster", _WANTED)
        if watch.ship:
            yield at(("watch", number, "ship"), shown(watch.ship), _WANTED)
    if config.agent.topic:
        yield at(("agent", "report_to"), shown(config.agent.report_to), _WANTED)
    if config.server.topic:
        yield at(("server", "findings_from"), shown(config.server.findings_from), _WANTED)
