"""``loki``: which lines of which Loki."""

from pydantic import Field

from watchers.streams.reach import Reach, Schedule

SERVICE = ("service_name", "service", "app", "app_kubernetes_io_name", "job", "container")
"""The first of these labels of Loki is the service, unless `labels` says otherwise."""
KEPT = ("namespace", "pod", "container")
HOST = ("host", "hostname", "node", "node_name", "nodename", "instance")


class LokiSettings(Reach, Schedule):
    """What is asked, and what becomes of Loki's labels.

    Attributes:
        query: In LogQL, of lines and not of figures, e.g. ``{app="pay"} |= "ERROR"``.
        tenant: Sent as ``X-Scope-OrgID``.
        labels: From a label of what is found to the label of Loki that it is, besides service,
            host, namespace, pod and container, which are found by themselves.
    """

    query: str = Field(min_length=2)
    tenant: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
