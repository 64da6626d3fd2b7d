"""What is said of a sentence: which command it was taken for, or which it may be."""

from collections.abc import Sequence

from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Card, Element, button, card, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.limits import LONGEST_TEXT

_MOST = 4


def with_line(answer: Card, line: str, reader: Reader) -> Card:
    """An answer with the command that its question was taken for."""
    note = small(reader.texts.phrase.understood(one_line(line, 200)))
    body = answer["body"]
    return answer | {"body": body | {"elements": [note, *body["elements"]]}}


def choices_card(found: str, lines: Sequence[str], reader: Reader) -> Card:
    """Ask which command was meant; nothing is done yet."""
    say = reader.texts.phrase
    runnable = [line for line in lines[:_MOST] if 0 < len(line) <= LONGEST_TEXT]
    shown = [line.encode("utf-8", "replace").decode() for line in runnable]
    return card(
        title=say.choose_title,
        template="wathet",
        elements=[
            text(reader.texts.answer.found(one_line(found, 200) or reader.texts.answer.nothing)),
            small(say.choose_lead),
            *([row([_runs(line) for line in shown])] if shown else []),
            row([button(reader.texts.answer.help, encode(RunCommand(text="/help")), small=True)]),
        ],
    )


def _runs(line: str) -> Element:
    return button(one_line(line, 60), encode(RunCommand(text=line)))


def confirm_card(said: str, reader: Reader) -> Card:
    """Ask whether a command that ends something is to be run."""
    say = reader.texts.phrase
    line = said.encode("utf-8", "replace").decode()
    return card(
        title=say.confirm_title,
        template="orange",
        elements=[
            text(say.understood(one_line(line, 200))),
            row([button(say.confirm, encode(RunCommand(text=line, in_place=True)), "danger")]),
        ],
    )
