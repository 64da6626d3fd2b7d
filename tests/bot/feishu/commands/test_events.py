"""`/events`: what others pushed in and nothing came of."""

from dataclasses import replace

from bot.core.pushed import KeptEvent, Outcome, Push
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen
from tests.bot.feishu.commands.test_respond import ask
from tests.bot.feishu.conftest import Desk


def event(name: str, note: str = "") -> KeptEvent:
    outcome = Outcome.FAILED if note else Outcome.UNKNOWN
    return KeptEvent(
        sender="shop",
        event=name,
        outcome=outcome,
        note=note,
        data='{"user":"<at id=all></at>"}',
        at=samples.NOW,
        received_at=samples.NOW,
    )


def test_admins_see_which_events_came_to_nothing_and_why(desk: Desk) -> None:
    assert "📥" not in seen(ask(desk, "/events"))
    admins = frozenset({desk.request.person.id})
    desk = replace(desk, request=replace(desk.request, admins=admins))
    assert "📥" in seen(ask(desk, "/events"))
    kept = (event("user.created"), event("order.paid", "data.id is missing"))
    desk.engine.pushed(Push(sender="shop", kept=kept), samples.NOW)

    shown = seen(ask(desk, "事件"))

    assert "user.created" in shown
    assert "data.id is missing" in shown
    assert "<at id=all>" not in shown
