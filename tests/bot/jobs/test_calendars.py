"""Calendars of rotas: read now and then, and kept when they cannot be read."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.notification import Purpose
from bot.core.rota import Rota
from bot.core.routing import Route
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.jobs.calendars import CalendarReader, CalendarSource
from bot.store.store import Store
from tests.bot.engine.test_engine import owed
from tests.bot.jobs.address import Address
from tests.builders import LIN, NOW, chat, later
from tests.fakes import MovableClock

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//duty
BEGIN:VEVENT
UID:1
DTSTAMP:20261101T000000Z
DTSTART:20261123T030000Z
DTEND:20261124T030000Z
SUMMARY:Duty: Lin
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.fixture
def engine(store: Store) -> Engine:
    admins = (Route(target=chat("admins"), language=Language.EN, subscription_id=0),)
    return Engine(store, Terms(admins=admins), lambda: None)


def reader(place: str, engine: Engine, clock: MovableClock) -> CalendarReader:
    source = CalendarSource(
        rota="ops", place=place, people={"Lin": LIN.id}, zone=ZoneInfo("Asia/Shanghai")
    )
    return CalendarReader((source,), engine, clock)


def on_call(store: Store) -> str:
    views = Views(store, (), NOW, "0", Terms(rotas=(Rota(name="ops"),)))
    (duty,) = views.duties(later(minutes=1))
    return duty.now.person.id if duty.now is not None else ""


def test_a_file_is_read_and_what_it_said_outlives_it(
    tmp_path: Path, engine: Engine, store: Store
) -> None:
    file, clock = tmp_path / "duty.ics", MovableClock()
    file.write_text(CALENDAR)
    calendars = reader(str(file), engine, clock)
    assert calendars.step() == pytest.approx(900)
    assert on_call(store) == LIN.id
    assert calendars.step() == pytest.approx(900)
    file.write_text("BEGIN:NOTHING")
    clock.move(minutes=15)
    assert calendars.step() == pytest.approx(60)
    assert on_call(store) == LIN.id
    (told,) = (one for one in owed(store) if one.purpose is Purpose.CONCERN)
    assert (told.content["kind"], told.content["subject"]) == ("calendar", "ops")
    assert "VCALENDAR" in store.calendars.get("ops").fault
    file.unlink()
    clock.move(minutes=1)
    calendars.step()
    assert owed(store) == []  # once a day is enough
    file.write_text(CALENDAR)
    clock.move(minutes=1)
    calendars.step()
    assert store.calendars.get("ops").fault == ""
    assert store.calendars.get("ops").read_at == NOW + timedelta(minutes=17)


def test_an_address_is_read_too(engine: Engine, store: Store, address: Address) -> None:
    address.body = CALENDAR.encode()
    clock = MovableClock()
    calendars = reader(address.url, engine, clock)
    calendars.step()
    assert on_call(store) == LIN.id
    address.code = 404
    clock.move(minutes=15)
    calendars.step()
    assert store.calendars.get("ops").fault == "the address answers HTTP 404"
    assert on_call(store) == LIN.id


def test_an_address_that_does_not_answer_stays_hidden(engine: Engine, store: Store) -> None:
    reader("http://127.0.0.1:1/secret.ics", engine, MovableClock()).step()
    fault = store.calendars.get("ops").fault
    assert "does not answer" in fault
    assert "secret" not in fault
