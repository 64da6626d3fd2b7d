"""Subscriptions: a chat's standing wish to be told."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Person
from bot.core.matcher import Matcher
from watchers.finding import Severity


class Language(StrEnum):
    """Languages that cards and answers speak."""

    ZH = "zh"
    EN = "en"


class TargetKind(StrEnum):
    """Kinds of receiver."""

    FEISHU_CHAT = "feishu_chat"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Kind and address of a receiver, e.g. a Feishu chat and its chat_id."""

    kind: TargetKind
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks a subscription to be, before it is one."""

    matchers: tuple[Matcher, ...] = field(default=())
    least_severity: Severity = Severity.HIGH
    language: Language = Language.ZH


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's standing wish: matchers and least severity → target.

    Attributes:
        id: Number that people use; 0 while not stored.
        matchers: All must hold; none means every alert.
        suspended: Why nothing is sent, "" while it is served.
    """

    id: int = 0
    target: Target
    matchers: tuple[Matcher, ...] = ()
    least_severity: Severity = Severity.HIGH
    language: Language = Language.ZH
    by: Person
    created_at: datetime
    suspended: str = ""

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(
            matchers=self.matchers, least_severity=self.least_severity, language=self.language
        )
