"""People: who hears of what, who may act, and what admins are told."""

from collections.abc import Callable
from typing import Any

import pytest
from town import ALICE, LIN, OPS, TEAM, WANG, Town, toast, until

from bot.sandbox.wire import stable_id

ADMIN = f'admins = ["{stable_id("ou_", LIN)}"]'


@pytest.fixture
def place(make_town: Callable[..., Town]) -> Town:
    """A town where Lin administers; the bot is online."""
    town = make_town()
    town.file.write_text(town.file.read_text().replace("[feishu]\n", f"[feishu]\n{ADMIN}\n", 1))
    town.run()
    return town


def test_a_group_reads_another_acts_and_a_third_person_is_mentioned(place: Town) -> None:
    ops, team = place.chat(OPS), place.chat(TEAM)
    ops.ask("/subscribe all --act admins --mention alice@example.com 13800000009")
    team.ask("/subscribe all --act nobody")
    place.log("ERROR pay: card declined by issuer")
    mine = ops.expect_card("card declined")
    theirs = team.expect_card("card declined")
    assert f"<at id={stable_id('ou_', ALICE)}></at>" in mine.text
    assert "认领" in mine.buttons
    assert theirs.buttons == []
    said = toast(mine.press("认领", by=ALICE))
    assert "没有权限" in said or "正在核对" in said
    until(lambda: ops.cards("没有权限") or "没有权限" in said, "the refusal")
    mine.press("认领", by=WANG)
    mine.shows("王磊 于")
    theirs.shows("王磊 于")
    place.sandbox.people.react(mine.message_id, "DONE", stable_id("ou_", LIN))
    mine.turns("green")
    told = ops.ask("/audit 1").text
    assert "被拒绝 ack" in told
    assert "表情" in told


def test_case_18_an_admin_hears_in_private_that_a_group_is_lost(place: Town) -> None:
    place.chat(OPS).ask("/subscribe all")
    place.log("ERROR pay: card declined by issuer")
    card = place.chat(OPS).expect_card("card declined")
    place.sandbox.remove_bot(place.chat(OPS).id, stable_id("ou_", WANG))
    private = place.private(LIN)
    private.expect_card("收不到告警了")
    private.expect_card("card declined")
    place.sandbox.add_bot(place.chat(OPS).id, stable_id("ou_", WANG))
    private.expect_card("又能收到告警了")
    private.expect_card("card declined").press("认领")
    card.shows("林晓 于")


def test_case_42_who_unsubscribes_sees_a_last_edit(place: Town) -> None:
    ops = place.chat(OPS)
    ops.ask("/subscribe all")
    place.log("ERROR pay: card declined by issuer")
    card = ops.expect_card("card declined")
    ops.ask("/unsubscribe all")
    card.shows("不再关注").turns("grey")
    assert card.buttons == []


def test_case_40_a_changed_configuration_takes_effect_and_a_broken_one_does_not(
    place: Town,
) -> None:
    ops, private = place.chat(OPS), place.private(LIN)
    ops.ask("/subscribe all")
    good = place.file.read_text()
    place.file.write_text(good + "[[rule]]\nname = 'odd'\n")
    private.expect_card("新配置有错")
    assert "配置文件有错" in ops.ask("/status").text
    rule = "[[rule]]\nname = 'odd'\npattern = 'ODD THING'\nseverity = 'high'\n"
    place.file.write_text(good + rule)
    private.expect_card("配置已重新读取")
    place.log("an ODD THING happened")
    ops.expect_card("ODD THING")
    assert "配置文件有错" not in ops.ask("/status").text


def test_the_form_subscribes_with_hours_and_rights(place: Town) -> None:
    form = place.chat(OPS).ask("/subscribe")
    fields: dict[str, Any] = {
        "least": "high",
        "language": "zh",
        "begins": "09:00 +0800",
        "ends": "18:30 +0800",
        "zone": "Asia/Shanghai",
        "urgent": "critical",
        "acting": "leaders",
        "mentions": [stable_id("ou_", WANG)],
    }
    assert "已订阅" in toast(form.submit(fields))
    form.shows("09:00-18:30 Asia/Shanghai").shows("王磊")
