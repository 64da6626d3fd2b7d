"""What the audit says of an action."""

from dataclasses import replace

from bot.core.alert import LARKWATCH, AlertState
from bot.core.audit import Actor, Source, acting, changed
from tests.builders import LIN, NOW, alert


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
