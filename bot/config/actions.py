"""``[actions]``: what each severity sends out beside the chats; ``[[template]]``: in what words."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.core.errand import ErrandKind
from bot.core.template import Format, Template
from watchers.finding import Severity

_ALONE = (ErrandKind.RECORD,)
_PUSHES = (ErrandKind.APP, ErrandKind.SMS, ErrandKind.PHONE)
_WANTED = (
    '"record", "app", "sms", "phone" (whoever is on call in the first rota, or "sms:ROTA"), or '
    '"email:", "wecom:", "feishu:", "webhook:", "hook:", "command:", "kubernetes:" or "notifier:" '
    "and a name"
)
OTHER_WORDS = {"minor": "medium", "major": "high"}
"""Three levels by the names that dynamic rules give them; critical is critical."""


def parse_action(text: str) -> tuple[ErrandKind, str]:
    """Kind and name of one entry of a table.

    Raises:
        ValueError: If it is none.
    """
    word, colon, name = text.partition(":")
    try:
        kind = ErrandKind(word)
    except ValueError as error:
        raise ValueError(_WANTED) from error
    named = bool(name) and name == name.strip()
    if kind in _ALONE:
        sound = not colon
    elif kind in _PUSHES:
        sound = named or not colon
    else:
        sound = named
    if not sound:
        raise ValueError(_WANTED)
    return kind, name


def _action(text: str) -> str:
    parse_action(text)
    return text


Actions = tuple[Annotated[str, AfterValidator(_action)], ...]


class ActionsSection(BaseModel):
    """``[actions]``: by severity; ``minor`` is another word for medium, ``major`` for high."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    critical: Actions = ()
    high: Actions = ()
    medium: Actions = ()
    low: Actions = ()
    info: Actions = ()

    minor: Actions = ()
    major: Actions = ()

    @model_validator(mode="after")
    def _in_one_word(self) -> "ActionsSection":
        for word, ours in OTHER_WORDS.items():
            if getattr(self, word) and getattr(self, ours):
                raise ValueError(f"{word} or {ours}, which are the same, and not both")
        return self

    def of(self, severity: Severity) -> Actions:
        """What this severity sends out."""
        actions: Actions = getattr(self, self.key_of(severity))
        return actions

    def key_of(self, severity: Severity) -> str:
        """Under which word its table stands."""
        other = {ours: word for word, ours in OTHER_WORDS.items()}.get(severity.value, "")
        return other if other and getattr(self, other) else severity.value


def _receiver(text: str) -> str:
    if not re.fullmatch(r"(chat|email|wecom|feishu)(:\S+)?", text):
        raise ValueError('"chat", "email", "wecom" or "feishu", alone or with ":" and a name')
    return text


class TemplateSettings(BaseModel):
    """``[[template]]``: the words of messages to some receivers, of some rules."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    format: Format
    to: tuple[Annotated[str, AfterValidator(_receiver)], ...] = ()
    rules: tuple[str, ...] = ()
    text: str = Field(min_length=1)

    @property
    def template(self) -> Template:
        """What it means."""
        return Template(
            name=self.name, format=self.format, source=self.text, to=self.to, rules=self.rules
        )
