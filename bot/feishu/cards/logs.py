"""What a search of logs found, newest first, and what was searched."""

from datetime import timedelta

from bot.core.alert import apart
from bot.engine.lookup_views import HostSearch, LogHit, LogsView, Source
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import (
    Card,
    Element,
    button,
    card,
    code,
    fit,
    folded,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.log_lines import LONGEST_LINE, Numbered, numbered_lines
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, one_line
from bot.feishu.commands.limits import LONGEST_TEXT

PAGE = 8
_AROUND = 2
_MOST_HOSTS = 8
_MOST_NAMED = 5
_LONGEST = (LONGEST_LINE, 120, 60, 30)
_LONGEST_REASON = 120
_KILO = 1024
_NO_FILES = ("journald:", "loki:", "elasticsearch:")
"""How what stands for the path of a line begins that is in no file."""


def logs_card(view: LogsView, reader: Reader, page: int = 1) -> Card:
    """Draw a page of what was found; long lines are shortened as far as the card needs it."""
    return fit(lambda longest: _draw(view, reader, page, longest), _LONGEST)


def _draw(view: LogsView, reader: Reader, page: int, longest: int) -> Card:
    say = reader.texts.context
    pages = max(1, -(-len(view.hits) // PAGE))
    shown = min(max(1, page), pages)
    elements: list[Element] = []
    for place, hit in enumerate(view.hits[(shown - 1) * PAGE : shown * PAGE]):
        elements += [hr()] if place else []
        elements += _hit(hit, reader, longest)
    waits = any(one.source is Source.ASKED for one in view.hosts)
    if not view.hits and not waits:
        elements.append(text(say.nothing_found))
    elements += _searched(view, reader)
    elements += _paging(view, shown, pages, reader)
    span = reader.span(max(view.span, timedelta(minutes=1)))
    return card(
        title=say.logs_title(one_line(view.words, 80)),
        subtitle=say.logs_span(span, len(view.hits)),
        template="blue" if view.hits or waits else "grey",
        elements=elements,
    )


def _hit(hit: LogHit, reader: Reader, longest: int) -> list[Element]:
    say = reader.texts.context
    kept = hit.path.startswith(_NO_FILES)
    name = one_line(hit.path if kept else hit.path.rpartition("/")[2], 60)
    place = f"{name}:{hit.number}" if hit.number else name
    at = reader.time(hit.at) if hit.at is not None else ""
    if hit.at is not None and hit.read_at is not None and apart(hit.at, hit.read_at):
        at = reader.texts.life.written_and_read(at, reader.time(hit.read_at))
    head = say.hit(at, place, one_line(hit.host, 40))
    before = hit.before[-_AROUND:]
    lines = [
        *(
            Numbered(number=hit.number + n if hit.number else 0, place=n, text=one)
            for n, one in enumerate(before, -len(before))
        ),
        Numbered(number=hit.number, place=0, text=hit.text, inside=True),
        *(
            Numbered(number=hit.number + n if hit.number else 0, place=n, text=one)
            for n, one in enumerate(hit.after[:_AROUND], 1)
        ),
    ]
    line = text(one_line(hit.text, longest) or "—", lines=3)
    return [line, folded(head, [code(fence(numbered_lines(lines, longest)))])]


def _searched(view: LogsView, reader: Reader) -> list[Element]:
    say = reader.texts.context
    lines = [say.only_recorded] if view.recorded_only else []
    for one in view.hosts[:_MOST_HOSTS]:
        lines += _host(one, reader)
    return [hr(), small("\n".join(lines))] if lines else []


def _host(one: HostSearch, reader: Reader) -> list[str]:
    say, host = reader.texts.context, one_line(one.host, 60)
    match one.source:
        case Source.ASKED:
            return [say.asked(host)]
        case Source.SILENT:
            return [say.silent(host)]
        case Source.UNANSWERED:
            return [say.no_answer(host)]
        case Source.ANSWERED:
            pass
    told = [say.searched(host, one.files, size_of(one.bytes))]
    if one.bound:
        told.append(say.bound(host))
    if one.sources:
        told.append(say.searched_too(host, _named(one.sources, reader)))
    if one.unsearched:
        told.append(say.unsearched(host, _named(one.unsearched, reader)))
    return told


def _named(watches: tuple[str, ...], reader: Reader) -> str:
    names = [one_line(name, _LONGEST_REASON) for name in watches[:_MOST_NAMED]]
    return reader.listing(names) + (" …" if len(watches) > _MOST_NAMED else "")


def _paging(view: LogsView, page: int, pages: int, reader: Reader) -> list[Element]:
    if pages == 1 and len(view.hits) < PAGE:
        return []
    say, shown = reader.texts.alert, list[Element]()
    if pages > 1:
        shown.append(small(say.page(str(page), str(pages))))
        for label, other in ((say.previous, page - 1), (say.following, page + 1)):
            turn = RunCommand(text=f"{view.again} page {other}", in_place=True)
            if 1 <= other <= pages and len(turn.text) <= LONGEST_TEXT:
                shown.append(button(label, encode(turn), small=True))
    whole = RunCommand(text=f"/logs file {view.number}")
    shown.append(button(reader.texts.context.as_file, encode(whole), small=True))
    return [row(shown)]


def size_of(size: int) -> str:
    """``3.2 MB``."""
    figure, unit = float(size), "B"
    for larger in ("KB", "MB", "GB"):
        if figure < _KILO:
            break
        figure, unit = figure / _KILO, larger
    return f"{figure:.0f} {unit}" if unit == "B" else f"{figure:.1f} {unit}"
