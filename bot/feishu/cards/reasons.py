"""Reasons in words, with their facts made safe to show."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.mute import OPEN_END
from bot.core.trace import Fact, Step
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from watchers.finding import Severity

_LONGEST = 160
_LONGEST_PATTERN = 60
_SEVERITIES = {severity.value: severity for severity in Severity}
_SEVERITY_FACTS = ("severity", "least")


def said(step: Step, chats: Mapping[str, str], reader: Reader) -> str:
    """A step's reason in the reader's language; `chats` are names by address."""
    facts = {name: _shown(name, fact, reader) for name, fact in step.facts.items()}
    if step.target is not None:
        facts["chat"] = chat_name(step.target.address, chats, reader)
    return reader.texts.why.reasons[step.reason].format_map(_Facts(facts)).strip()


def chat_name(address: str, chats: Mapping[str, str], reader: Reader) -> str:
    """A chat's name; that of a private one is nobody's business."""
    name = one_line(chats.get(address, ""), 40)
    if name:
        return name
    return reader.texts.why.private if address.startswith("ou_") else one_line(address, 40)


class _Facts(dict[str, str]):
    """A fact that is not known is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _shown(name: str, fact: Fact, reader: Reader) -> str:
    if isinstance(fact, datetime):
        return "∞" if fact == OPEN_END else reader.time(fact)
    if isinstance(fact, int):
        return str(fact)
    if name in _SEVERITY_FACTS and fact in _SEVERITIES:
        return reader.texts.format.severity(_SEVERITIES[fact])
    words = reader.texts.why.facts.get(name, {})
    return words.get(fact) or one_line(fact, _LONGEST_PATTERN if name == "pattern" else _LONGEST)
