"""Mutes of the configuration become mutes that come again."""

import tomllib
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.config.mutes import AUTHOR, provisioned
from bot.config.schema import Config
from bot.core.mute import Effect
from bot.core.recurrence import WEEKDAYS, Recurrence
from tests.builders import NOW, matchers

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("every", "zone"),
    [
        ("weekday 22:00-06:00", "Asia/Shanghai"),
        ("every weekday 22:00-06:00 Europe/Berlin", "Europe/Berlin"),
        ("mon-fri 22:00-06:00 UTC", "UTC"),
        ("每个工作日 22:00-06:00", "Asia/Shanghai"),
    ],
)
def test_a_mute_of_the_configuration_comes_again(every: str, zone: str) -> None:
    config = Config.model_validate(
        {
            "mute": [
                {
                    "name": "nightly",
                    "match": ["rule=error", "service!=pay"],
                    "every": every,
                    "effect": "notify_only",
                    "reason": "backup",
                }
            ]
        }
    )
    (mute,) = provisioned(config.mute, SHANGHAI, NOW)
    assert mute.matchers == matchers("rule=error", "service!=pay")
    assert mute.until == Recurrence(days=WEEKDAYS, begins=time(22), ends=time(6), zone=zone)
    assert (mute.name, mute.effect, mute.reason) == ("nightly", Effect.NOTIFY_ONLY, "backup")
    assert mute.by == AUTHOR


@pytest.mark.parametrize("section", ["mutes", "digest"])
@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('daily_at = ""', None),
        ('daily_at = "18:30"', time(18, 30)),
        ("daily_at = 07:00:00", time(7)),
    ],
)
def test_what_comes_daily_has_an_hour_or_none(section: str, text: str, at: time | None) -> None:
    config = Config.model_validate(tomllib.loads(f"[{section}]\n{text}"))
    terms = (config.mutes if section == "mutes" else config.digest).terms("UTC")
    assert (terms.daily_at, terms.zone) == (at, "UTC")
