"""What is written beneath an alert's card is about that alert."""

import pytest

from bot.feishu.commands.menu import ENTRIES, line_of
from bot.feishu.commands.replies import as_command, reply_as_command
from tests.bot.feishu.conftest import Desk


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("收到", "/ack 1"),
        ("收到了", "/ack 1"),
        ("收到，谢谢", "/ack 1"),
        ("我来处理", "/ack 1"),
        ("我看下", "/ack 1"),
        ("在看了", "/ack 1"),
        ("👌", "/ack 1"),
        ("[OK]", "/ack 1"),
        ("on it!", "/ack 1"),
        ("Got it", "/ack 1"),
        ("I'll take this", "/ack 1"),
        ("looking", "/ack 1"),
        ("✅", "/resolve 1"),
        ("搞定了", "/resolve 1"),
        ("fixed", "/resolve 1"),
        ("mark as resolved", "/resolve 1"),
        ("静默 2h", "/mute 1 2h"),
        ("静默两小时吧", "/mute 1 2h"),
        ("mute this for 2 hours please", "/mute 1 2h"),
        ("静默到明早九点", "/mute 1 到明早九点"),
        ("取消静默", "/unmute 1"),
        ("取消认领", "/unack 1"),
        ("交给 @林晓", "/assign 1 @林晓"),
        ("为什么", "/why 1"),
        ("支付服务静默一小时", "支付服务静默一小时"),
        ("/status", "/status"),
        ("/ack 7", "/ack 7"),
        ("认领 7", "认领 7"),
        ("磁盘满了，已清理", "/comment 1 磁盘满了，已清理"),
        ("已经解决了，是重启导致的", "/comment 1 已经解决了，是重启导致的"),
        ("先别静默，我看看日志", "/comment 1 先别静默，我看看日志"),
        ("should we mute this?", "/comment 1 should we mute this?"),
        ("it is resolved I think", "/comment 1 it is resolved I think"),
        ("谁认领一下", "/comment 1 谁认领一下"),
        ("pay 最近怎么样", "/comment 1 pay 最近怎么样"),
        ("", ""),
    ],
)
def test_a_reply_is_a_command_a_sentence_or_a_comment(desk: Desk, said: str, line: str) -> None:
    assert reply_as_command(said, 1, desk.request, desk.views) == line


def test_a_command_that_cannot_be_read_is_answered_as_one(desk: Desk) -> None:
    assert reply_as_command("静默 99d", 1, desk.request, desk.views) == "/mute 1 99d"
    assert as_command("静默 99d", 1) == "/mute 1 99d"


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("alerts", "/alerts"),
        ("mine", "/alerts mine"),
        ("whoami", "/whoami"),
        ("alerts_resolved_24h", "/alerts resolved 24h"),
        ("larkwatch_status", "/status"),
        ("ack_1", "/help"),
        ("resolve_all", "/help"),
        ("nonsense", "/help"),
        ("", "/help"),
        ("_", "/help"),
    ],
)
def test_an_entry_of_the_menu_is_a_command_that_reads(key: str, line: str) -> None:
    assert line_of(key) == line


def test_the_suggested_entries_run() -> None:
    for key in ENTRIES:
        assert line_of(key).startswith("/")
