"""``elasticsearch``: which documents of which indices, and which of their fields are a line."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from watchers.streams.reach import Reach, Schedule


def _index(index: str) -> str:
    if not re.fullmatch(r"[^\s/?#\\\"<>|]+", index) or index.startswith(("_", "-", ".security")):
        raise ValueError('an index, an alias or a pattern, e.g. "logs-pay-*"')
    return index


class ElasticsearchSettings(Reach, Schedule):
    """What is asked, and what a line is.

    Attributes:
        index: An index, an alias or a pattern of them.
        query: In the syntax of ``query_string``, e.g. ``level:error AND service.name:pay``; all
            documents when empty.
        time: The field with the time of a document.
        message: The field with what is said.
        labels: From a label of what is found to the field that it is, by default service, host and
            those of Kubernetes as the Elastic Common Schema names them.
        api_key_file: A file with an API key as Elasticsearch encodes it.
    """

    index: Annotated[str, AfterValidator(_index)]
    query: str = ""
    time: str = Field(default="@timestamp", min_length=1)
    message: str = Field(default="message", min_length=1)
    labels: dict[str, str] = Field(
        default_factory=lambda: {
            "service": "service.name",
            "host": "host.name",
            "namespace": "kubernetes.namespace",
            "pod": "kubernetes.pod.name",
            "container": "kubernetes.container.name",
        }
    )
    api_key_file: str = ""

    @property
    def missing(self) -> str:
        """Which of its files cannot be read, "" when all can."""
        key = self.api_key_file
        return f"there is no file {key}" if key and not Path(key).is_file() else super().missing
