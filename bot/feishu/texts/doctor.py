"""What the doctor says: for each check why it matters, for each verdict what it means to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.diagnosis import Area, Check, Status, Verdict
from bot.feishu.texts.command import CommandText


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorTexts:
    """Words about diagnoses.

    Attributes:
        why: Why it matters.
        found: What was found; braces take the facts of a diagnosis.
        remedy: What to do, for every verdict that is not well.
        scopes: What a scope is for.
        events: What an event is for.
        things: What else has a name of its own: by what facts say of it.
    """

    command: CommandText
    title: str
    checking_title: str
    checking: str
    again: str
    statuses: Mapping[Status, str]
    counts: Mapping[Status, Callable[[int], str]]
    all_well: str
    areas: Mapping[Area, str]
    checks: Mapping[Check, str]
    why: Mapping[Check, str]
    found: Mapping[Verdict, str]
    remedy: Mapping[Verdict, str]
    scopes: Mapping[str, str]
    events: Mapping[str, str]
    things: Mapping[str, str]
    why_label: str
    remedy_label: str
    well: Callable[[int], str]
    skipped: Callable[[int], str]
    more: Callable[[int], str]
    console: str
