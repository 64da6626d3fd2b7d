"""`/doctor` from the chat: answered at once, and the card changes when it is done."""

from collections.abc import Callable

import pytest
from town import LIN, OPS, WANG, WITHIN_S, Town, toast, until

from bot.feishu.manifest import read_manifest
from bot.sandbox.wire import stable_id

ADMIN = f'admins = ["{stable_id("ou_", LIN)}"]'


@pytest.fixture
def place(make_town: Callable[..., Town]) -> Town:
    """A town where Lin administers; the bot is online."""
    town = make_town()
    town.file.write_text(town.file.read_text().replace("[feishu]\n", f"[feishu]\n{ADMIN}\n", 1))
    town.log("INFO pay: hello")
    town.run()
    return town


def test_an_admin_has_everything_checked_and_mends_what_is_wrong(place: Town) -> None:
    ops = place.chat(OPS)
    ops.ask("/subscribe all")
    application = place.sandbox.application
    whole = application.live.scopes
    application.change(scopes=whole - {"im:chat", "im:chat:readonly"})
    application.publish({})
    card = ops.ask("/doctor").turns("red")
    card.shows("权限 · 未开通 im:chat:readonly").shows("发布一个版本").shows("长连接自")
    assert "https://open.feishu.cn" not in card.text, "the page is behind a button"
    assert "打开后台" in card.buttons
    application.change(scopes=whole)
    application.publish({})
    toast(card.press("重新检查"))
    until(lambda: card.colour != "red", "the card without the failure")
    assert "未开通" not in card.text
    card.shows(f"{len(read_manifest().scopes)} 项权限全部开通")


def test_who_does_not_administer_is_told_so(place: Town) -> None:
    card = place.chat(OPS).ask("/doctor", by=WANG)
    assert "只有" in card.text
    assert place.chat(OPS).cards("正在检查") == []


def test_the_operator_sees_in_the_terminal_that_a_click_arrives(place: Town) -> None:
    words = ("doctor", "--only", "round-trip", "--only", "process", "--card-click")
    doctor = place.command(*words)
    card = place.private(LIN).expect_card("点我试试")
    card.press("点我试试")
    assert doctor.process.wait(WITHIN_S) == 0, doctor.said
    assert "the click arrived" in doctor.said
    assert "is at work" in doctor.said
