"""Looks whether a cluster answers and has the topics, without taking part in anything."""

from collections.abc import Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from watchers.kafka.cluster import Cluster
from watchers.streams.entry import SupplyError


def hindrance(cluster: Cluster, topics: Sequence[str]) -> str:
    """What stands in the way of these topics, "" when nothing does; takes seconds."""
    if cluster.missing:
        return cluster.missing
    try:
        found = (
            AdminClient(cluster.settings())
            .list_topics(timeout=cluster.timeout.total_seconds())
            .topics
        )
    except (KafkaException, SupplyError) as error:
        return f"{cluster.shown} cannot be reached: {reason(error)}"
    absent = [one for one in topics if one not in found]
    return f"{cluster.shown} has no topic {', '.join(absent)}" if absent else ""


def reason(error: Exception) -> str:
    """What a library's exception says, without its wrapping."""
    inner = error.args[0] if error.args else error
    said = getattr(inner, "str", None)
    return str(said()) if callable(said) else str(inner)
