"""Which alerts are meant, as people write it: matchers, least severity, language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.errors import MatcherError
from bot.core.matcher import Matcher, Operator, parse_matcher
from bot.core.subscription import Language
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import language_named, severity_named
from bot.feishu.commands.words import Word, split
from watchers.finding import Severity

_CONDITION = re.compile(r"([\w.-]*)(>=|≥|=~|!~|!=|=)(.*)", re.DOTALL)
_LABELS = {
    "服务": "service",
    "规则": "rule",
    "主机": "host",
    "指纹": "fingerprint",
    "级别": "severity",
    "等级": "severity",
    "level": "severity",
    "语言": "lang",
    "language": "lang",
}
_EXAMPLE = "service=pay level>=high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for; None and () where nothing was said."""

    matchers: tuple[Matcher, ...] = ()
    least_severity: Severity | None = None
    language: Language | None = None


def is_condition(word: Word) -> bool:
    """Whether a word is meant as a condition, e.g. ``service=pay``."""
    return not word.quoted and _CONDITION.fullmatch(word.text) is not None


def read_selection(text: str) -> Selection:
    """Read conditions separated by spaces or commas.

    Raises:
        CommandError: If a part is no condition or cannot be read.
    """
    return select(split(text))


def select(words: Iterable[Word]) -> Selection:
    """Read conditions that are already split.

    Raises:
        CommandError: If one is no condition or cannot be read.
    """
    matchers: list[Matcher] = []
    least: Severity | None = None
    language: Language | None = None
    for word in words:
        found = None if word.quoted else _CONDITION.fullmatch(word.text)
        if found is None:
            raise CommandError(word.text, lambda texts: texts.wanted.matcher, _EXAMPLE)
        name = found[1].lower()
        label, operator, value = _LABELS.get(name, found[1]), found[2], found[3]
        if operator in (">=", "≥"):
            if label not in ("severity", ""):
                raise CommandError(word.text, lambda texts: texts.wanted.matcher, _EXAMPLE)
            least = _severity(value)
        elif label == "lang" and operator == "=":
            language = _language(value)
        else:
            matchers.append(_matcher(label, operator, value))
    return Selection(matchers=tuple(matchers), least_severity=least, language=language)


def written(matcher: Matcher) -> str:
    """A matcher as a line that `select` reads back."""
    mark = "'" if '"' in matcher.value else '"'
    return f"{matcher.label}{matcher.operator.value}{mark}{matcher.value}{mark}"


def _matcher(label: str, operator: str, value: str) -> Matcher:
    if label == "severity" and operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        value = _severity(value).value
    try:
        return parse_matcher(f"{label}{operator}{value}")
    except MatcherError as error:
        raise CommandError(error.text, lambda texts: texts.wanted.matcher, _EXAMPLE) from error


def _severity(value: str) -> Severity:
    severity = severity_named(value)
    if severity is None:
        raise CommandError(value, lambda texts: texts.wanted.severity, "level>=high")
    return severity


def _language(value: str) -> Language:
    language = language_named(value)
    if language is None:
        raise CommandError(value, lambda texts: texts.wanted.language, "lang=en")
    return language
