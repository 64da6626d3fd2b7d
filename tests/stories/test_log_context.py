"""Lines around a record, traces as files, searches and timelines, asked in the group."""

import time
from collections.abc import Callable

import pytest
from test_http_mode import AGENT, serve
from town import OPS, WANG, Chat, Town, toast, until

from tests.watchers.sources.exchanges import SECOND, Line, loki

SECRET = "13812345678"
LOKI = """
[[watch]]
name = "shop"
loki = {{ url = "{url}", query = '{{app="shop"}}' }}

[[watch]]
name = "away"
loki = {{ url = "http://127.0.0.1:1", query = '{{app="away"}}' }}
"""
TRACE = [f"\tat c.s.pay.Gateway.step{n}(Gateway.java:{n})" for n in range(120)]


@pytest.fixture
def place(make_town: Callable[..., Town]) -> Town:
    """A town whose bot is online and whose group wants everything."""
    town = make_town()
    town.run()
    town.chat(OPS).ask("/subscribe level>=high")
    return town


def files(chat: Chat) -> list[tuple[str, bytes, str | None]]:
    """Name, content and what it answers, of each file in a chat."""
    state = chat.town.sandbox.state
    sent = [m for m in chat.town.sandbox.messages(chat.id) if m.msg_type == "file"]
    found = []
    for message in sent:
        content, name = state.files[message.body["file_key"]]
        found.append((name, content, message.parent_id))
    return found


def test_the_lines_around_are_folded_on_the_card_and_more_pages_both_ways(place: Town) -> None:
    ops = place.chat(OPS)
    place.log(*(f"INFO before {n}" for n in range(1, 101)), f"ERROR card declined for {SECRET}")
    card = ops.expect_card("card declined")
    assert "pay.log:101" in card.text
    assert " 96 │ INFO before 96" in card.text
    assert "101 ▶ ERROR card declined for [phone]" in card.text

    place.log(*(f"INFO after {n} {SECRET}" for n in range(1, 101)))
    card.press("更多行")
    more = ops.expect_card("INFO after 20")
    assert " 81 │ INFO before 81" in more.text
    assert "第 81–121 行" in more.text
    more.press("更早", by=WANG)
    more.shows("INFO before 51")
    more.press("更早")
    more.shows("INFO before 21")
    more.press("更早")
    more.shows("文件开头").shows("INFO before 1")
    assert ops.ask("/context 1 -2 +2").shows("INFO before 99").shows("INFO after 2")
    assert not any(SECRET in one.text for one in ops.cards())


def test_after_a_rotation_the_lines_come_from_the_file_that_has_them(place: Town) -> None:
    ops = place.chat(OPS)
    place.log(*(f"INFO old {n}" for n in range(50)), "ERROR in the old file")
    ops.expect_card("in the old file")
    (place.folder / "pay.log").rename(place.folder / "pay.log.1")
    place.log(*(f"INFO new {n}" for n in range(50)))
    card = ops.ask("/context 1").shows("INFO old 31")
    assert "pay.log.1" in card.text
    assert "INFO new" not in card.text


def test_the_whole_trace_comes_as_a_file_beneath_the_card_once(place: Town) -> None:
    ops = place.chat(OPS)
    place.log("ERROR charge failed", "java.net.SocketTimeoutException: t", *TRACE, f"INFO {SECRET}")
    card = ops.expect_card("charge failed")
    card.press("完整堆栈")
    ((name, content, parent),) = until(lambda: files(ops), "the file")
    assert name == "trace-1.txt"
    assert content.decode().splitlines()[1:4:2] == ["ERROR charge failed", TRACE[0].expandtabs(4)]
    assert TRACE[-1].strip() in content.decode()
    assert SECRET not in content.decode()
    assert parent == card.message_id
    assert "已发送" in toast(card.press("完整堆栈"))
    assert len(files(ops)) == 1


def test_logs_finds_recorded_lines_and_lines_of_files_and_gives_all_as_a_file(place: Town) -> None:
    ops = place.chat(OPS)
    place.log(*(f"INFO bank slow {n} {SECRET}" for n in range(30)), "ERROR bank slow for good")
    ops.expect_card("bank slow for good")
    found = ops.ask('/logs service=pay "bank slow" 30m').shows("找到 31 条")
    found.shows("1 个文件").shows("ERROR bank slow for good")
    found.press("下一页")
    found.shows("INFO bank slow 20")
    found.press("全部")
    ((name, content, _),) = until(lambda: files(ops), "the file")
    assert name.startswith("logs-")
    assert content.decode().count("> ") == 31
    assert SECRET not in content.decode()
    assert "没有找到" in ops.ask(f"/logs {SECRET}").shows("1 个文件").text
    assert "只搜索了已记录的行" in ops.ask('/logs rule=error "bank slow"').text


def test_logs_searches_loki_too_and_says_what_it_could_not_search(
    make_town: Callable[..., Town],
) -> None:
    with loki() as server:
        said = f"stock\nWARN card of {SECRET} is slow\nnext"
        server.lines = [Line(time.time_ns() - 60 * SECOND, said, {"app": "shop"})]
        town = make_town(extra=LOKI.format(url=server.url))
        town.run()
        town.log("INFO card is slow")
        group = town.chat(OPS)
        until(lambda: "shop" in group.ask("/status").text, "the host to be known")
        found = group.ask('/logs "is slow" 30m').shows("找到 2 条")
        found.shows("WARN card of [phone] is slow").shows("loki:shop").shows("pay.log:1")
        found.shows("还搜索了 shop (loki)").shows("未搜索：away (loki): http://127.0.0.1:1")
        assert SECRET not in found.text


def test_a_long_timeline_pages_and_is_written_beneath_the_card(place: Town) -> None:
    ops = place.chat(OPS)
    place.log("ERROR to be talked about")
    card = ops.expect_card("to be talked about")
    for n in range(14):
        ops.ask(f"/comment 1 remark {n}")
    page = ops.ask("/timeline 1")
    assert "remark 13" in page.text
    assert "remark 0" not in page.text
    page.press("上一页")
    page.shows("remark 0")
    page.press("发到话题")
    whole = until(
        lambda: [
            one
            for one in ops.cards("remark 0")
            if "remark 13" in one.text and one.message.parent_id == card.message_id
        ],
        "the whole timeline beneath the card",
    )
    assert len(whole) == 1
    assert "完整时间线" in ops.ask("/alert 1").text


def test_a_host_elsewhere_is_asked_over_its_report_and_its_card_replaced(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http")
    (town.folder / "agent.toml").write_text(AGENT.format(port=town.port))
    agent = town.command("watch", "-c", "agent.toml")
    serve(town)
    ops = town.chat(OPS)
    ops.ask("/subscribe level>=high")
    town.log(*(f"INFO far {n} {SECRET}" for n in range(40)), "ERROR far away", file="far.log")
    ops.expect_card("far away")
    card = ops.ask("/context 1")
    card.shows("INFO far 25")
    assert "21 │ INFO far 20 [phone]" in card.text
    assert "已询问" not in card.text
    assert ops.ask('/logs "far 7"').shows("1 个文件").shows("INFO far 7")
    agent.kill()
