"""Entries → incidents: the chain of a replay up to what is to be told."""

from collections.abc import Callable, Iterable, Iterator

from watchers.finding import Severity
from watchers.incidents.engine import Incidents
from watchers.incidents.entry import Entry, News
from watchers.incidents.settings import IncidentTerms


def incidents_in(
    entries: Iterable[Entry], template_of: Callable[[str], str], terms: IncidentTerms
) -> Iterator[News]:
    """What is to be told of the incidents in some entries, in order of time."""
    incidents = Incidents(template_of, terms)
    feed, observe, information = incidents.feed, incidents.observe, Severity.INFO
    for entry in entries:
        news = observe(entry.at_s) if entry.severity is information else feed(entry)
        if news:
            yield from news
    yield from incidents.close()
