"""``[[rota]]``, ``[[escalation]]``: who takes turns, and what is done while nobody acknowledges."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.config.condition import Condition
from bot.config.span import Span
from bot.core.alert import Person
from bot.core.escalation import EscalationPlan, EscalationStep, Means
from bot.core.matcher import parse_matcher
from bot.core.rota import Rota, Shift, Turns
from bot.notifiers.base import address
from watchers.finding import Severity

SUBSCRIBERS = "subscribers"
"""``notify``: rings in the chats that have the card, and mentions nobody."""
_WAIT = timedelta(minutes=5)


def _person(text: str) -> str:
    if not re.fullmatch(r"ou_\w+", text):
        raise ValueError('an open_id, which begins with "ou_"')
    return text


def _chat(text: str) -> str:
    if not re.fullmatch(r"(oc_\w+)?", text):
        raise ValueError('a chat_id, which begins with "oc_"')
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError('a time zone such as "Asia/Shanghai" or "UTC"') from error
    return name


def _day(found: object) -> object:
    if isinstance(found, str):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    raise ValueError("a day, e.g. 2026-11-23")


def _clock(found: object) -> object:
    if isinstance(found, str):
        try:
            return time.fromisoformat(found)
        except ValueError:
            pass
    if isinstance(found, time):
        return found
    raise ValueError('a time of day, e.g. "10:00"')


def _calendar(text: str) -> str:
    if "://" in text and urlsplit(text).scheme not in ("https", "http"):
        raise ValueError("the path of an .ics file, or an address with https://")
    return text


PersonId = Annotated[str, AfterValidator(_person)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OverrideSettings(_Table):
    """``[[rota]] overrides``: somebody's exceptional shift; times without a zone are the rota's."""

    person: PersonId
    starts: datetime
    ends: datetime

    @model_validator(mode="after")
    def _in_order(self) -> "OverrideSettings":
        if (self.starts.tzinfo is None) != (self.ends.tzinfo is None) or self.ends <= self.starts:
            raise ValueError("ends later than it starts")
        return self


class RotaSettings(_Table):
    """``[[rota]]``: who takes turns."""

    name: str = Field(min_length=1, max_length=64)
    people: tuple[PersonId, ...] = ()
    first_day: Annotated[date, BeforeValidator(_day)] = date(2026, 1, 5)
    handover: Annotated[time, BeforeValidator(_clock)] = time(10)
    days: int = Field(default=7, ge=1, le=366)
    time_zone: Annotated[str, AfterValidator(_zone)] = ""
    overrides: tuple[OverrideSettings, ...] = ()
    calendar: Annotated[str, AfterValidator(_calendar)] = ""
    calendar_people: Mapping[str, PersonId] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _somebody(self) -> "RotaSettings":
        if not self.people and not self.calendar:
            raise ValueError("people who take turns, or a calendar")
        if self.name == SUBSCRIBERS:
            raise ValueError(f'another name: "{SUBSCRIBERS}" means the chats that have the card')
        return self

    def rota(self, zone: ZoneInfo) -> Rota:
        """What it means, without its calendar; `zone` is where the bot is."""
        own = self.zone(zone)
        turns = Turns(
            people=tuple(_named(one) for one in self.people),
            first_day=self.first_day,
            handover=self.handover,
            days=self.days,
            zone=own,
        )
        return Rota(
            name=self.name,
            turns=turns if self.people else None,
            shifts=tuple(
                Shift(
                    person=_named(one.person),
                    starts_at=one.starts if one.starts.tzinfo else one.starts.replace(tzinfo=own),
                    ends_at=one.ends if one.ends.tzinfo else one.ends.replace(tzinfo=own),
                )
                for one in self.overrides
            ),
        )

    def zone(self, usual: ZoneInfo) -> ZoneInfo:
        """Where its hours are."""
        return ZoneInfo(self.time_zone) if self.time_zone else usual


class StepSettings(_Table):
    """``[[escalation]] steps``: one thing to do; exactly one of the keys but ``after``, ``to``."""

    after: Span = _WAIT
    notify: str = ""
    people: tuple[PersonId, ...] = ()
    urgent: Literal["app", "sms", "phone", ""] = ""
    to: str | tuple[PersonId, ...] = ()
    chat: Annotated[str, AfterValidator(_chat)] = ""
    email: tuple[Annotated[str, AfterValidator(address)], ...] = ()
    webhook: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> "StepSettings":
        done = (self.notify, self.people, self.urgent, self.chat, self.email, self.webhook)
        if sum(map(bool, done)) != 1:
            raise ValueError("exactly one of notify, people, urgent, chat, email, webhook")
        if self.to and not self.urgent:
            raise ValueError("to only beside urgent: whom it pushes")
        return self


class EscalationSettings(_Table):
    """``[[escalation]]``: for which alerts, and the steps in their order."""

    name: str = Field(min_length=1, max_length=64)
    matchers: tuple[Condition, ...] = ()
    severity: Severity = Severity.HIGH
    repeat: int = Field(default=0, ge=0, le=100)
    steps: tuple[StepSettings, ...] = Field(min_length=1, max_length=50)

    @model_validator(mode="after")
    def _whom(self) -> "EscalationSettings":
        known = False
        for step in self.steps:
            known = known or bool(step.people) or (bool(step.notify) and step.notify != SUBSCRIBERS)
            if step.urgent and not step.to and not known:
                raise ValueError(
                    "for urgent somebody to push: a step with notify or people before it, or "
                    'to = "the name of a rota"'
                )
        return self

    def plan(self) -> EscalationPlan:
        """What it means."""
        return EscalationPlan(
            name=self.name,
            matchers=tuple(parse_matcher(one) for one in self.matchers),
            least_severity=self.severity,
            steps=tuple(_steps(self.steps)),
            repeat=self.repeat,
        )


def _steps(settings: Iterable[StepSettings]) -> Iterator[EscalationStep]:
    whom: dict[str, Any] = {}
    for step in settings:
        match step:
            case StepSettings(notify=rota) if rota:
                named: dict[str, Any] = {} if rota == SUBSCRIBERS else {"rota": rota}
                whom = named or whom
                yield EscalationStep(after=step.after, means=Means.MENTION, **named)
            case StepSettings(people=people) if people:
                whom = {"to": people}
                yield EscalationStep(after=step.after, means=Means.MENTION, **whom)
            case StepSettings(urgent=way) if way:
                if step.to:
                    whom = {"rota": step.to} if isinstance(step.to, str) else {"to": step.to}
                yield EscalationStep(after=step.after, means=Means(f"urgent_{way}"), **whom)
            case StepSettings(chat=chat) if chat:
                yield EscalationStep(after=step.after, means=Means.CHAT, to=(chat,))
            case StepSettings(email=addresses) if addresses:
                yield EscalationStep(after=step.after, means=Means.EMAIL, to=addresses)
            case _:
                yield EscalationStep(after=step.after, means=Means.WEBHOOK, to=(step.webhook,))


def _named(open_id: str) -> Person:
    """Names come from Feishu, when somebody looks."""
    return Person(id=open_id, name="")
