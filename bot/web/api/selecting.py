"""Which alerts are meant: conditions as people write them in chats."""

from bot.core.matcher import Matcher
from bot.feishu.commands.selection import Selection, select
from bot.feishu.commands.words import Word
from bot.web.api.operation import Call
from bot.web.api.problem import Fault, unprocessable, words_of


def selected(call: Call, conditions: list[str], where: str) -> Selection:
    """What conditions mean, ``level>=high`` among them.

    Raises:
        ProblemError: If one cannot be read, or is none on alerts.
    """
    with words_of(where, call.reader):
        found = select(Word(text=one) for one in conditions)
    if found.language is not None:
        raise _no_condition(call, conditions, where)
    return found


def matchers_of(call: Call, conditions: list[str], where: str) -> tuple[Matcher, ...]:
    """The same where no least severity can be said.

    Raises:
        ProblemError: If one cannot be read, or is none on alerts.
    """
    found = selected(call, conditions, where)
    if found.least_severity is not None:
        raise _no_condition(call, conditions, where)
    return found.matchers


def _no_condition(call: Call, conditions: list[str], where: str) -> Exception:
    wanted = call.reader.texts.wanted.matcher
    return unprocessable(Fault(where=where, found=" ".join(conditions)[:200], wanted=wanted))
