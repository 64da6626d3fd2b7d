"""What a figure is of, in words, and how it changed."""

from bot.engine.scope import Part, Scope, ScopeKind
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.conditions import conditions
from bot.feishu.cards.elements import Element, button
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.texts.figures import number
from watchers.finding import Severity

_MOST_PARTS = 3


def scope_text(scope: Scope, reader: Reader) -> str:
    """What a figure is of; holds untrusted text."""
    say = reader.texts.ranking
    if scope.kind is ScopeKind.EVERYTHING:
        return say.of_everything
    shown = [_part(part, reader) for part in scope.parts[:_MOST_PARTS]]
    if len(scope.parts) > _MOST_PARTS:
        shown.append("…")
    what = "; ".join(shown)
    return say.of_chat(what) if scope.kind is ScopeKind.CHAT else say.of_filter(what)


def change_text(count: int, before: int, reader: Reader, *, compares: bool = True) -> str:
    """``↑ 320%`` against what was before."""
    say = reader.texts.ranking
    if not compares or not (count or before):
        return say.unknown
    if not before:
        return say.fresh
    percent = round(100 * (count - before) / before)
    if not percent:
        return say.same
    return say.rise(number(percent)) if percent > 0 else say.fall(number(-percent))


def run_button(label: str, line: str, *, in_place: bool = True) -> list[Element]:
    """A small button that runs a command; none if the line could not be sent back as it is."""
    if len(line) > LONGEST_TEXT or not line.isprintable():
        return []
    return [button(label, encode(RunCommand(text=line, in_place=in_place)), small=True)]


def _part(part: Part, reader: Reader) -> str:
    least = None if part.least is Severity.INFO else part.least
    said = conditions(part.matchers, least, reader)
    return said or reader.texts.subscription.everything
