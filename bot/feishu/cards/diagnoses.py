"""A diagnosis in words: what was found, why it matters, what to do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.diagnosis import Check, Diagnosis, Fact
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_LONGEST_FACT = 300
_PAGE = re.compile(r" \(\{page\}\)|（\{page\}）")
_CHECKS = frozenset(check.value for check in Check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One diagnosis for people, each part a line.

    Attributes:
        remedy: "" where there is nothing to do.
    """

    check: str
    found: str
    why: str
    remedy: str


def said(diagnosis: Diagnosis, reader: Reader, *, linked: bool = False) -> Said:
    """Put a diagnosis into words; what is untrusted in it is safe to show as plain text.

    Args:
        diagnosis: What was found.
        reader: For whom.
        linked: Whether the page of the console stands beside it as a link, and so not in it.
    """
    say = reader.texts.doctor
    facts = _Facts({name: _shown(name, fact, reader) for name, fact in diagnosis.facts.items()})
    facts["needed_for"] = _needed_for(diagnosis.facts, reader)
    remedy = say.remedy.get(diagnosis.verdict, "")
    if linked:
        remedy = _PAGE.sub("", remedy)
    return Said(
        check=say.checks[diagnosis.check],
        found=say.found[diagnosis.verdict].format_map(facts).strip(),
        why=say.why[diagnosis.check],
        remedy=remedy.format_map(facts),
    )


class _Facts(dict[str, str]):
    """What the words are filled with; a fact that is not there leaves a gap, no error."""

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(name: str, fact: Fact, reader: Reader) -> str:
    match fact:
        case datetime():
            return reader.time(fact)
        case timedelta():
            return reader.span(fact)
        case int():
            return str(fact)
        case str() if name == "first" and fact in _CHECKS:
            return reader.texts.doctor.checks[Check(fact)]
        case _:
            plain = one_line(fact, _LONGEST_FACT)
            return reader.texts.doctor.things.get(fact, plain)


def _needed_for(facts: Mapping[str, Fact], reader: Reader) -> str:
    say = reader.texts.doctor
    scope, event = str(facts.get("scope", "")), str(facts.get("event", ""))
    return say.scopes.get(scope, "") or say.events.get(event, "") or "…"
