"""``/help``: what can be said, in one card; ``/help mute``: one command with examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.help import CommandHelp, HelpGroup, command_help_card, help_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.rights import rights_of

_GROUPS: Mapping[HelpGroup, tuple[str, ...]] = {
    HelpGroup.SEE: ("status", "alerts", "alert", "why", "top", "trend", "logs", "health"),
    HelpGroup.ACT: ("ack", "unack", "resolve", "assign", "comment", "severity"),
    HelpGroup.QUIET: ("mute", "unmute", "mutes"),
    HelpGroup.TELL: (
        "subscribe",
        "subscriptions",
        "subscription",
        "unsubscribe",
        "digest",
        "lang",
    ),
    HelpGroup.RULES: ("rules", "rule", "watch"),
}
_GROUP_OF = {name: group for group, names in _GROUPS.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Say what can be said.

    Attributes:
        topic: What was asked about, as written; "" for everything.
        commands: All there are.
    """

    topic: str = ""
    commands: tuple[Spec, ...] = field(default=(), compare=False)

    @property
    def spec(self) -> Spec | None:
        """The command that was asked about, None for everything, or for what is none."""
        wanted = self.topic.removeprefix("/").strip()
        return next((one for one in self.commands if wanted in one.names), None)

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the list of commands, or with one of them."""
        rights = rights_of(request, views)
        if (spec := self.spec) is not None:
            return Answer(card=command_help_card(_help(spec, request, rights), request.reader))
        every = [_help(one, request, rights) for one in self.commands]
        # What somebody may run comes first; sorting keeps the order within.
        return Answer(card=help_card(sorted(every, key=lambda one: not one.may), request.reader))


def _help(spec: Spec, request: Request, rights: Mapping[Right, bool]) -> CommandHelp:
    name = spec.names[0]
    return CommandHelp(
        name=name,
        aliases=spec.names[1:],
        text=spec.text(request.reader.texts),
        right=spec.right,
        may=rights[spec.right],
        group=_GROUP_OF.get(name, HelpGroup.MORE),
    )


def spec_of(others: tuple[Spec, ...]) -> Spec:
    """``/help`` on these commands and itself."""

    def read(words: Words, moment: Moment) -> Help:
        topic = " ".join(word.text for word in words).lower()
        return Help(topic=topic, commands=(*others, spec))

    spec = Spec(
        names=("help", "帮助", "h", "?", "？", "菜单", "menu", "使用说明", "怎么用", "start"),
        text=lambda texts: texts.commands.help,
        read=read,
        right=Right.READ,
    )
    return spec
