"""Help: every command with an example, the frequent ones as buttons."""

from bot.feishu.actions import OpenSubscriptionForm, RunCommand, encode
from bot.feishu.cards.elements import Card, Element, button, card, column, columns, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.texts.command import CommandText


def help_card(reader: Reader) -> Card:
    """Draw the list of commands."""
    say, commands = reader.texts.answer, reader.texts.commands
    shown = (
        commands.status,
        commands.alerts,
        commands.alert,
        commands.acknowledge,
        commands.resolve,
        commands.mute,
        commands.unmute,
        commands.mutes,
        commands.subscribe,
        commands.subscriptions,
        commands.unsubscribe,
        commands.rules,
        commands.help,
    )
    buttons = row(
        [
            button(say.status, encode(RunCommand(text="/status"))),
            button(say.alerts, encode(RunCommand(text="/alerts"))),
            button(say.subscribe, encode(OpenSubscriptionForm())),
        ]
    )
    return card(
        title=say.help_title,
        subtitle=say.help_lead,
        template="blue",
        elements=[*(_line(command) for command in shown), buttons],
    )


def _line(command: CommandText) -> Element:
    return columns(
        [
            column([text(command.usage), small(command.about)], weight=3, spacing="0px"),
            column([small("\n".join(command.examples), "blue")], weight=2),
        ],
        flex="none",
    )
