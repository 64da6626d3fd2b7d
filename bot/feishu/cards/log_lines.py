"""Log lines with their numbers, as they stand on cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.alert import Alert
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Element, button, code, folded, row
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, lines_of, one_line
from watchers.finding import Sample

LONGEST_LINE = 200
_RECORD_LINES = 6
_AROUND = 5
OMITTED = " lines omitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """One line.

    Attributes:
        number: From 1; 0 when it is not known, and `place` stands for it.
        place: Counted from the record's first line.
        inside: Whether it is of the record itself.
    """

    number: int
    place: int
    text: str
    inside: bool = False


def numbered_lines(lines: Sequence[Numbered], longest: int = LONGEST_LINE) -> list[str]:
    """The lines with their numbers before them; the record's own are marked."""
    labels = [str(one.number) if one.number else f"{one.place:+d}" for one in lines]
    width = max(map(len, labels), default=0)
    return [
        f"{label.rjust(width)} {'▶' if one.inside else '│'} {_shown(one.text, longest)}"
        for label, one in zip(labels, lines, strict=True)
    ]


def around(sample: Sample, record_lines: int = _RECORD_LINES) -> list[Numbered]:
    """What was recorded of a sample and the lines around it."""
    spot = sample.spot
    if spot is None:
        return []
    inside = sample.text.split("\n")
    omitted = 0
    if inside[-1].startswith("… ") and inside[-1].endswith(OMITTED):
        figure = inside.pop().removeprefix("… ").removesuffix(OMITTED)
        omitted = int(figure) if figure.isdigit() else 0
    behind = len(inside) + omitted
    numbers = (
        *(
            (n - min(_AROUND, len(spot.before)), text, False)
            for n, text in enumerate(spot.before[-_AROUND:])
        ),
        *((n, text, True) for n, text in enumerate(inside[:record_lines])),
        *((behind + n, text, False) for n, text in enumerate(spot.after[:_AROUND])),
    )
    return [
        Numbered(number=spot.line + n if spot.line else 0, place=n, text=text, inside=own)
        for n, text, own in numbers
    ]


def is_shortened(sample: Sample) -> bool:
    """Whether the record has more lines than were kept."""
    return sample.spot is not None and sample.text.endswith(OMITTED)


def place_of(sample: Sample, limit: int = 80) -> str:
    """``pay.log:1043``, or the path alone."""
    line = sample.spot.line if sample.spot is not None else 0
    name = one_line(sample.path.rpartition("/")[2], limit)
    return f"{name}:{line}" if line else name


def context_panel(alert: Alert, reader: Reader, *, may_act: bool) -> list[Element]:
    """The lines around the newest record, folded; its buttons are for who asks for more."""
    sample = alert.samples[-1] if alert.samples else None
    if sample is None or sample.spot is None:
        return []
    say = reader.texts.context
    lines = numbered_lines(around(sample))
    elements = [code(fence(lines))]
    if may_act and sample.spot.findable:
        buttons = [button(say.more, encode(RunCommand(text=f"/context {alert.id}")), small=True)]
        if is_shortened(sample):
            whole = RunCommand(text=f"/context {alert.id} file", alert_id=alert.id)
            buttons.append(button(say.whole_record, encode(whole), small=True))
        elements.append(row(buttons))
    return [folded(say.panel(place_of(sample)), elements)]


def _shown(text: str, longest: int) -> str:
    return (lines_of(text, longest) or [""])[0]
