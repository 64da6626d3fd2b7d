"""Subscriptions: a chat's standing wish to be told."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Person
from bot.core.hours import Hours
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
    FEISHU_URGENT = "feishu_urgent"
    """Feishu's urgent push; the address is the way: ``urgent_app``, ``urgent_sms`` …"""
    EMAIL = "email"
    WEBHOOK = "webhook"
    """The address is its name in the configuration, as of all that follow."""
    WECOM = "wecom"
    FEISHU_BOT = "feishu_bot"
    """A custom bot of a group, by its webhook: it only tells."""
    NOTIFIER = "notifier"
    """A notifier of another package."""
    HOOK = "hook"
    COMMAND = "command"
    KUBERNETES = "kubernetes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Kind and address of a receiver, e.g. a Feishu chat and its chat_id."""

    kind: TargetKind
    address: str


class Acting(StrEnum):
    """Who may act on what a chat is told."""

    EVERYONE = "everyone"
    LISTED = "listed"
    LEADERS = "leaders"
    NOBODY = "nobody"


class Mention(StrEnum):
    """Whom the first card of an alert mentions."""

    NOBODY = "nobody"
    ON_CALL = "on_call"
    LISTED = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a chat is told, beside what of.

    Attributes:
        hours: Outside them only `urgent_from` rings, None for any hour.
        urgent_from: Rings at any hour.
        acting: Who may act; admins always may.
        actors: open_ids, for `Acting.LISTED`.
        mention: Whom a first card mentions.
        mentions: For `Mention.LISTED`: open_ids, e-mail addresses, mobile numbers.
    """

    hours: Hours | None = None
    urgent_from: Severity = Severity.CRITICAL
    acting: Acting = Acting.EVERYONE
    actors: tuple[str, ...] = ()
    mention: Mention = Mention.NOBODY
    mentions: tuple[str, ...] = ()

    def rings(self, severity: Severity, now: datetime) -> bool:
        """Whether an alert of this severity may ring at this instant."""
        if self.hours is None or severity.rank >= self.urgent_from.rank:
            return True
        return self.hours.open(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks a subscription to be, before it is one."""

    matchers: tuple[Matcher, ...] = field(default=())
    least_severity: Severity = Severity.HIGH
    language: Language = Language.ZH
    ways: Ways = Ways()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's standing wish: matchers and least severity → target.

    Attributes:
        id: Number that people use; 0 while not stored.
        matchers: All must hold; none means every alert.
        suspended: Why nothing is sent, "" while it is served.
        ended: Whether that is for good, since the chat is no more.
        ways: How the chat is told.
    """

    id: int = 0
    target: Target
    matchers: tuple[Matcher, ...] = ()
    least_severity: Severity = Severity.HIGH
    language: Language = Language.ZH
    by: Person
    created_at: datetime
    suspended: str = ""
    ended: bool = False
    ways: Ways = Ways()

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(
            matchers=self.matchers,
            least_severity=self.least_severity,
            language=self.language,
            ways=self.ways,
        )
