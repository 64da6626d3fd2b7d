"""What the status says of receivers that are not told everything in time."""

from datetime import timedelta

from bot.engine.delivering import TargetTrouble
from bot.engine.views import StatusView
from bot.feishu.cards.elements import Element, small
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = 8
_WAITS_S = 60.0


def delivery_troubles(view: StatusView, reader: Reader) -> list[Element]:
    """A line for each trouble of each chat; nothing when all is well."""
    say = reader.texts.delivery
    lines = [line for trouble in view.troubles for line in _lines(trouble, reader)]
    if view.figures.sparing:
        lines.insert(0, say.sparing(f"{view.figures.calls}/{view.figures.monthly}"))
    if view.figures.unheard:
        lines.insert(0, reader.texts.escalation.unheard(view.figures.unheard))
    if view.figures.fields_full:
        lines.append(reader.texts.fields.full(view.figures.fields_left_out))
    shown = [small(line, "orange") for line in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(small(say.more_troubles(len(lines) - _MOST), "orange"))
    return shown


def _lines(trouble: TargetTrouble, reader: Reader) -> list[str]:
    say, name = reader.texts.delivery, one_line(trouble.name, 40)
    lines = []
    if trouble.suspended:
        lines.append(say.suspended(name, one_line(trouble.suspended, 120)))
    if trouble.next_try_at is not None:
        until = reader.time(max(trouble.next_try_at, reader.now))
        lines.append(say.tripped(name, one_line(trouble.fault, 120), until))
    if trouble.waits_s > _WAITS_S:
        age = reader.span(timedelta(seconds=trouble.waits_s))
        lines.append(say.queued(name, trouble.waiting, age))
    if trouble.lessened:
        lines.append(say.lessened(name, trouble.lessened))
    return lines
