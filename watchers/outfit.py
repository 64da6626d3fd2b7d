"""What the settings of a watch make: labels, the reader of its lines, the cutter of its records."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from watchers.opening import path_labels
from watchers.parsers.interleaved import InterleavedCutter
from watchers.parsers.line_reader import LineReader
from watchers.parsers.multiline import Joined, Shape, Traces
from watchers.parsers.open_record import Hits, Matching
from watchers.parsers.records import RecordCutter
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


def reader_of(settings: WatchSettings) -> LineReader:
    """What reads the lines of a watch around hits.

    Raises:
        PatternError: If one of its own patterns cannot be used.
        ValueError: If there is no format of that name.
    """
    zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
    return LineReader(settings.format, settings.grok.formats, settings.grok.patterns, zone)


def cutter_of(
    settings: WatchSettings, hits: Hits, matching: Matching
) -> RecordCutter | InterleavedCutter:
    """What cuts the records of a watch out of one file."""
    said = settings.multiline
    shape: Shape = Traces()
    if said.start or said.continues or said.end:
        shape = Joined(start=said.start, continues=said.continues, end=said.end, negate=said.negate)
    if said.key:
        return InterleavedCutter(hits, matching, shape, said.key, said.max_lines)
    return RecordCutter(hits, matching, shape, said.max_lines)


def common_labels(settings: WatchSettings, host: str) -> dict[str, str]:
    """What everything found in this watch is labelled with, whatever its file."""
    service = {"service": settings.service} if settings.service else {}
    return {**service, "host": host, **settings.labels}
