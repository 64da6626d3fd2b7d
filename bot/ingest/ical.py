"""Shifts out of an iCalendar file (RFC 5545): bytes → shifts of people, in order.

Recurrences, exceptions, moved occurrences and zones are the work of `recurring-ical-events`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.alert import Person
from bot.core.errors import LarkwatchError
from bot.core.rota import Shift

_UTC = ZoneInfo("UTC")
_MOST_SHIFTS = 2000


class CalendarError(LarkwatchError):
    """A calendar cannot be read; says what was found, without its content."""


def read_shifts(
    raw: bytes, since: datetime, until: datetime, people: Mapping[str, str], zone: ZoneInfo
) -> tuple[Shift, ...]:
    """The shifts that touch a span of time, first to begin first.

    Args:
        raw: The calendar.
        since: Begin of the span; aware.
        until: End of the span; aware.
        people: Names or mail addresses as the calendar writes them → open_ids. An event is the
            shift of the one whose mail address attends it, else of the one whose name its title
            holds; somebody unknown keeps the title as a name and has no id.
        zone: Zone of whole days and of times that name none.

    Raises:
        CalendarError: If it is no calendar.
    """
    import icalendar  # noqa: PLC0415 - only who has a calendar pays for it
    import recurring_ical_events  # noqa: PLC0415

    try:
        calendar = icalendar.Calendar.from_ical(raw)
        events = recurring_ical_events.of(calendar).between(since, until)
        shifts = [_shift(event, people, zone) for event in events[:_MOST_SHIFTS]]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        # Both libraries raise what their parsing stumbles over.
        raise CalendarError(
            f"no iCalendar text ({type(error).__name__}); wanted BEGIN:VCALENDAR … END:VCALENDAR"
        ) from error
    return tuple(sorted(shifts, key=lambda shift: (shift.starts_at, shift.person.name)))


def _shift(event: Any, people: Mapping[str, str], zone: ZoneInfo) -> Shift:
    return Shift(
        person=_person(event, people),
        starts_at=_instant(event["DTSTART"].dt, zone),
        ends_at=_instant(event["DTEND"].dt, zone),
    )


def _instant(moment: date, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), zone)
    return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(_UTC)


def _person(event: Any, people: Mapping[str, str]) -> Person:
    title = str(event.get("SUMMARY", "")).strip()
    attending = event.get("ATTENDEE", [])
    attending = attending if isinstance(attending, list) else [attending]
    addresses = {str(one).lower().removeprefix("mailto:") for one in attending}
    for name, open_id in people.items():
        if name.lower() in addresses:
            return Person(id=open_id, name=name.partition("@")[0])
    # The longest name first: "Li Na" must not be taken for "Li".
    for name in sorted(people, key=len, reverse=True):
        if name.lower() in title.lower():
            return Person(id=people[name], name=name)
    return Person(id="", name=title)


SPAN = timedelta(days=15)
"""How far ahead shifts are read."""
