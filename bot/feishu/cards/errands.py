"""What an alert's severity asks for and is not done yet: shown, and approved by a button."""

from bot.core.errand import Errand, ErrandState
from bot.engine.views import AlertView, ErrandView
from bot.feishu.actions import DecideErrand, encode
from bot.feishu.cards.elements import Element, button, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = 5


def errands(view: AlertView, reader: Reader, *, may_act: bool) -> list[Element]:
    """What waits, is under way or cools down; what is over stands in the timeline."""
    if not view.alert.state.open:
        return []
    said = reader.texts.errand.states
    shown = [one for one in view.errands if one.run.state in said and one.errand is not None]
    elements: list[Element] = []
    for one in shown[:_MOST]:
        elements += _errand(one, reader, may_act=may_act)
    return elements


def _errand(one: ErrandView, reader: Reader, *, may_act: bool) -> list[Element]:
    say, run, errand = reader.texts.errand, one.run, one.errand
    if errand is None or not errand.kind.acts:
        return []
    line = say.stands(say.states[run.state], described(errand, reader))
    if run.state is not ErrandState.ASKED:
        return [small(line)]
    if not may_act:
        return [text(line)]
    yes = DecideErrand(run_id=run.id, alert_id=run.alert_id, approved=True)
    no = DecideErrand(run_id=run.id, alert_id=run.alert_id, approved=False)
    return [
        text(line),
        row([button(say.approve, encode(yes), "primary"), button(say.decline, encode(no))]),
    ]


def described(errand: Errand, reader: Reader) -> str:
    """Its name, what it does, and whether only for show."""
    about = one_line(errand.about, 160)
    dry = f" ({reader.texts.errand.dry_run})" if errand.dry_run else ""
    return f"{errand.key}{dry} {about}".strip()
