"""Lines around an alert's record, in pages that lead both ways."""

from bot.engine.lookup_views import ContextView, Source
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Card, Element, button, card, code, fit, hr, row, small, text
from bot.feishu.cards.log_lines import LONGEST_LINE, Numbered, around, is_shortened, numbered_lines
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, one_line
from watchers.questions import Ending

PAGE = 30
MOST_LINES = 64
_LONGEST = (LONGEST_LINE, 120, 80, 40)


def context_card(view: ContextView, reader: Reader) -> Card:
    """Draw a page; long lines are shortened as far as the card needs it."""
    return fit(lambda longest: _draw(view, reader, longest), _LONGEST)


def no_context_card(reader: Reader) -> Card:
    """Say that there are no lines around an alert's records."""
    say = reader.texts.context
    return card(title=say.no_record, template="grey", elements=[text(say.no_record)])


def _draw(view: ContextView, reader: Reader, longest: int) -> Card:
    say = reader.texts.context
    answer = view.answer
    told = answer is not None and answer.ending is Ending.DONE
    lines = _from_file(view) if told else around(view.sample, record_lines=20)
    elements: list[Element] = [*_standing(view, reader)]
    if told and answer is not None and answer.begins and _reaches(lines, answer.first):
        elements.append(small(say.begins))
    if lines:
        elements.append(code(fence(numbered_lines(lines, longest))))
        if told and not any(one.number for one in lines):
            elements.append(small(say.number_unknown))
    if told and answer is not None and answer.ends and _ends(lines, view):
        elements.append(small(say.ends))
    elements += [hr(), row(_buttons(view, lines, reader))]
    where = view.answer.path if view.answer is not None and view.answer.path else view.sample.path
    return card(
        title=say.title(f"#{view.alert.id}"),
        subtitle=" · ".join(filter(None, (one_line(where, 80), _span(lines, reader)))),
        template="blue" if told else "grey",
        elements=elements,
    )


def _standing(view: ContextView, reader: Reader) -> list[Element]:
    """How it stands with the host, where that is worth a word."""
    say, host = reader.texts.context, one_line(view.alert.agent, 60)
    match view.source:
        case Source.ASKED:
            return [small(say.asked(host))]
        case Source.SILENT:
            return [small(say.silent(host))]
        case Source.UNANSWERED:
            return [small(say.no_answer(host))]
        case Source.ANSWERED:
            pass
    answer = view.answer
    if answer is None or answer.ending is Ending.DONE:
        return []
    return [small(" ".join((say.endings[answer.ending], one_line(answer.why, 120))).strip())]


def _from_file(view: ContextView) -> list[Numbered]:
    answer = view.answer
    assert answer is not None  # noqa: S101 - the caller saw to it
    record = view.record
    return [
        Numbered(number=line.number, place=place, text=line.text, inside=0 <= place < record)
        for place, line in enumerate(answer.lines, answer.first)
        if view.first <= place <= view.last
    ][:MOST_LINES]


def _reaches(lines: list[Numbered], first: int) -> bool:
    return not lines or lines[0].place == first


def _ends(lines: list[Numbered], view: ContextView) -> bool:
    answer = view.answer
    last = answer.first + len(answer.lines) - 1 if answer is not None else 0
    return not lines or lines[-1].place == last


def _span(lines: list[Numbered], reader: Reader) -> str:
    numbers = [one.number for one in lines if one.number]
    return reader.texts.context.lines(numbers[0], numbers[-1]) if numbers else ""


def _buttons(view: ContextView, lines: list[Numbered], reader: Reader) -> list[Element]:
    say, answer = reader.texts.context, view.answer
    begins = answer is not None and answer.begins and _reaches(lines, answer.first)
    ends = answer is not None and answer.ends and _ends(lines, view)
    shown = []
    if view.sample.spot is None or not view.sample.spot.findable:
        begins = ends = True  # in no file: what was kept is all there is
    if not begins:
        shown.append(_turn(say.earlier, view, view.first - PAGE, view.first - 1))
    if not ends:
        shown.append(_turn(say.later, view, view.last + 1, view.last + PAGE))
    if is_shortened(view.sample):
        whole = RunCommand(text=f"/context {view.alert.id} file")
        shown.append(button(say.whole_record, encode(whole), small=True))
    back = RunCommand(text=f"/alert {view.alert.id}")
    return [*shown, button(f"#{view.alert.id}", encode(back), small=True)]


def _turn(label: str, view: ContextView, first: int, last: int) -> Element:
    line = f"/context {view.alert.id} {first:+d} {last:+d}"
    return button(label, encode(RunCommand(text=line, in_place=True)), small=True)
