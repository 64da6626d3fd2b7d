"""What others push in either database: what came to nothing, and silences elsewhere."""

from bot.core.pushed import KeptEvent, Outcome, Silence
from bot.store.database import Database
from bot.store.pushed import KeptEvents, Silences
from tests.builders import NOW, later


def event(name: str, sender: str = "shop", note: str = "", **span: float) -> KeptEvent:
    return KeptEvent(
        sender=sender,
        event=name,
        outcome=Outcome.FAILED if note else Outcome.UNKNOWN,
        note=note,
        data='{"半":"\ud800"}',
        at=NOW,
        received_at=later(**span),
    )


def test_events_are_tallied_by_name_listed_and_forgotten(database: Database) -> None:
    kept = KeptEvents(database, most=4)
    kept.keep([])
    kept.keep([event("a"), event("b", seconds=1), event("a", seconds=2)])
    kept.keep([event("a", note="no id", seconds=3)])

    tallies = kept.tallies(9)
    assert [(one.newest.event, one.newest.note, one.count) for one in tallies] == [
        ("a", "no id", 1),
        ("a", "", 2),
        ("b", "", 1),
    ]
    assert tallies[1].newest.received_at == later(seconds=2)
    assert "半" in tallies[1].newest.data
    first, *_ = listed = kept.since(later(seconds=1), 0, 9)
    assert [one.event for one in listed] == ["b", "a", "a"]
    assert [one.id for one in kept.since(NOW, first.id, 9)] == [one.id for one in listed[1:]]
    kept.keep([event("c", seconds=4)])
    assert [one.event for one in kept.since(NOW, 0, 9)] == ["b", "a", "a", "c"]
    assert kept.prune(later(seconds=3)) == 2
    assert len(kept.tallies(9)) == 2


def test_one_silence_of_an_alert_is_known_until_it_is_lifted(database: Database) -> None:
    silences = Silences(database)
    first = Silence(sender="prom", alert_id=7, silence_id="x", ends_at=NOW)
    prolonged = Silence(sender="prom", alert_id=7, silence_id="y", ends_at=later(hours=1))
    other = Silence(sender="edge", alert_id=7, silence_id="z", ends_at=NOW)
    for one in (first, prolonged, other):
        silences.save(one)
    assert silences.of("prom") == (prolonged,)
    silences.remove(prolonged)
    assert (silences.of("prom"), silences.of("edge")) == ((), (other,))
