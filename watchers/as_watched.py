"""How a watch reads lines: its zone, its formats, and what one record is."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from watchers.parsers.interleaved import InterleavedCutter
from watchers.parsers.line_reader import LineReader
from watchers.parsers.multiline import Joined, Shape, Traces
from watchers.parsers.open_record import Hits, Matching
from watchers.parsers.records import RecordCutter
from watchers.sources.file.settings import WatchSettings


def zone_of(settings: WatchSettings) -> tzinfo | None:
    """Of times that name none; None for this machine's."""
    return ZoneInfo(settings.time_zone) if settings.time_zone else None


def reader_of(settings: WatchSettings) -> LineReader:
    """What reads the lines of a watch around hits.

    Raises:
        PatternError: If one of its own patterns cannot be used.
        ValueError: If there is no format of that name.
    """
    grok = settings.grok
    return LineReader(settings.format, grok.formats, grok.patterns, zone_of(settings))


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
