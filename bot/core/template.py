"""What a template is: what it makes, for whom, and of which rules."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

CHAT = "chat"
"""The kind of cards in chats, beside those of errands: ``chat``, or ``chat:oc_…`` for one."""


class Format(StrEnum):
    """What a template makes."""

    TEXT = "text"
    MARKDOWN = "markdown"
    """WeCom's markdown."""
    POST = "post"
    """Feishu's rich text: the first line is the title, every other a paragraph."""
    CARD = "card"
    """Card JSON 2.0 of Feishu."""
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template of the configuration.

    Attributes:
        to: Kinds of receivers, ``wecom``, or single ones, ``wecom:oncall``; none means all.
        rules: Names of rules or globs of them; none means all.
    """

    name: str
    format: Format
    source: str
    to: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def takes(self, receiver: str, rule: str, wanted: Format) -> bool:
        """Whether it is for such a message."""
        kind = receiver.partition(":")[0]
        # The living card of chats has its own words, unless somebody means it.
        whole = not self.to and kind != CHAT
        return (
            self.format is wanted
            and (whole or receiver in self.to or kind in self.to)
            and (not self.rules or any(fnmatchcase(rule, one) for one in self.rules))
        )
