"""Help: every command by what it is about, and one command with its examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.permission import Right
from bot.feishu.actions import OpenSubscriptionForm, RunCommand, encode
from bot.feishu.cards.elements import Card, Element, button, card, fit, folded, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.command import CommandText


class HelpGroup(StrEnum):
    """What commands are about, in the order of the card."""

    SEE = "see"
    ACT = "act"
    QUIET = "quiet"
    TELL = "tell"
    RULES = "rules"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHelp:
    """One command for one person.

    Attributes:
        aliases: Its other names.
        right: What it takes.
        may: Whether this person may run it here.
    """

    name: str
    aliases: tuple[str, ...]
    text: CommandText
    right: Right
    may: bool
    group: HelpGroup


_MOST = (60, 30, 10)
_MOST_EXAMPLES = 6
_LONGEST_NAME = 40


def help_card(commands: Sequence[CommandHelp], reader: Reader) -> Card:
    """Draw all commands; a button on each shows its examples."""
    return fit(lambda most: _overview(commands[:most], reader), _MOST)


def _overview(shown: Sequence[CommandHelp], reader: Reader) -> Card:
    say = reader.texts.phrase
    elements: list[Element] = [text(say.lead), small("\n".join(say.samples))]
    for group in HelpGroup:
        some = [one for one in shown if one.group is group]
        if some:
            elements.append(_group(group, some, reader))
    answer = reader.texts.answer
    starts = [
        button(answer.status, encode(RunCommand(text="/status"))),
        button(answer.alerts, encode(RunCommand(text="/alerts"))),
        button(answer.subscribe, encode(OpenSubscriptionForm())),
    ]
    return card(
        title=answer.help_title,
        subtitle=answer.help_lead,
        template="blue",
        elements=[*elements, row(starts)],
    )


def _group(group: HelpGroup, commands: Sequence[CommandHelp], reader: Reader) -> Element:
    """What a group has, behind a bar; the first one is open."""
    say = reader.texts.phrase
    lines = [
        f"{'' if one.may else '🔒 '}/{one_line(one.name, _LONGEST_NAME)}  "
        f"{one_line(one.text.about, 100)}"
        for one in commands
    ]
    more = [
        button(f"/{one.name}", encode(_on(one.name)), "text", small=True)
        for one in commands
        if one.may and len(one.name) <= _LONGEST_NAME
    ]
    inner = [text("\n".join(lines)), *([row(more)] if more else [])]
    return folded(say.groups[group.value], inner, expanded=group is HelpGroup.SEE)


def command_help_card(one: CommandHelp, reader: Reader) -> Card:
    """Draw one command: what it does, how it is written and said, and who may."""
    say = reader.texts.phrase
    aliases = one_line("  ".join(one.aliases), 200)
    examples = [one_line(example, 120) for example in one.text.examples[:_MOST_EXAMPLES]]
    mark = "✅" if one.may else "🔒"
    said = say.said.get(one.name, ())
    elements = [
        text(one_line(one.text.about, 200)),
        small(say.usage),
        text(one_line(one.text.usage, 300), size="heading"),
        small(say.examples),
        text("\n".join(examples)),
        *([small(say.in_words), text("\n".join(said))] if said else []),
        *([small(say.aliases(aliases))] if aliases else []),
        small(f"{mark} {say.who[one.right]}"),
        row([button(say.back, encode(RunCommand(text="/help", in_place=True)))]),
    ]
    return card(title=f"/{one_line(one.name, _LONGEST_NAME)}", template="blue", elements=elements)


def _on(name: str) -> RunCommand:
    return RunCommand(text=f"/help {name}", in_place=True)
