"""``kafka``: which topics, as which group, and what becomes of keys and headers."""

from pydantic import Field, field_validator

from watchers.kafka.cluster import Cluster, Topic

_HEADER = "header:"
_OTHERS = ("key", "topic")


class KafkaSettings(Cluster):
    """What is read, of the cluster of ``[kafka]`` unless it names brokers of its own.

    Attributes:
        topics: All partitions of these, shared among those of the group.
        group: Of consumers that share the messages.
        labels: From a label of what is found to what it is of: ``key``, ``topic`` or
            ``header:NAME``, besides service and host.
    """

    topics: tuple[Topic, ...] = Field(min_length=1)
    group: str = Field(default="larkwatch", min_length=1, max_length=200)
    labels: dict[str, str] = Field(default_factory=dict)

    @field_validator("labels")
    @classmethod
    def _known(cls, labels: dict[str, str]) -> dict[str, str]:
        for said in labels.values():
            if said not in _OTHERS and said.removeprefix(_HEADER) in ("", said):
                raise ValueError('"key", "topic" or "header:NAME", e.g. { team = "header:team" }')
        return labels

    def over(self, cluster: Cluster) -> "KafkaSettings":
        """The same, of this cluster where it names none."""
        if self.brokers:
            return self
        return self.model_copy(update={key: getattr(cluster, key) for key in Cluster.model_fields})
