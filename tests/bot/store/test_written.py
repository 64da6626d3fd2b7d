"""A query that is written once finds and stores what a query written each time does."""

from datetime import timedelta

from bot.store.database import migrate, open_database
from bot.store.models import GroupRow, NoiseRow
from bot.store.written import Slot, Written, slots
from tests.builders import NOW

_STATE = Written(NoiseRow.select().where(NoiseRow.name == Slot("name")), NoiseRow)
_KEEP = Written(
    NoiseRow.insert(slots(NoiseRow)).on_conflict(
        conflict_target=[NoiseRow.name], update=slots(NoiseRow, NoiseRow.name)
    )
)
_LATE = Written(GroupRow.select(GroupRow.id).where(GroupRow.look_at <= Slot("now")))


def test_values_are_converted_as_their_fields_say(url: str) -> None:
    database = open_database(url)
    migrate(database, NOW)
    with database.change():
        for state in ({"used": 1}, ["half \ud800"]):
            _KEEP.run(database, name="limit", state=state)
    (row,) = _STATE.rows(database, name="limit")
    assert (row.name, row.state) == ("limit", ["half ?"])
    assert list(_STATE.rows(database, name="other")) == []
    assert list(_LATE.run(database, now=NOW + timedelta(days=1))) == []
    database.close()


def test_the_text_is_written_once_for_each_kind_of_database(url: str) -> None:
    database = open_database(url)
    migrate(database, NOW)
    again = Written(NoiseRow.select().where(NoiseRow.name == Slot("name")), NoiseRow)
    list(again.rows(database, name="a"))
    made = dict(again._texts)
    list(again.rows(database, name="b"))
    assert [one is made[kind] for kind, one in again._texts.items()] == [True]
    database.close()


def test_several_rows_go_at_once(url: str) -> None:
    database = open_database(url)
    migrate(database, NOW)
    with database.change():
        _KEEP.run_many(database, ({"name": f"n{n % 3}", "state": n} for n in range(5)))
        _KEEP.run_many(database, ())
    rows = (_STATE.rows(database, name=f"n{n}") for n in range(4))
    assert [[row.state for row in some] for some in rows] == [[3], [4], [2], []]
    database.close()
