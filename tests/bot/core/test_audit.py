"""What the audit says of an action."""

from dataclasses import replace

from bot.core.alert import LARKWATCH, AlertState, Person
from bot.core.audit import Actor, Entry, Source, acting, changed, said
from tests.builders import LIN, NOW, WANG, alert, sample


def test_an_entry_shows_only_what_the_action_changed() -> None:
    before = alert(count=3)
    after = replace(
        before, state=AlertState.ACKNOWLEDGED, acknowledged_by=LIN, acknowledged_at=NOW, count=9
    )
    old, new = changed(before, after)
    assert old == {"state": "firing", "acknowledged_by": "", "acknowledged_at": ""}
    assert new == {
        "state": "acknowledged",
        "acknowledged_by": "林",
        "acknowledged_at": "2026-11-23T04:00:00+00:00",
    }


def test_an_actor_keeps_the_way_they_came() -> None:
    clicked = Actor(id="ou_lin", name="林", source=Source.CLICK, chat="oc_ops")
    assert acting(clicked) is clicked
    assert acting(LIN).source is Source.COMMAND
    assert acting(LARKWATCH).source is Source.SYSTEM


def test_somebody_without_a_known_name_is_not_taken_for_larkwatch() -> None:
    nameless = acting(Person(id="ou_new", name=""))
    assert (nameless.id, nameless.name) == ("ou_new", "")
    assert acting(LARKWATCH).name == LARKWATCH.name


def test_an_entry_is_exported_whole_and_reads_as_one_line() -> None:
    entry = Entry(
        id=7,
        at=NOW,
        actor=Actor(id="ou_lin", name="林", source=Source.CLICK, chat="oc_ops"),
        action="muted",
        subject="m3",
        alert_id=42,
        after={"until": "later", "reason": ""},
    )
    assert entry.as_json() == {
        "id": 7,
        "at": "2026-11-23T04:00:00+00:00",
        "actor": {"id": "ou_lin", "name": "林"},
        "source": "click",
        "chat": "oc_ops",
        "action": "muted",
        "subject": "m3",
        "alert": 42,
        "before": {},
        "after": {"until": "later", "reason": ""},
    }
    said = "2026-11-23T04:00:00+00:00 林 (click) muted m3 until: later"
    assert str(entry) == said


def test_changes_are_said_as_far_as_there_is_something_to_say() -> None:
    entry = Entry(
        at=NOW,
        actor=acting(LIN),
        action="subscription_edited",
        subject="s1",
        before={"hours": "", "language": "zh", "actors": "ou_lin"},
        after={"hours": "", "language": "en", "actors": ""},
    )
    assert entry.changes() == ("language: zh → en", "actors: ou_lin")


def test_people_and_parts_are_said_by_what_they_hold() -> None:
    assert said((LIN, WANG)) == "林, 王"
    assert said(sample("ERROR", "pay.log:1")).startswith("text ERROR, place pay.log:1, at 2026")
