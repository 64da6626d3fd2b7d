"""An alert's life in the chat: taken for a while, talked about, over by a line, back, flapping."""

from collections.abc import Callable

from town import LIN, OPS, WANG, Town, toast, until

RULE = """
[[rule]]
name = "db"
pattern = "database gone"
severity = "high"
title = "database gone"
recovery = "database back"
delay = "down 20s x2 max 10m"
"""


def test_case_36_an_alert_is_taken_talked_about_over_and_flapping(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=RULE)
    town.run()
    group = town.chat(OPS)
    group.ask("/subscribe level>=high")
    town.log("ERROR pay: database gone")
    card = group.expect_card("database gone")

    toast(card.press("认领", by=LIN))
    assert "到" in toast(card.choose("30 分钟", by=LIN))
    assert "林晓" in group.ask("/ack 1", by=WANG).text
    card.shows("王磊 关注")
    group.ask("备注 1 连接池满了，先重启", by=WANG)
    card.shows("连接池满了，先重启")
    group.ask("指派 1 我", by=WANG)
    card.shows("指派给 王磊")

    town.log("INFO pay: database back")
    card.turns("green").shows("出现恢复日志")
    for times in (1, 2):
        town.log("ERROR pay: database gone")
        card.turns("red").shows(f"第 {times} 次复发")
        town.log("INFO pay: database back")
        card.turns("green")

    town.log("ERROR pay: database gone")
    group.expect_card("开始抖动")
    card.shows("抖动 3 次")
    town.log("INFO pay: database back")
    town.log("ERROR pay: database gone")
    until(lambda: "聚合 5 条" in group.ask("/alert 1").text, "the fifth record")
    assert card.colour == "red"
    assert len(group.cards("开始抖动")) == 1
    history = group.ask("/alert 1").text
    for happened in ("林晓 认领", "王磊 关注", "王磊：连接池满了", "收到恢复消息", "触发时的规则"):
        assert happened in history
