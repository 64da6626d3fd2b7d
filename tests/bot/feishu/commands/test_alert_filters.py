"""``/alerts`` takes every filter in both languages, and its pages keep it."""

from datetime import datetime, timedelta

import pytest

from bot.core.matcher import Matcher, Operator
from bot.core.sifting import Sift, Standing
from bot.feishu.commands.alerts import ListAlerts
from bot.feishu.commands.parse import parse, respond
from bot.feishu.texts import texts_in
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen, values
from tests.bot.feishu.commands.test_parse import NOW, ZONE
from tests.bot.feishu.conftest import Desk
from watchers.finding import Severity

PAY = Matcher(label="service", operator=Operator.EQUAL, value="pay")
HOURS_2 = NOW - timedelta(hours=2)
TODAY = datetime(2026, 11, 22, 16, tzinfo=NOW.tzinfo)


def any_(since: datetime, told: str, standing: Standing = Standing.ANY) -> ListAlerts:
    return ListAlerts(sift=Sift(standing=standing, since=since), told=told)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("/alerts open", ListAlerts()),
        ("告警 未认领", ListAlerts(sift=Sift(standing=Standing.FIRING))),
        ("alerts acked", ListAlerts(sift=Sift(standing=Standing.ACKED))),
        ("告警 已静默", ListAlerts(sift=Sift(standing=Standing.MUTED))),
        ("alerts all", ListAlerts(sift=Sift(standing=Standing.ANY))),
        ("/alerts 2h", any_(HOURS_2, "2h")),
        ("/alerts 2 hours", any_(HOURS_2, "2hours")),
        ("/alerts last 2h", any_(HOURS_2, "2h")),
        ("告警 最近 2小时", any_(HOURS_2, "2小时")),
        ("告警 两小时", any_(HOURS_2, "两小时")),
        ("alerts open 2h", any_(HOURS_2, "2h", Standing.OPEN)),
        ("/alerts today", any_(TODAY, "today")),
        ("告警 昨天", any_(TODAY - timedelta(days=1), "昨天")),
        ("/alerts resolved 24h", any_(NOW - timedelta(days=1), "24h", Standing.RESOLVED)),
        ("alerts mine", ListAlerts(mine=True)),
        ("alerts by me", ListAlerts(mine=True)),
        ("告警 我的", ListAlerts(mine=True)),
        ('alerts "card declined"', ListAlerts(sift=Sift(text="card declined"))),
        ("alerts “card declined”", ListAlerts(sift=Sift(text="card declined"))),
        (
            "/alerts service=pay level>=high 2h",
            ListAlerts(
                sift=Sift(
                    standing=Standing.ANY,
                    matchers=(PAY,),
                    least_severity=Severity.HIGH,
                    since=HOURS_2,
                ),
                told="2h",
            ),
        ),
    ],
)
def test_a_filter_is_understood(line: str, meant: ListAlerts) -> None:
    assert parse(line, NOW, ZONE) == meant


@pytest.mark.parametrize("line", ["2y", "0h", "500 days", "since", "tomorrow", "-2h"])
def test_what_is_no_filter_is_said_so(desk: Desk, line: str) -> None:
    card = respond(f"/alerts {line}", desk.request, desk.engine, desk.views).card
    assert texts_in(desk.request.language).sifting.wanted in seen(card)


def test_pages_keep_every_filter(desk: Desk) -> None:
    for n in range(23):
        desk.fire(f"svc {n}", Severity.CRITICAL)
    for n in range(2, 25):
        desk.engine.acknowledge(n, samples.LIN, samples.NOW)
    line = '/alerts acked service=~"svc .*" level>=high 2h mine "fails" page 2'
    card = respond(line, desk.request, desk.engine, desk.views).card
    turned = [value["text"] for value in values(card).values() if value.get("in_place")]
    kept = '/alerts acked service=~"svc .*" level>=high 2h mine "fails" page'
    assert turned == [f"{kept} 1", f"{kept} 3"]
    say = texts_in(desk.request.language).sifting
    assert say.title(Standing.ACKED, 23) in seen(card)
    assert say.mine in seen(card)
    assert say.containing("fails") in seen(card)


def test_nobody_elses_are_mine(desk: Desk) -> None:
    desk.engine.acknowledge(1, samples.LIN, samples.NOW)
    other = desk.asking(person=samples.CHEN)
    card = respond("/alerts mine", other, desk.engine, desk.views).card
    assert "#1" not in seen(card)
