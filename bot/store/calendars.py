"""What calendars said of who is on call, in the database: a restart does not forget it."""

from datetime import datetime
from typing import Any

from bot.core.ports import Calendar
from bot.core.rota import Shift
from bot.store.database import Database
from bot.store.models import CalendarRow
from bot.store.rows import known_person, person_to_json


class Calendars:
    """`core.ports.CalendarStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, rota: str) -> Calendar:
        """Of one rota; an empty one when it was never read."""
        query = CalendarRow.select().where(CalendarRow.rota == rota)
        for row in query.execute(self._database):
            shifts = tuple(_shift(one) for one in row.shifts)
            return Calendar(shifts=shifts, read_at=row.read_at, fault=row.fault)
        return Calendar()

    def save(self, rota: str, calendar: Calendar) -> None:
        """Store a reading."""
        CalendarRow.insert(
            rota=rota,
            shifts=[
                {
                    "person": person_to_json(one.person),
                    "starts_at": one.starts_at.isoformat(),
                    "ends_at": one.ends_at.isoformat(),
                }
                for one in calendar.shifts
            ],
            read_at=calendar.read_at,
            fault=calendar.fault,
        ).on_conflict(
            conflict_target=[CalendarRow.rota],
            preserve=[CalendarRow.shifts, CalendarRow.read_at, CalendarRow.fault],
        ).execute(self._database)


def _shift(found: Any) -> Shift:
    return Shift(
        person=known_person(found["person"]),
        starts_at=datetime.fromisoformat(found["starts_at"]),
        ends_at=datetime.fromisoformat(found["ends_at"]),
    )
