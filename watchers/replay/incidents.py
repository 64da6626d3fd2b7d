"""Records → incidents: the chain of a replay up to what is to be told."""

from collections.abc import Callable, Iterable, Iterator

from watchers.finding import Severity
from watchers.incidents.engine import Incidents
from watchers.incidents.entry import Entry, News
from watchers.incidents.settings import IncidentTerms
from watchers.replay.reading import Told


def entry_of(told: Told, severity: Severity) -> Entry:
    """A record as the incident engine reads it."""
    _, _, service, host, message = told.head
    if told.raised and told.raised not in message:
        message = f"{message} {told.raised}"
    labels = {"host": host} if host else {}
    return Entry(told.at_s, severity, service or told.log.service, message, told, labels)


def incidents_in(
    records: Iterable[Told], template_of: Callable[[str], str], terms: IncidentTerms
) -> Iterator[News]:
    """What is to be told of the incidents in some records, in order of time."""
    incidents = Incidents(template_of, terms)
    for told in records:
        if told.head.severity is None:
            yield from incidents.observe(told.at_s)
        else:
            yield from incidents.feed(entry_of(told, told.head.severity))
    yield from incidents.close()
