"""``/top FIELD`` and ``/trend FIELD`` as people write them, and what they are answered."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.permission import Chat
from bot.core.subscription import Language, Wish
from bot.engine.engine import Engine
from bot.engine.field_courses import Stat
from bot.engine.reading import Views
from bot.feishu.commands.base import Command, Request
from bot.feishu.commands.logs import SearchLogs
from bot.feishu.commands.parse import parse, respond
from bot.feishu.commands.period import Asked
from bot.feishu.commands.top import ShowTop
from bot.feishu.commands.trend import ShowTrend
from tests.bot.feishu.cards.drawn import labels, seen, tagged, values
from tests.builders import LIN, NOW, chat, finding, host_sample, later, matchers, report
from tests.builders import sample as sample_of
from watchers.fields.tallied import FieldCounts, FieldReport, Numbers, Tallied
from watchers.health import Disk, HostSample

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
Ask = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (
            "/top path service=nginx 1h",
            ShowTop(asked=Asked(span=HOUR, field="path", matchers=matchers("service=nginx"))),
        ),
        ("/top by user", ShowTop(asked=Asked(span=HOUR, field="user"))),
        ("排行 用户 最近一小时", ShowTop(asked=Asked(span=HOUR, field="用户"))),
        ("/top http.status 10", ShowTop(asked=Asked(span=HOUR, field="http.status", most=10))),
        ("/trend latency_ms", ShowTrend(asked=Asked(span=6 * HOUR, field="latency_ms"))),
        (
            "/trend latency_ms 1h p95",
            ShowTrend(asked=Asked(span=HOUR, field="latency_ms", stat=Stat.P95)),
        ),
        (
            "走势 内存 host=web-1 最大",
            ShowTrend(
                asked=Asked(
                    span=6 * HOUR, field="内存", stat=Stat.MAX, matchers=matchers("host=web-1")
                )
            ),
        ),
    ],
)
def test_it_is_understood(line: str, command: Command) -> None:
    assert parse(line, NOW, ZONE) == command


def tallied(
    at: datetime = NOW,
    *,
    service: str = "nginx",
    rules: tuple[str, ...] = (),
    read: int | None = None,
    paths: dict[str, int] | None = None,
    took: tuple[float, ...] = (),
) -> Tallied:
    paths = paths or {"/pay": 3, "/cart": 1}
    whole = sum(paths.values())
    fields = [FieldCounts(name="path", values=paths)]
    if took:
        figures = Numbers(count=len(took), total=sum(took), low=min(took), high=max(took))
        fields.append(FieldCounts(name="latency_ms", values={"7": whole}, numbers=figures))
    return Tallied(
        at=at,
        rules=rules,
        severity="high" if rules else "info",
        labels={"service": service},
        records=whole,
        read=whole if read is None else read,
        fields=tuple(fields),
    )


def tell(engine: Engine, *some: Tallied) -> None:
    counted = FieldReport(id=uuid.uuid4().hex, tallied=some)
    engine.report(report(fields=counted), some[0].at)


@pytest.fixture
def ask(engine: Engine, views: Views) -> Ask:
    here = Chat(
        id="oc_ops", name="ops", private=False, owner=LIN.id, managers=frozenset(), seen_at=NOW
    )
    usual = Request(person=LIN, chat=here, language=Language.EN, zone=ZONE, now=later(minutes=10))

    def run(line: str, **fields: Any) -> dict[str, Any]:
        return respond(line, replace(usual, **fields), engine, views).card

    return run


def test_the_values_found_most_are_told_with_their_share(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied())
    told = seen(ask("/top path service=nginx 1h"))
    assert "Top path in 1 hr" in told
    assert "4 records" in told
    assert "2 different values" in told
    rows = tagged(ask("/top path"), "table")[0]["rows"]
    assert [(row["value"], row["count"], row["share"]) for row in rows] == [
        ("1  /pay", "3", "75%"),
        ("2  /cart", "1", "25%"),
    ]
    assert "Sampled" not in told


def test_a_sample_says_that_it_is_one(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(read=2))
    assert "Sampled: 2 of 4 records were read" in seen(ask("/top path"))


def test_records_of_a_rule_and_of_a_service_are_told_apart(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(), tallied(service="api", rules=("login",), paths={"/login": 5}))
    assert "5 records" in seen(ask("/top path rule=login"))
    assert "4 records" in seen(ask("/top path service=nginx"))
    assert "9 records" in seen(ask("/top path"))


def test_a_chat_sees_the_services_it_subscribed_to(engine: Engine, ask: Ask) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=api")), LIN, NOW)
    tell(engine, tallied(), tallied(service="api", paths={"/login": 5}))
    card = ask("/top path")
    assert "5 records" in seen(card)
    assert values(card)["Everything"]["text"] == "/top path all 1h"
    assert "9 records" in seen(ask("/top path all"))


def test_a_field_that_only_others_have_is_shown_of_everything(engine: Engine, ask: Ask) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=api")), LIN, NOW)
    tell(engine, tallied(took=(10.0, 20.0)))
    for line in ("/top path", "/trend latency_ms 1h"):
        assert "Of everything" in seen(ask(line))


def test_people_name_fields_in_their_words(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(took=(10.0, 30.0)))
    assert "最近 1 小时 path 排行" in seen(ask("排行 接口", language=Language.ZH))
    assert "latency_ms" in seen(ask("走势 延迟", language=Language.ZH))


def test_an_unknown_field_is_answered_with_those_there_are(engine: Engine, ask: Ask) -> None:
    assert "there are none yet" in seen(ask("/top colour"))
    tell(engine, tallied(took=(10.0, 30.0)))
    assert "latency_ms, path" in seen(ask("/top colour"))
    assert "services: nginx" in seen(ask("/top latency service=pay")).replace(
        "a service whose records have it", "services"
    )
    assert "nginx" in seen(ask("/trend latency service=pay"))


def test_nothing_of_late_is_said_to_be_nothing(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied())
    assert "Nothing in this time" in seen(ask("/top path 10m", now=later(hours=5)))


def test_numbers_go_over_time_against_yesterday(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(later(days=-1), took=(10.0, 10.0, 10.0, 10.0)))
    tell(engine, tallied(took=(10.0, 20.0, 30.0, 20.0)))
    card = ask("/trend latency_ms service=nginx 1h mean")
    told = seen(card)
    assert "latency_ms over the last 1 hr" in told
    assert "↑ 100%" in told
    (chart,) = tagged(card, "chart")
    points = chart["chart_spec"]["data"]["values"]
    assert {one["s"]: one["n"] for one in points} == {"now": 20.0, "the day before": 10.0}
    assert "p95" in labels(card)
    assert "Records" in told


def test_a_count_and_a_quantile_may_be_asked_for(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(took=(10.0, 20.0, 30.0, 20.0)))
    (chart,) = tagged(ask("/trend latency_ms 1h count"), "chart")
    assert [one["n"] for one in chart["chart_spec"]["data"]["values"]] == [4.0]
    assert "p95 per" in seen(ask("/trend latency_ms 1h")), "of times the slow ones first"


def sample(at: datetime, disk: float = 0.5, cpu: float = 0.25) -> HostSample:
    disks = (Disk(mount="/", used=disk, total_bytes=100, free_bytes=50),)
    return host_sample(host="web-1", cpu=cpu, disk=disk, disks=disks, at=at)


def test_figures_of_the_only_host_need_no_name(engine: Engine, ask: Ask) -> None:
    for n in range(3):
        engine.report(report(host=sample(later(minutes=n), cpu=0.2 + n / 10)), later(minutes=n))
    card = ask("/trend cpu 1h")
    assert "Of host web-1" in seen(card)
    assert "30%" in seen(card)
    assert "Of host web-1" in seen(ask("/trend cpu host=web-1 1h max"))
    assert "host=web-1" in seen(ask("/trend cpu host=nobody"))
    assert "host=…" in seen(ask("/trend cpu service=pay"))


def test_a_disk_that_fills_up_says_when_it_is_full(engine: Engine, ask: Ask) -> None:
    for n in range(60):
        at = later(minutes=n)
        engine.report(report(host=sample(at, disk=0.7 + n / 600)), at)
    told = seen(ask("/trend disk host=web-1 1h", now=later(minutes=60)))
    assert "Full in 2 hr" in told
    assert "if it goes on like this" in told


def test_a_disk_that_does_not_is_said_not_to(engine: Engine, ask: Ask) -> None:
    for n in range(30):
        engine.report(report(host=sample(later(minutes=n))), later(minutes=n))
    assert "Not full within a week" in seen(ask("/trend disk 1h", now=later(minutes=30)))


def test_values_with_quotes_make_no_command(engine: Engine, ask: Ask) -> None:
    tell(engine, tallied(paths={'/a"b': 2, "/ok": 1}))
    card = ask("/top path service=nginx")
    lines = [one["text"] for one in values(card).values() if "/logs" in str(one)]
    assert lines == ['/logs service="nginx" path="/ok" 1h']
    for one in values(card).values():
        parse(one["text"], NOW, ZONE)


@pytest.mark.parametrize(
    ("line", "fields", "others"),
    [
        ("/logs status>=500 30m", [("status", ">=", "500")], []),
        ("/logs latency_ms <= 20", [("latency_ms", "<=", "20")], []),
        ("/logs user~bob service=pay", [("user", "=~", "bob")], ["service"]),
        ("日志 rt≥3.5 user=42", [("rt", ">=", "3.5")], ["user"]),
        ("/logs level>=high a>b", [], []),
    ],
)
def test_conditions_on_fields_are_read(
    line: str, fields: list[tuple[str, str, str]], others: list[str]
) -> None:
    command = parse(line, NOW, ZONE)
    assert isinstance(command, SearchLogs)
    assert [one.told for one in command.fields] == fields
    assert [one.label for one in command.matchers] == others
    again = parse(command._again(), NOW, ZONE)
    assert again == command


def test_a_pattern_that_cannot_be_used_is_said(ask: Ask) -> None:
    assert "status" in seen(ask("/logs user~[a"))


def recorded(engine: Engine, text: str, name: str, **fields: str | int) -> None:
    one = replace(sample_of(text), fields=fields)
    engine.report(report(finding(name, labels={"service": "pay"}, samples=(one,))), NOW)


def test_recorded_lines_are_found_by_their_fields(engine: Engine, ask: Ask) -> None:
    recorded(engine, "ERROR one", "f1", status=502, user="42")
    recorded(engine, "ERROR two", "f2", status=404, user="7")
    recorded(engine, "ERROR three", "f3")
    for line, found in (
        ("/logs status=502", {"one"}),
        ("/logs user=42 service=pay", {"one"}),
        ("/logs status>=400", {"one", "two"}),
        ("/logs status>=400 status<500", {"two"}),
        ("/logs user~^4", {"one"}),
        ("/logs status!=502", {"two", "three"}),
        ("/logs user=42 error", {"one"}),
        ("/logs user=43", set()),
    ):
        told = seen(ask(line))
        assert {one for one in ("one", "two", "three") if f"ERROR {one}" in told} == found, line


def test_fields_find_what_is_far_behind_other_lines(engine: Engine, ask: Ask) -> None:
    recorded(engine, "ERROR one", "f1", user="42")
    others = tuple(replace(sample_of(f"ERROR other {n}"), fields={"user": n}) for n in range(300))
    engine.report(report(finding("f2", samples=others)), later(minutes=1))
    assert "ERROR one" in seen(ask("/logs user=42 user!=7"))


def test_a_field_is_counted_over_the_lines_that_satisfy_conditions_on_others(
    engine: Engine, ask: Ask
) -> None:
    paths = ("/pay", "/pay", "/cart", "/cart", "/cart")
    for number, (path, status) in enumerate(zip(paths, (502, 500, 200, 404, 503), strict=True)):
        recorded(engine, "ERROR x", f"f{number}", path=path, status=status, took_ms=number * 100)
    card = ask("/top path status>=500")
    assert "/pay" in seen(card)
    assert "Where status>=500." in seen(card)
    ((rows),) = [one["rows"] for one in tagged(card, "table")]
    assert [(one["count"], one["value"]) for one in rows] == [("2", "1  /pay"), ("1", "2  /cart")]
    told = seen(ask("/trend took_ms status>=500 status<503 1h max"))
    assert "100" in told
    assert "400" not in told
    assert "Where status>=500" in told
    assert "/top path status" in seen(ask("/top status>=500"))
    assert "Nothing in this time" in seen(ask("/top path status>=900"))
    assert "Wanted" in seen(ask("/top sku status>=500"))


def test_a_trend_of_a_field_begins_where_its_numbers_do(engine: Engine, ask: Ask) -> None:
    numbers = Numbers(count=1, total=7.0, low=7.0, high=7.0, bins=((1, 98, 1),))
    told = Tallied(
        at=NOW - timedelta(minutes=8),
        rules=("error",),
        severity="high",
        labels={"service": "pay"},
        records=1,
        read=1,
        fields=(FieldCounts(name="took_ms", values={"7": 1}, numbers=numbers),),
    )
    engine.report(report(fields=FieldReport(id="r1", tallied=(told,))), NOW)
    assert "last 30 min" in seen(ask("/trend took_ms"))
    assert "last 6 hr" in seen(ask("/trend took_ms 6h"))
