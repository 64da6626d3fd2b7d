"""``/oncall`` says who is on call, now and next."""

from datetime import timedelta

import pytest

from bot.core.alert import Person
from bot.core.ports import Calendar
from bot.core.rota import Rota, Shift
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.commands.parse import respond
from bot.feishu.texts import texts_in
from bot.store.store import Store
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen
from tests.bot.feishu.conftest import Desk

DAY = timedelta(days=1)
SHIFTS = (
    Shift(person=samples.LIN, starts_at=samples.NOW, ends_at=samples.NOW + DAY),
    Shift(person=samples.CHEN, starts_at=samples.NOW + DAY, ends_at=samples.NOW + 2 * DAY),
)


@pytest.mark.parametrize("line", ["/oncall", "谁在值班", "谁在值班？", "值班", "who is on call"])
def test_who_is_on_call_now_and_next_is_said(desk: Desk, store: Store, line: str) -> None:
    views = Views(store, (), samples.NOW, "0", Terms(rotas=(Rota(name="ops", shifts=SHIFTS),)))
    card = respond(line, desk.request, desk.engine, views).card
    said = seen(card)
    assert "ops" in said
    assert said.index(samples.LIN.name) < said.index(samples.CHEN.name)


def test_nobody_somebody_unknown_and_a_broken_calendar_are_said(desk: Desk, store: Store) -> None:
    stranger = Shift(
        person=Person(id="", name="Holiday cover"),
        starts_at=samples.NOW,
        ends_at=samples.NOW + DAY,
    )
    with store.transaction():
        store.calendars.save("db", Calendar(shifts=(stranger,), fault="no such file"))
    rotas = (Rota(name="ops"), Rota(name="db"))
    views = Views(store, (), samples.NOW, "0", Terms(rotas=rotas))
    say = texts_in(desk.request.language).escalation
    said = seen(respond("/oncall", desk.request, desk.engine, views).card)
    assert say.nobody_now in said
    assert say.no_following in said
    assert say.unknown_person("Holiday cover") in said
    assert say.calendar_fault("no such file") in said


def test_without_rotas_it_says_where_to_write_one(desk: Desk) -> None:
    assert "[[rota]]" in seen(respond("/oncall", desk.request, desk.engine, desk.views).card)
