"""Rules made in the chat: from a pasted line to a card; paused, in the shadow, edited."""

import time

from town import CHEN, LIN, Town, nodes, toast

LINE = "ERROR pay: card 8841 declined after 3021 ms"
SUBSCRIBE = "/subscribe level>=low"


def test_a_pasted_line_becomes_a_rule_that_alerts(town: Town) -> None:
    at = time.strftime("%Y-%m-%d %H:%M:%S")
    town.log(f"{at} INFO all is well", f"{at} WARN pay: card 17 declined after 9 ms")
    chat = town.chat()
    chat.ask(SUBSCRIBE)
    proposal = chat.ask("/watch WARN pay: card 8841 declined after 3021 ms")
    assert "过去 24 小时会告警 1 次" in proposal.text
    assert "card 17 declined" in proposal.text
    assert "还没有生效" in proposal.text

    assert "只有群主" in toast(proposal.press("生效", by=CHEN))
    assert toast(proposal.press("✅ 生效", by=LIN)) == "已完成"
    proposal.shows("规则 pay-card-declined").shows("生效")

    assert "生效" in chat.ask("/rule pay-card-declined").header
    town.log("WARN pay: card 99 declined after 12 ms")
    card = chat.expect_card("card 99 declined")
    assert "pay-card-declined" in card.text

    rules = chat.ask("/rules")
    assert "pay-card-declined" in rules.text
    assert "创建规则  pay-card-declined" in chat.ask("/audit").text


def test_a_paused_rule_is_silent_until_it_is_resumed(town: Town) -> None:
    chat = town.chat()
    chat.ask(SUBSCRIBE)
    rule = chat.ask("/rule error")
    assert "内置规则" in rule.text
    rule.press("暂停 1h", by=LIN)
    rule.shows("已暂停至").shows("林晓")
    town.bots[-1].stop()
    town.run()
    town.log("ERROR pay: nobody hears this")
    town.log("PANIC pay: this rings")
    chat.expect_card("this rings")
    assert not chat.cards("nobody hears this")

    rule.press("恢复", by=LIN)
    assert "生效" in chat.ask("/rule error").header
    town.log("ERROR pay: heard again")
    chat.expect_card("heard again")
    assert not chat.cards("nobody hears this")


def test_the_shadow_counts_and_tells_nobody(town: Town) -> None:
    chat = town.chat()
    chat.ask(SUBSCRIBE)
    proposal = chat.ask("/watch WARN stock: item 5 is low")
    proposal.press("影子", by=LIN)
    proposal.shows("只计数、不通知")
    chat.ask("/status")
    town.log("WARN stock: item 7 is low", "WARN stock: item 8 is low")

    shown = proposal
    for _ in range(100):
        shown = chat.ask("/rule stock-item-low")
        if "item 8 is low" in shown.text:
            break
    assert "7 天内本会告警 1 次" in shown.text
    assert "未通知" in shown.text
    assert not chat.cards("触发中")

    shown.press("转为生效", by=LIN)
    assert "生效" in chat.ask("/rule stock-item-low").header
    town.log("WARN stock: item 9 is low")
    chat.expect_card("触发中").shows("item 9 is low")


def test_the_form_says_what_is_wrong_keeps_what_was_written_and_tests_again(town: Town) -> None:
    chat = town.chat()
    proposal = chat.ask(f"/watch {LINE}")
    proposal.press("修改", by=LIN)
    proposal.shows("修改 pay-card-declined")
    fields = {
        "name": "declined",
        "pattern": "card (",
        "exclude": "",
        "recovery": "",
        "severity": "medium",
        "count": "0",
        "span": "10m",
        "files": "",
    }
    assert "正则" in toast(proposal.submit(fields))
    proposal.shows("还没有保存").shows("次数")
    (pattern,) = [one for one in nodes(proposal.body, "input") if one["name"] == "pattern"]
    assert pattern["default_value"] == "card ("

    fields |= {"pattern": r"card \d+ declined", "count": "2"}
    assert toast(proposal.submit(fields)) == "已保存"
    proposal.shows("盯住这样的日志").shows("declined").shows("2 次")
    proposal.press("✅ 生效", by=LIN)
    proposal.shows("规则 declined").shows("林晓")
