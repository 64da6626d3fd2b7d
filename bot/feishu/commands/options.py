"""``--hours 09:00-18:00 --tz … --urgent high --act admins --mention @x``: how a chat is told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.subscription import Acting, Mention, Ways
from bot.feishu.commands.base import Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.hours import ANY_HOUR, hours_named, is_zone
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.selection import is_condition
from bot.feishu.commands.words import Word
from bot.feishu.wishes import MAX_CHOICES
from watchers.finding import Severity

_DASHES = ("--", "—", "–")
_EXAMPLE = "/subscribe service=pay --hours 09:00-18:00 --act admins"
_NAMES = {
    "hours": "hours",
    "时段": "hours",
    "时间": "hours",
    "tz": "tz",
    "zone": "tz",
    "时区": "tz",
    "urgent": "urgent",
    "紧急": "urgent",
    "act": "act",
    "权限": "act",
    "操作": "act",
    "mention": "mention",
    "提及": "mention",
    "提醒": "mention",
}
_ACTING = {
    "everyone": Acting.EVERYONE,
    "all": Acting.EVERYONE,
    "所有人": Acting.EVERYONE,
    "admins": Acting.LEADERS,
    "admin": Acting.LEADERS,
    "owner": Acting.LEADERS,
    "leaders": Acting.LEADERS,
    "管理员": Acting.LEADERS,
    "群主": Acting.LEADERS,
    "nobody": Acting.NOBODY,
    "readonly": Acting.NOBODY,
    "只读": Acting.NOBODY,
}
_MENTION = {
    **dict.fromkeys(("nobody", "none", "off", "无", "不提醒"), Mention.NOBODY),
    **dict.fromkeys(("oncall", "on-call", "duty", "值班", "值班人"), Mention.ON_CALL),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was said of the ways; None where nothing was.

    Attributes:
        hours: As written.
        acting: With `actors` where people are listed.
        mention: With `mentions` where people are listed.
        mentions: People as written: ``@name``, open_id, e-mail address, mobile number.
    """

    hours: str | None = None
    zone: str | None = None
    urgent_from: Severity | None = None
    acting: Acting | None = None
    actors: tuple[str, ...] = ()
    mention: Mention | None = None
    mentions: tuple[str, ...] = ()

    def over(self, ways: Ways, zone: str, mentioned: Mapping[str, str]) -> Ways:
        """The ways with these said instead.

        Args:
            ways: As they are.
            zone: Of hours whose zone was not said.
            mentioned: open_ids by ``@name``.

        Raises:
            CommandError: If the hours cannot be read, or somebody is not known.
        """
        if self.acting is not None:
            actors = people(self.actors, mentioned)
            ways = replace(ways, acting=self.acting, actors=actors)
        if self.mention is not None:
            found = people(self.mentions, mentioned)
            ways = replace(ways, mention=self.mention, mentions=found)
        if self.urgent_from is not None:
            ways = replace(ways, urgent_from=self.urgent_from)
        return self._timed(ways, zone)

    def _timed(self, ways: Ways, zone: str) -> Ways:
        named = self.zone or (ways.hours.zone if ways.hours is not None else zone)
        if self.hours is None:
            if self.zone is not None and ways.hours is not None:
                return replace(ways, hours=replace(ways.hours, zone=named))
            return ways
        if self.hours.lower() in ANY_HOUR:
            return replace(ways, hours=None)
        hours = hours_named(self.hours, named)
        if hours is None:
            raise CommandError(self.hours, lambda texts: texts.people.wanted_hours, _EXAMPLE)
        return replace(ways, hours=hours)


def people(words: tuple[str, ...], mentioned: Mapping[str, str]) -> tuple[str, ...]:
    """People as they are kept: open_ids, e-mail addresses, mobile numbers.

    Raises:
        CommandError: If somebody is named who is not mentioned in the message, or too many are.
    """
    if len(words) > MAX_CHOICES:
        raise CommandError(words[MAX_CHOICES], lambda texts: texts.wanted.shorter, _EXAMPLE)
    found = []
    for word in words:
        known = mentioned.get(word)
        if known is None and not _is_contact(word):
            raise CommandError(word, lambda texts: texts.people.wanted_person, _EXAMPLE)
        found.append(known or word)
    return tuple(dict.fromkeys(found))


def split_options(words: Words) -> tuple[Words, Options]:
    """The words without the options, and these.

    Raises:
        CommandError: If an option or its value cannot be read.
    """
    left: list[Word] = []
    options = Options()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name = _option(word)
        if name is None:
            left.append(word)
            continue
        values = []
        while rest and _option(rest[0]) is None and not is_condition(rest[0]):
            values.append(rest.pop(0).text)
        options = _with(options, name, values, word.text)
    return tuple(left), options


def _option(word: Word) -> str | None:
    """The bare name of an option, "" for one that does not exist; None for any other word."""
    dashes = next((one for one in _DASHES if word.text.startswith(one)), None)
    if word.quoted or dashes is None:
        return None
    return _NAMES.get(word.text.removeprefix(dashes).lstrip("-").lower(), "")


def _with(options: Options, name: str, values: list[str], written: str) -> Options:
    first = values[0] if values else ""
    match name:
        case "hours":
            return replace(options, hours="".join(values))
        case "tz" | "urgent":
            return _when(options, name, first)
        case "act" | "mention":
            return _who(options, name, values, first.lower())
        case _:
            raise CommandError(written, lambda texts: texts.people.wanted_option, _EXAMPLE)


def _when(options: Options, name: str, value: str) -> Options:
    if name == "tz":
        if not is_zone(value):
            raise CommandError(value, lambda texts: texts.people.wanted_zone, _EXAMPLE)
        return replace(options, zone=value)
    severity = severity_named(value)
    if severity is None:
        raise CommandError(value, lambda texts: texts.wanted.severity, _EXAMPLE)
    return replace(options, urgent_from=severity)


def _who(options: Options, name: str, values: list[str], first: str) -> Options:
    if name == "act":
        if not values:
            raise CommandError("", lambda texts: texts.people.wanted_acting, _EXAMPLE)
        acting = _ACTING.get(first)
        listed = tuple(values) if acting is None else ()
        return replace(options, acting=acting or Acting.LISTED, actors=listed)
    if not values:
        raise CommandError("", lambda texts: texts.people.wanted_person, _EXAMPLE)
    mention = _MENTION.get(first)
    listed = tuple(values) if mention is None else ()
    return replace(options, mention=mention or Mention.LISTED, mentions=listed)


def _is_contact(word: str) -> bool:
    if word.startswith("@"):
        return False
    digits = word.removeprefix("+")
    return word.startswith("ou_") or "@" in word or (digits.isascii() and digits.isdigit())
