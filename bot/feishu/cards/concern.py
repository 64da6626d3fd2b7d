"""What admins are told in private: what hinders delivery, what it means, what to do."""

from typing import assert_never

from bot.core.concern import Concern, ConcernKind
from bot.feishu.cards.elements import Card, small, text
from bot.feishu.cards.elements import card as whole
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.remedies import remedy_in

_URGENT = (
    ConcernKind.PAUSED,
    ConcernKind.GIVEN_UP,
    ConcernKind.STEP_FAILED,
    ConcernKind.UNHEARD,
)


def concern_card(concern: Concern, reader: Reader) -> Card:
    """Draw one concern; the platform's own words stand last, in small print."""
    say = reader.texts.concern
    lines = [text(_lead(concern, reader))]
    if concern.kind not in (ConcernKind.QUOTA, ConcernKind.WRONG_CLOCK):
        if remedy := remedy_in(reader.language, concern.code, concern.detail):
            lines.append(text(remedy))
        where = say.where(one_line(concern.address, 80), concern.alert_id)
        code = say.code(concern.code, one_line(concern.detail, 300))
        lines += [small(line) for line in (where, code) if line]
    title = _title(concern, reader)
    urgent = concern.kind in _URGENT
    return whole(title=title, template="red" if urgent else "orange", elements=lines)


def _title(concern: Concern, reader: Reader) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    say = reader.texts.concern
    match concern.kind:
        case ConcernKind.REFUSED:
            return say.refused_title
        case ConcernKind.GIVEN_UP:
            return say.given_up_title
        case ConcernKind.PAUSED:
            return say.paused_title
        case ConcernKind.QUOTA:
            return say.quota_title(concern.code)
        case ConcernKind.STEP_FAILED:
            means = {one.value: words for one, words in reader.texts.escalation.means.items()}
            subject = one_line(concern.subject, 40)
            return say.step_failed_title(means.get(subject, subject))
        case ConcernKind.NOBODY_ON_CALL:
            return say.nobody_on_call_title(one_line(concern.subject, 40))
        case ConcernKind.UNHEARD:
            return say.unheard_title(concern.alert_id)
        case ConcernKind.CALENDAR:
            return say.calendar_title(one_line(concern.subject, 40))
        case ConcernKind.RULES:
            return say.rules_title
        case ConcernKind.RULE_GIVEN_UP:
            return say.rule_given_up_title(one_line(concern.subject, 40))
        case ConcernKind.WRONG_CLOCK:
            return say.wrong_clock_title(one_line(concern.subject, 40))
        case ConcernKind.TEMPLATE:
            return say.template_title(one_line(concern.subject, 40))
        case _:
            assert_never(concern.kind)


def _lead(concern: Concern, reader: Reader) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    say = reader.texts.concern
    match concern.kind:
        case ConcernKind.REFUSED:
            return say.refused
        case ConcernKind.GIVEN_UP:
            return say.given_up
        case ConcernKind.PAUSED:
            return say.paused
        case ConcernKind.QUOTA:
            return say.quota(one_line(concern.detail, 60), concern.code)
        case ConcernKind.STEP_FAILED:
            return say.step_failed
        case ConcernKind.NOBODY_ON_CALL:
            return say.nobody_on_call
        case ConcernKind.UNHEARD:
            return say.unheard
        case ConcernKind.CALENDAR:
            return say.calendar
        case ConcernKind.RULES:
            return say.rules
        case ConcernKind.RULE_GIVEN_UP:
            return say.rule_given_up
        case ConcernKind.WRONG_CLOCK:
            return say.wrong_clock(one_line(concern.detail, 20))
        case ConcernKind.TEMPLATE:
            return say.template
        case _:
            assert_never(concern.kind)
