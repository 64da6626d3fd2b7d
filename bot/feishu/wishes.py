"""The subscription form's fields ↔ a wish."""

from collections.abc import Mapping
from typing import Any

import re2

from bot.core.hours import Hours
from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Acting, Language, Mention, Ways, Wish
from bot.feishu.action_error import ActionError
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.hours import hours_named
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.selection import read_selection
from bot.feishu.texts.base import Texts
from watchers.finding import Severity

MAX_CHOICES = 50
MAX_CHOICE_LENGTH = 100

FIELD_RULES = "rules"
FIELD_SERVICES = "services"
FIELD_MATCHERS = "matchers"
FIELD_LEAST = "least"
FIELD_LANGUAGE = "language"
FIELD_BEGINS = "begins"
FIELD_ENDS = "ends"
FIELD_ZONE = "zone"
FIELD_URGENT = "urgent"
FIELD_ACTING = "acting"
FIELD_ACTORS = "actors"
FIELD_MENTION = "mention"
FIELD_MENTIONS = "mentions"


def read_wish(form: Mapping[str, Any]) -> Wish:
    """Read the fields of a sent form; nothing in it is trusted.

    Raises:
        ActionError: If a field is of another kind or out of range.
    """
    matchers = (
        *_any_of("rule", _chosen(form.get(FIELD_RULES))),
        *_any_of("service", _chosen(form.get(FIELD_SERVICES))),
        *_written(form.get(FIELD_MATCHERS)),
    )
    return Wish(
        matchers=matchers,
        least_severity=_severity(form.get(FIELD_LEAST), Wish().least_severity),
        language=_language(form.get(FIELD_LANGUAGE)),
        ways=_ways(form),
    )


def _ways(form: Mapping[str, Any]) -> Ways:
    actors, mentions = (tuple(_chosen(form.get(key))) for key in (FIELD_ACTORS, FIELD_MENTIONS))
    acting = _acting(form.get(FIELD_ACTING))
    if acting is Acting.LISTED and not actors:
        raise ActionError("", lambda texts: texts.people.wanted_person)
    return Ways(
        hours=_hours(form),
        urgent_from=_severity(form.get(FIELD_URGENT), Ways().urgent_from),
        acting=acting,
        actors=actors if acting is Acting.LISTED else (),
        mention=_mention(form.get(FIELD_MENTION), mentions),
        mentions=mentions,
    )


def _hours(form: Mapping[str, Any]) -> Hours | None:
    begins, ends = form.get(FIELD_BEGINS), form.get(FIELD_ENDS)
    if not begins and not ends:
        return None
    zone = form.get(FIELD_ZONE)
    # A picker adds the offset of the phone, "09:00 +0800": the zone is the one that was chosen.
    clocks = [str(clock or "").partition(" ")[0] for clock in (begins, ends)]
    hours = hours_named("-".join(clocks), str(zone or ""))
    if hours is None:
        raise ActionError("-".join(clocks), lambda texts: texts.people.wanted_hours)
    return hours


def _mention(name: object, mentions: tuple[str, ...]) -> Mention:
    """People chosen are mentioned whatever the menu beside them says, but for who is on call."""
    if name == Mention.ON_CALL.value:
        return Mention.ON_CALL
    return Mention.LISTED if mentions else Mention.NOBODY


def _acting(name: object) -> Acting:
    if name is None or name == "":
        return Ways().acting
    try:
        return Acting(str(name))
    except ValueError:
        raise ActionError(name, lambda texts: texts.people.wanted_acting) from None


def _chosen(values: object) -> list[str]:
    if values is None or values == "":
        return []
    if not isinstance(values, list) or len(values) > MAX_CHOICES:
        raise ActionError(values, _known_choice)
    for value in values:
        if not isinstance(value, str) or not value or len(value) > MAX_CHOICE_LENGTH:
            raise ActionError(value, _known_choice)
    return list(dict.fromkeys(values))


def _any_of(label: str, values: list[str]) -> tuple[Matcher, ...]:
    match values:
        case []:
            return ()
        case [value]:
            return (Matcher(label=label, operator=Operator.EQUAL, value=value),)
        case _:
            pattern = "|".join(re2.escape(value) for value in values)
            return (Matcher(label=label, operator=Operator.MATCHES, value=pattern),)


def _written(text: object) -> tuple[Matcher, ...]:
    if text is None:
        return ()
    if not isinstance(text, str):
        raise ActionError(text, _matcher)
    try:
        selection = read_selection(text)
    except CommandError as error:
        raise ActionError(error.found, error.wanted) from error
    if selection.least_severity is not None:
        raise ActionError(text, _matcher)
    return selection.matchers


def _severity(name: object, usual: Severity) -> Severity:
    if name is None or name == "":
        return usual
    severity = severity_named(name) if isinstance(name, str) else None
    if severity is None:
        raise ActionError(name, lambda texts: texts.wanted.severity)
    return severity


def _language(name: object) -> Language:
    if name is None or name == "":
        return Wish().language
    try:
        return Language(str(name))
    except ValueError:
        raise ActionError(name, lambda texts: texts.wanted.language) from None


def _known_choice(texts: Texts) -> str:
    return texts.wanted.known_choice


def _matcher(texts: Texts) -> str:
    return texts.wanted.matcher
