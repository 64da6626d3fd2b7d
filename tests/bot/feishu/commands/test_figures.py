"""``/top``, ``/trend`` and ``/digest`` as people write them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.permission import Chat, Right
from bot.core.subscription import Language, Wish
from bot.engine.engine import Engine
from bot.engine.places import By
from bot.engine.reading import Views
from bot.feishu.commands.base import Command, Request
from bot.feishu.commands.digest import PlanDigest, ShowDay, ShowPlan
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.parse import parse, respond, right_of
from bot.feishu.commands.period import LONGEST, SHORTEST, Asked, span_named
from bot.feishu.commands.top import ShowTop
from bot.feishu.commands.trend import ShowTrend
from bot.store.store import Store
from tests.bot.feishu.cards.drawn import labels, seen, tagged, values
from tests.builders import LIN, NOW, WANG, chat, finding, later, matchers, report, sample
from watchers.finding import Severity

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAY = matchers("service=pay")


def asked(span: timedelta = HOUR, **fields: Any) -> Asked:
    return Asked(span=span, **fields)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/top", ShowTop(asked=asked())),
        ("/top 24h by service", ShowTop(asked=asked(DAY, by=By.SERVICE))),
        ("top10 last hour", ShowTop(asked=asked(most=10))),
        ("/top last 2 hours level>=high", ShowTop(asked=asked(2 * HOUR, least=Severity.HIGH))),
        ("/top 1h 30m", ShowTop(asked=asked(1.5 * HOUR))),
        ("/top hosts 7d", ShowTop(asked=asked(7 * DAY, by=By.HOST))),
        ("/top by=rule all", ShowTop(asked=asked(by=By.RULE, everything=True))),
        ("/top service=pay high", ShowTop(asked=asked(matchers=PAY, least=Severity.HIGH))),
        ("/top today", ShowTop(asked=asked(12 * HOUR))),
        ("排行 最近一小时 按服务", ShowTop(asked=asked(by=By.SERVICE))),
        ("排行 最近 2 小时", ShowTop(asked=asked(2 * HOUR))),
        ("排行 过去一天 按 主机 全部", ShowTop(asked=asked(DAY, by=By.HOST, everything=True))),
        ("排行 服务=pay 半小时", ShowTop(asked=asked(HOUR / 2, matchers=PAY))),
        ("/trend", ShowTrend(asked=asked(DAY))),
        ("/trend 6h service=pay", ShowTrend(asked=asked(6 * HOUR, matchers=PAY))),
        ("趋势 近7天", ShowTrend(asked=asked(7 * DAY))),
        ("trend week", ShowTrend(asked=asked(7 * DAY))),
        ("/digest", ShowDay()),
        ("日报 几点", ShowPlan()),
        ("/digest now", ShowDay()),
        ("日报 现在", ShowDay()),
        ("/digest off", PlanDigest(clock=None)),
        ("日报 关闭", PlanDigest(clock=None)),
        ("/digest on", PlanDigest(clock=time(9), usual=True)),
        ("/digest at 09:30", PlanDigest(clock=time(9, 30))),
        ("/digest 6pm", PlanDigest(clock=time(18))),
        ("/digest at 12am", PlanDigest(clock=time(0))),
        ("/digest at 18:00 Europe/Berlin", PlanDigest(clock=time(18), zone="Europe/Berlin")),
        ("/digest at 8 --tz=Asia/Tokyo", PlanDigest(clock=time(8), zone="Asia/Tokyo")),
        ("日报 每天 9点半", PlanDigest(clock=time(9, 30))),
        ("日报 每天18点", PlanDigest(clock=time(18))),
    ],
)
def test_it_is_understood(line: str, command: Command) -> None:
    assert parse(line, NOW, ZONE) == command


@pytest.mark.parametrize(
    "line",
    [
        "/top 1m",
        "/top 15d",
        "/top some nonsense",
        '/top "1h"',
        "/top by",
        "/top by weather here",
        "/top p95",
        "/trend p95",
        "/top lang=en",
        "/top 21",
        "/top until tomorrow",
        "/trend by service",
        "/trend 10",
        "/digest at",
        "/digest at noon",
        "/digest at 25:00",
        "/digest at 09:00 Mars/Base",
        "/digest off please",
    ],
)
def test_what_cannot_be_read_is_said(line: str) -> None:
    with pytest.raises(CommandError) as error:
        parse(line, NOW, ZONE)
    parse(error.value.example, NOW, ZONE)


@pytest.mark.parametrize("text", ["5m", "90m", "1h", "6h", "24h", "36h", "7d", "14d"])
def test_a_span_is_named_as_it_is_read(text: str) -> None:
    command = parse(f"/top {text}", NOW, ZONE)
    assert isinstance(command, ShowTop)
    assert SHORTEST <= command.asked.span <= LONGEST
    again = parse(f"/top {span_named(command.asked.span)}", NOW, ZONE)
    assert again == command


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("/digest", Right.READ),
        ("/digest now", Right.READ),
        ("/digest OFF", Right.MANAGE),
        ("日报 关闭", Right.MANAGE),
        ("/digest at 09:00", Right.MANAGE),
        ("/top", Right.READ),
    ],
)
def test_who_may_depends_on_what_is_asked(line: str, right: Right) -> None:
    assert right_of(line) is right


@pytest.fixture
def ask(engine: Engine, views: Views) -> Callable[..., dict[str, Any]]:
    here = Chat(
        id="oc_ops", name="ops", private=False, owner=LIN.id, managers=frozenset(), seen_at=NOW
    )
    usual = Request(person=LIN, chat=here, language=Language.EN, zone=ZONE, now=later(minutes=30))

    def run(line: str, **fields: Any) -> dict[str, Any]:
        return respond(line, replace(usual, **fields), engine, views).card

    return run


def texts_of_table(card: dict[str, Any]) -> list[str]:
    (table,) = tagged(card, "table")
    return [str(row["name"]) for row in table["rows"]]


def found(engine: Engine, service: str, records: int, severity: Severity = Severity.HIGH) -> None:
    one = finding(
        service,
        labels={"service": service},
        severity=severity,
        count=records,
        samples=(sample(f"ERROR {service}: broke"),),
    )
    engine.report(report(one), NOW)


def test_a_group_sees_what_it_subscribed_to_unless_it_asks_for_more(
    engine: Engine, ask: Callable[..., dict[str, Any]]
) -> None:
    engine.subscribe(chat(), Wish(matchers=PAY), LIN, NOW)
    found(engine, "pay", 3)
    found(engine, "order", 9)
    own = ask("/top by service")
    assert texts_of_table(own) == ["1  pay"]
    assert "Of what this chat subscribed to (service=pay" in seen(own)
    assert texts_of_table(ask("/top by service service=order")) == ["1  order"]
    everything = ask("/top all by service")
    assert texts_of_table(everything) == ["1  order", "2  pay"]
    assert "Of everything" in seen(everything)
    assert "Everything" in labels(own)
    assert "Everything" not in labels(everything)


def test_every_button_is_a_line_that_works(
    engine: Engine, ask: Callable[..., dict[str, Any]]
) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    found(engine, "pay", 3)
    found(engine, "order", 2, Severity.CRITICAL)
    for line in ("/top 1h service=pay level>=high", "/top", "/trend 6h", "/digest now", "/digest"):
        for value in values(ask(line)).values():
            parse(value["text"], NOW, ZONE)
    first = values(ask("/top by service"))
    assert first["Mute 1h"]["text"] == '/mute service="order" 1h'
    assert first["Alerts"]["text"] == '/alerts service="order"'


def test_the_chart_of_a_trend_has_the_day_before_only_when_that_is_known(
    engine: Engine, ask: Callable[..., dict[str, Any]], store: Store
) -> None:
    found(engine, "pay", 3)
    (chart,) = tagged(ask("/trend 1h"), "chart")
    assert [one["type"] for one in chart["chart_spec"]["series"]] == ["bar"]
    store._database.execute_sql("UPDATE migrations SET applied_at = 0")
    (chart,) = tagged(ask("/trend 1h"), "chart")
    assert [one["type"] for one in chart["chart_spec"]["series"]] == ["bar", "line"]


def test_nothing_found_is_good_news(ask: Callable[..., dict[str, Any]]) -> None:
    assert "No matches" in seen(ask("/top"))
    assert "No matches" in seen(ask("/trend 7d"))
    assert "A quiet day" in seen(ask("/digest now"))


def test_only_who_leads_a_group_changes_its_digest(
    ask: Callable[..., dict[str, Any]], store: Store
) -> None:
    refused = ask("/digest at 18:00", person=WANG)
    assert store.digests.get(chat()) is None
    assert "18:00" not in seen(refused)
    assert "Daily digest at 18:00" in seen(ask("/digest at 18:00 Asia/Tokyo"))
    assert "Time zone Asia/Tokyo" in seen(ask("/digest when", person=WANG))
    assert "off" in seen(ask("/digest off"))
    assert "Daily digest at 09:00" in seen(ask("/digest on"))
    plan = store.digests.get(chat())
    assert plan is not None
    assert (plan.zone, plan.due_at) == ("Asia/Tokyo", datetime(2026, 11, 24, 0, tzinfo=UTC))
