"""What everything found in a watch is labelled with."""

from collections.abc import Mapping

from watchers.opening import path_labels
from watchers.sources.file.discovery import service_of
from watchers.sources.file.settings import WatchSettings

NO_LABELS: Mapping[str, str] = {}


def labels_of(
    settings: WatchSettings, path: str, host: str, known: Mapping[str, str] = NO_LABELS
) -> dict[str, str]:
    """What findings in a file of this watch are labelled with, beside their rule's own labels.

    Args:
        settings: Of the watch; what it says itself goes before all else.
        path: Of the file.
        host: This machine.
        known: What the source knows of these lines.
    """
    found = {"service": service_of(path), "host": host, **path_labels(settings, path), **known}
    said = {"service": settings.service} if settings.service else {}
    return {**found, **said, **settings.labels}


def common_labels(settings: WatchSettings, host: str) -> dict[str, str]:
    """What everything found in this watch is labelled with, whatever its file."""
    service = {"service": settings.service} if settings.service else {}
    return {**service, "host": host, **settings.labels}
