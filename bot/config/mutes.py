"""``[mutes]`` and ``[[mute]]``: when people are reminded of mutes, and mutes that come again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.config.clock import clock_or_never
from bot.config.condition import Condition
from bot.config.span import Span
from bot.core.alert import Person
from bot.core.matcher import Matcher, parse_matcher
from bot.core.mute import Effect, Mute, muted
from bot.core.recurrence import Recurrence
from bot.engine.terms import MuteTerms

AUTHOR = Person(id="", name="larkwatch.toml")
_UTC = ZoneInfo("UTC")


def _windows(text: str) -> str:
    _recurrence(text, _UTC)
    return text


def _recurrence(text: str, zone: ZoneInfo) -> Recurrence:
    """Days and hours in the words of the chat, with or without ``every``."""
    # What reads chats takes its time to load, and most configurations have no such mute.
    from bot.feishu.commands.errors import CommandError  # noqa: PLC0415
    from bot.feishu.commands.recurrences import read_recurrence  # noqa: PLC0415
    from bot.feishu.commands.words import split  # noqa: PLC0415

    wanted = 'days and hours such as "weekday 22:00-06:00" or "Mon, Wed 01:00-02:00 Europe/Berlin"'
    try:
        words = split(text if text.lower().startswith(("every ", "每")) else f"every {text}")
        found = read_recurrence(words, zone)
    except CommandError as error:
        raise ValueError(wanted) from error
    if found is None or found[1]:
        raise ValueError(wanted)
    return found[0]


class MutesSection(BaseModel):
    """``[mutes]``: when people are reminded of mutes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    remind_before: Span = timedelta(minutes=10)
    remind_from: Span = timedelta(hours=1)
    daily_at: Annotated[time | None, BeforeValidator(clock_or_never)] = time(9)

    def terms(self, zone: str) -> MuteTerms:
        """The same for the engine."""
        return MuteTerms(
            remind_before=self.remind_before,
            remind_from=self.remind_from,
            daily_at=self.daily_at,
            zone=zone,
        )


class MuteSettings(BaseModel):
    """``[[mute]]``: a mute that comes again."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=64)
    match: tuple[Condition, ...] = Field(min_length=1)
    every: Annotated[str, AfterValidator(_windows)]
    effect: Effect = Effect.FULL
    reason: str = Field(default="", max_length=200)

    def matchers(self) -> tuple[Matcher, ...]:
        """All must hold."""
        return tuple(parse_matcher(one) for one in self.match)


def provisioned(
    settings: Iterable[MuteSettings], zone: ZoneInfo, now: datetime
) -> tuple[Mute, ...]:
    """The mutes that these are now; `zone` is that of windows that name none."""
    return tuple(
        replace(
            muted(one.matchers(), _recurrence(one.every, zone), AUTHOR, now),
            name=one.name,
            effect=one.effect,
            reason=one.reason,
        )
        for one in settings
    )
