"""The status card says what is well and what is not."""

from dataclasses import replace
from datetime import timedelta

from bot.core.subscription import Language
from bot.feishu.cards.status import status_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen, tagged
from watchers.health import HostSample

READER = samples.reader()
DAY = samples.status()


def test_the_tiles_sum_up() -> None:
    said = seen(status_card(DAY, READER))
    for figure in ("17.3k 行/秒", "3 条", "严重×1 高×2 静默 1", "99.98%", "2/4 正常", "5 个订阅"):
        assert figure in said


def test_every_source_has_a_row_and_trouble_comes_first() -> None:
    (table,) = tagged(status_card(DAY, READER), "table")
    states = [row["state"][0]["text"] for row in table["rows"]]
    assert states == ["落后", "缺失", "正常", "正常"]
    assert table["rows"][0]["lag"] == "2.1 s"


def test_one_host_is_named_and_of_several_the_worst_is_shown() -> None:
    assert "主机 web-03" in seen(status_card(DAY, READER))
    busy = HostSample(host="web-04", at=samples.NOW, cpu=0.97, memory=0.1, disk=0.1)
    two = replace(DAY, agents=(*DAY.agents, replace(DAY.agents[0], agent="web-04", host=busy)))
    card = status_card(two, READER)
    assert "2 台主机，各项取最高" in seen(card)
    shares = [
        chart["chart_spec"]["data"]["values"][0]["value"]
        for chart in tagged(card, "chart")
        if chart["chart_spec"]["type"] == "circularProgress"
    ]
    assert shares == [0.97, 0.62, 0.86]


def test_every_minute_of_the_hour_has_its_place() -> None:
    chart = tagged(status_card(DAY, READER), "chart")[0]
    minutes = {value["t"] for value in chart["chart_spec"]["data"]["values"]}
    assert len(minutes) == 60
    assert "10:14" in minutes
    assert chart["chart_spec"]["color"]["domain"] == ["严重", "高", "中"]


def test_no_match_and_no_agent_are_said_in_words() -> None:
    empty = status_card(replace(DAY, agents=(), matches=()), READER)
    assert not tagged(empty, "chart")
    assert not tagged(empty, "table")
    assert "最近 60 分钟没有规则命中。" in seen(empty)
    assert "larkwatch watch" in seen(empty)


def test_deleted_files_that_still_take_up_the_disk_are_told_from_a_megabyte_up() -> None:
    first, *others = DAY.agents[0].sources
    held = replace(first, held_deleted_bytes=3 << 30)
    little = replace(others[0], held_deleted_bytes=4096)
    agent = replace(DAY.agents[0], sources=(held, little))
    said = seen(status_card(replace(DAY, agents=(agent,)), READER))
    assert f"{first.name}：已删除的文件仍占用磁盘 3.0 GB；读完即释放，最多一小时" in said
    assert "4.0 KB" not in said
    english = seen(status_card(replace(DAY, agents=(agent,)), samples.reader(Language.EN)))
    assert "deleted files still take up 3.0 GB of disk" in english


def test_an_agent_that_fell_silent_is_named() -> None:
    agent = replace(DAY.agents[0], heard_at=samples.NOW - timedelta(minutes=5))
    said = seen(status_card(replace(DAY, agents=(agent,)), samples.reader(Language.EN)))
    assert "Agent web-03 has been silent for 5 min" in said


def test_delivery_is_told_with_its_last_failure() -> None:
    said = seen(status_card(DAY, READER))
    assert "已投递 4.2k · 待投递 2 · 重试 4 · 放弃 1 · 最久等待 12 秒" in said
    assert "p50 0.18 s · p99 0.84 s" in said
    assert "230020" in said


def test_a_loss_is_never_rounded_away() -> None:
    lossy = replace(DAY, delivery=replace(DAY.delivery, sent=10**6, given_up=1))
    assert "99.99%" in seen(status_card(lossy, READER))


def test_a_chat_that_is_not_told_in_time_is_named_with_what_waits() -> None:
    said = seen(status_card(replace(DAY, troubles=samples.troubles()), READER))
    assert "生产告警群：12 条待发，最久已等 1 小时 30 分" in said
    assert "生产告警群：连续失败，10:14:47 再试" in said
    assert "支付研发群：2 张卡片" in said
    assert "oc_gone：已停发" in said


def test_many_troubled_chats_are_counted_and_a_spent_quota_goes_first() -> None:
    spent = samples.figures(calls=9600, fields_full=True, fields_left_out=7)
    card = status_card(replace(DAY, troubles=samples.troubles() * 5, figures=spent), READER)
    said = seen(card)
    assert "本月 API 调用量将用尽：9600/10000" in said
    assert "还有 14 条" in said
    full = status_card(replace(DAY, figures=spent), READER)
    assert "字段序列已达上限，新的不再保存（已舍弃 7 次）" in seen(full)
