"""Makes views for cards from their types alone: whatever fields they get, they are filled."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import cache
from random import Random
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from bot.core.alert import MAX_SAMPLES, Alert
from bot.core.notification import Purpose
from bot.core.recurrence import Recurrence
from bot.core.rule import MOST_FILES, BackTest, ChatRule
from bot.core.subscription import Language, Ways
from bot.engine import health_views
from bot.engine.field_courses import Course
from bot.engine.field_rankings import FieldRanking
from bot.engine.health_views import CHART_POINTS, HostsView, HostView
from bot.engine.reading import COMMENTS_SHOWN, GROUP_ROWS
from bot.engine.rule_views import CHART_HOURS, HITS_SHOWN, RuleView
from bot.engine.views import AlertPage, AlertView, GroupView, RuleFacts, StatusView
from bot.feishu import cards
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.alerts import PAGE_LENGTH
from bot.feishu.cards.elements import Card
from bot.feishu.cards.notice import DRAWN
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.alert import TIMELINE
from bot.feishu.commands.period import MOST as MOST_RANKED
from bot.feishu.wishes import MAX_CHOICES
from tests.bot.feishu import samples
from watchers.finding import Severity
from watchers.health import MOST_CHECKS, MOST_DISKS, MOST_PROCESSES, HostSample

OWN_WORDS = {"again", "nearest", "example", "wanted", "said"}
"""Arguments that are our own words; everything else may come from anywhere."""

MOST = {
    Alert: {"samples": MAX_SAMPLES, "rule_text": 6},
    AlertPage: {"rows": PAGE_LENGTH},
    AlertView: {"rate": 30, "timeline": TIMELINE, "comments": COMMENTS_SHOWN},
    GroupView: {"rows": GROUP_ROWS},
    Ways: {"actors": MAX_CHOICES, "mentions": MAX_CHOICES},
    RuleView: {"hits": HITS_SHOWN, "points": CHART_HOURS},
    BackTest: {"some": 3},
    ChatRule: {"files": MOST_FILES},
    RuleFacts: {"files": MOST_FILES},
    HostSample: {
        "load": 3,
        "disks": MOST_DISKS,
        "by_cpu": MOST_PROCESSES,
        "by_memory": MOST_PROCESSES,
        "checks": MOST_CHECKS,
    },
    FieldRanking: {"rows": MOST_RANKED},
    Course: {"points": 49},
    HostsView: {"rows": health_views.PAGE_LENGTH},
    HostView: {"course": CHART_POINTS, "disks": MOST_DISKS},
    StatusView: {"agents": 3, "matches": 60 * len(Severity)},
}
"""What is bounded before it comes to be drawn; three agents have thousands of sources."""

_LENGTHS = (0, 1, 2, 3, 40, 1500)
"""How many of a thing there are: none, some, or over a thousand, of which few differ."""
_COUNTS = (0, 1, 2, 3, 7, 10, 10**6, 10**12)
_FIGURES = (0.0, 0.25, 0.97, 1.0, 1e6, 1e9)
_FAR_S = (-(10**9), 2 * 10**11)
_NEAR_S = (-10 * 86400, 86400)


def functions() -> dict[str, Callable[..., Card]]:
    """Every function of the cards package that returns a whole card, by module and name."""
    found = {}
    for module in pkgutil.iter_modules(cards.__path__):
        loaded = importlib.import_module(f"{cards.__name__}.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__
            named = name.endswith("_card") or name == module.name
            if own and named and get_type_hints(function)["return"] == Card:
                found[f"{module.name}.{name}"] = function
    return found


class Maker:
    """Makes values of annotated types; the same seed makes the same ones.

    Texts come from `words`; without a reader it is drawn for anybody.
    """

    def __init__(
        self,
        seed: int,
        words: Sequence[str],
        reader: Reader | None = None,
        *,
        calm: bool = False,
    ) -> None:
        """When `calm`, everything is as on an ordinary day: few of each, lately, not long."""
        self._calm = calm
        self._random = Random(seed)  # noqa: S311 - draws examples, keeps no secret
        self._words = words
        self._reader = reader

    def card(self, function: Callable[..., Card]) -> Card:
        """A card drawn from whatever its function takes."""
        kinds = get_type_hints(function)
        arguments = {
            name: "/alerts" if name in OWN_WORDS else self.any_of(kinds[name])
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is not inspect.Parameter.VAR_POSITIONAL
        }
        return function(**arguments)

    def any_of(self, kind: Any) -> Any:
        """A value of a type; one that is not known here fails, and is to be added."""
        if (plain := self._plain(kind)) is not None:
            return plain()
        origin, inner = get_origin(kind), get_args(kind)
        if origin in {Union, UnionType}:
            return self.any_of(self._random.choice(inner))
        if origin in {tuple, frozenset, list, Sequence, Iterable}:
            pair = origin is tuple and Ellipsis not in inner
            found = map(self.any_of, inner) if pair else self._several(inner[0])
            return (origin if origin in {frozenset, list} else tuple)(found)
        if origin in {dict, Mapping}:
            return self._mapping(*inner)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._random.choice(list(kind))
        assert is_dataclass(kind), f"{kind} is on a card now: say here how to make one"
        return self._record(kind)

    def _plain(self, kind: Any) -> Callable[[], Any] | None:
        choice = self._random.choice
        known: dict[Any, Callable[[], Any]] = {
            str: lambda: choice(self._words),
            Any: lambda: choice(self._words),
            int: lambda: choice(_COUNTS[:6] if self._calm else _COUNTS),
            float: lambda: choice(_FIGURES[:4] if self._calm else _FIGURES),
            bool: lambda: choice((True, False)),
            NoneType: lambda: None,
            datetime: self._instant,
            time: lambda: time(self._random.randrange(24), self._random.randrange(60)),
            timedelta: lambda: timedelta(
                seconds=self._random.randrange(10**4 if self._calm else 10**7)
            ),
            ZoneInfo: lambda: ZoneInfo(choice(("Asia/Shanghai", "America/St_Johns"))),
            Purpose: lambda: choice(list(DRAWN)),
            Card: lambda: alert_card(self.any_of(AlertView), self.any_of(Reader)),
            Recurrence: self._recurrence,
        }
        if self._reader is not None:
            known[Reader] = lambda: self._reader
            known[Language] = lambda: self._reader.language if self._reader else Language.ZH
        return known.get(kind)

    def _instant(self) -> datetime:
        span = _NEAR_S if self._calm else self._random.choice((_FAR_S, _NEAR_S, _NEAR_S))
        start = samples.NOW.astimezone(UTC)
        return start + timedelta(seconds=self._random.randrange(*span))

    def _recurrence(self) -> Recurrence:
        days = self._random.sample(range(7), self._random.randrange(1, 8))
        return Recurrence(
            days=frozenset(days),
            begins=self.any_of(time),
            ends=self.any_of(time),
            zone="Asia/Shanghai",
        )

    def _several(self, kind: Any) -> list[Any]:
        few = [self.any_of(kind) for _ in range(self._random.randrange(1, 4))]
        length = len(few) if self._calm else self._random.choice(_LENGTHS)
        return (few * length)[:length]

    def _mapping(self, key: Any, value: Any) -> dict[Any, Any]:
        if not self._calm and key is str and value is str and self._random.random() < 1 / 8:
            return {f"label{n}": '"\\' * 500 for n in range(100)}
        return {self.any_of(key): self.any_of(value) for _ in range(self._random.randrange(5))}

    def _record(self, kind: type) -> Any:
        most = MOST.get(kind, {})
        return kind(
            **{
                name: _first(self.any_of(hint), most.get(name))
                for name, hint in _hints(kind).items()
            }
        )


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def _first(rows: Any, most: int | None) -> Any:
    if most is None:
        return rows
    return dict(list(rows.items())[:most]) if isinstance(rows, dict) else rows[:most]
