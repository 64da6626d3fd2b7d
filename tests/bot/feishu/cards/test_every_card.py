"""Every card that there is, drawn from whatever views there can be, keeps Feishu's rules."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.core.alert import MAX_SAMPLES, Alert
from bot.core.notification import Purpose
from bot.core.recurrence import Recurrence
from bot.core.subscription import Ways
from bot.engine import health_views
from bot.engine.health_views import CHART_POINTS, HostsView, HostView
from bot.engine.reading import COMMENTS_SHOWN, GROUP_ROWS
from bot.engine.views import AlertPage, AlertView, GroupView, StatusView
from bot.feishu import cards
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.alerts import PAGE_LENGTH
from bot.feishu.cards.elements import MOST_BYTES, Card, weight
from bot.feishu.cards.notice import DRAWN
from bot.feishu.commands.alert import TIMELINE
from bot.feishu.wishes import MAX_CHOICES
from bot.sandbox.cards import Catalogue, check_card
from bot.sandbox.contents import CARD_BYTES
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import texts_of
from tests.bot.feishu.cards.test_hostile_text import NASTY, is_one_fence
from watchers.finding import Severity
from watchers.health import MOST_CHECKS, MOST_DISKS, MOST_PROCESSES, HostSample

NOBODY = Catalogue(images=frozenset(), people=frozenset())
OWN_WORDS = {"again", "nearest", "example", "wanted", "said"}
"""Arguments that are our own words; everything else may come from anywhere."""

MOST = {
    Alert: {"samples": MAX_SAMPLES, "rule_text": 6},
    AlertPage: {"rows": PAGE_LENGTH},
    AlertView: {"rate": 30, "timeline": TIMELINE, "comments": COMMENTS_SHOWN},
    GroupView: {"rows": GROUP_ROWS},
    Ways: {"actors": MAX_CHOICES, "mentions": MAX_CHOICES},
    HostSample: {
        "load": 3,
        "disks": MOST_DISKS,
        "by_cpu": MOST_PROCESSES,
        "by_memory": MOST_PROCESSES,
        "checks": MOST_CHECKS,
    },
    HostsView: {"rows": health_views.PAGE_LENGTH},
    HostView: {"course": CHART_POINTS, "disks": MOST_DISKS},
    StatusView: {"agents": 3, "matches": 60 * len(Severity)},
}
"""What is bounded before it comes to be drawn; three agents have thousands of sources."""

heavy = st.sampled_from([text[:3000] for text in NASTY] + ['"\\' * 1500, "é<@" * 1000, "警" * 2000])
texts = st.text(max_size=30) | heavy
counts = st.integers(0, 10) | st.sampled_from([10**6, 10**12])
figures = st.floats(0, 1) | st.sampled_from([0.0, 1e6, 1e9])
times = st.integers(-(10**9), 2 * 10**11).map(
    lambda seconds: datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=seconds)
)
recurrences = st.builds(
    Recurrence,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begins=st.times(),
    ends=st.times(),
    zone=st.just("Asia/Shanghai"),
)
lengths = st.sampled_from([0, 1, 2, 3, 40]) | st.just(1500)
"""How many of a thing there are: none, some, or over a thousand, of which few differ."""


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


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of an annotated type; a type that is not known here fails, and is to be added."""
    known: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        int: counts,
        float: figures,
        bool: st.booleans(),
        NoneType: st.none(),
        datetime: times,
        time: st.times(),
        Any: texts,
        Card: st.deferred(
            lambda: any_of(AlertView).map(lambda view: alert_card(view, samples.reader()))
        ),
        Purpose: st.sampled_from(DRAWN),
        timedelta: st.integers(0, 10**7).map(lambda s: timedelta(seconds=s)),
        ZoneInfo: st.sampled_from(["Asia/Shanghai", "America/St_Johns"]).map(ZoneInfo),
        Recurrence: recurrences,
    }
    if kind in known:
        return known[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return st.one_of([any_of(one) for one in inner])
    if origin in {tuple, frozenset, list, Sequence, Iterable}:
        if origin is tuple and Ellipsis not in inner:
            several: Any = st.tuples(*(any_of(one) for one in inner))
        else:
            several = _several(any_of(inner[0]))
        return several.map(origin if origin in {frozenset, list} else tuple)
    if origin in {dict, Mapping}:
        return st.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=4) | st.just(
            _many_keys(inner)
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if is_dataclass(kind):
        return _record(kind)
    raise AssertionError(f"{kind} is on a card now: say here how to make one")


def _several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    few = st.lists(one, min_size=1, max_size=3)
    return st.tuples(few, lengths).map(lambda drawn: (drawn[0] * drawn[1])[: drawn[1]])


def _many_keys(inner: tuple[Any, ...]) -> dict[Any, Any]:
    return {f"label{n}": '"\\' * 500 for n in range(100)} if inner == (str, str) else {}


def _first(rows: Any, most: int) -> Any:
    return dict(list(rows.items())[:most]) if isinstance(rows, dict) else rows[:most]


@cache
def _record(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    parts = {one.name: any_of(hints[one.name]) for one in fields(kind)}
    for part, most in MOST.get(kind, {}).items():
        parts[part] = parts[part].map(lambda rows, most=most: _first(rows, most))
    return st.builds(kind, **parts)


class Hand:
    """What was drawn; says little of itself, since hypothesis asks everything that it draws."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"Hand of {', '.join(self.arguments)}"


@st.composite
def hands(draw: st.DrawFn, function: Callable[..., Card]) -> Hand:
    """What a card function takes."""
    kinds = get_type_hints(function)
    return Hand(
        {
            name: draw(st.just("/alerts") if name in OWN_WORDS else any_of(kinds[name]))
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is not inspect.Parameter.VAR_POSITIONAL
        }
    )


def test_there_are_cards() -> None:
    """So that a package that moved does not make the test below pass by itself."""
    names = {name.partition(".")[2] for name in functions()}
    assert {"alert_card", "status_card", "subscription_form", "withheld_card"} <= names


@pytest.mark.parametrize("name", functions())
@given(data=st.data())
@settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.reuse, Phase.generate),  # to shrink a thousand rows takes minutes
)
def test_any_view_makes_a_card_that_feishu_takes(name: str, data: st.DataObject) -> None:
    function = functions()[name]
    card = function(**data.draw(hands(function)).arguments)
    wire = json.dumps(card, ensure_ascii=False)
    check_card(wire, NOBODY)
    assert weight(card) <= MOST_BYTES < CARD_BYTES
    for content in texts_of(card, "markdown"):
        assert is_one_fence(content)
    assert not texts_of(card, "lark_md")
