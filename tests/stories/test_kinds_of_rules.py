"""Rules that remember: what was counted stands on the card, in the shadow nobody is told."""

import time

from town import LIN, Town

from bot.sandbox.wire import stable_id

RULES = """
[[rule]]
name = "logins"
kind = "frequency"
severity = "high"
title = "Logins fail"
pattern = 'login failed user=(?P<user>\\w+)'
num_events = 3
timeframe = "5m"
realert = "off"
query_key = ["user"]
[[rule]]
name = "quiet logins"
kind = "new_term"
severity = "high"
pattern = 'login failed user=(?P<user>\\w+)'
fields = ["user"]
learn = "off"
stage = "shadow"
"""


def test_the_card_says_what_was_counted_and_the_shadow_tells_nobody(town: Town) -> None:
    town.bots[-1].stop()
    town.file.write_text(town.file.read_text() + RULES)
    town.run()
    chat = town.chat()
    chat.ask("/subscribe level>=low")
    at = time.strftime("%Y-%m-%d %H:%M:%S")
    town.log(*[f"{at} WARN login failed user=bob"] * 3)
    card = chat.expect_card("Logins fail: 3 in 5m")
    assert "user=bob" in card.text
    assert "counted=3 in 5m" in card.text
    town.log(*[f"{at} WARN login failed user=eve"] * 2)
    town.log(*[f"{at} WARN login failed user=bob"] * 3)
    assert not chat.cards("user=eve")

    rule = chat.ask("/rule logins")
    assert "frequency: query_key=user" in rule.text
    assert "num_events=3, timeframe=5m" in rule.text
    shadow = chat.ask('/rule "quiet logins"')
    assert "影子" in shadow.header
    assert "7 天内本会告警" in shadow.text


EXPLODING = r"""
[[rule]]
name = "chain"
severity = "high"
pattern = 'user=(\w+) .*by=\1 .*for=\1 .*now=\1$'
"""


def test_a_rule_that_explodes_is_given_up_and_admins_are_told_which(town: Town) -> None:
    town.bots[-1].stop()
    admins = f'[feishu]\nadmins = ["{stable_id("ou_", LIN)}"]'
    town.file.write_text(town.file.read_text().replace("[feishu]", admins) + EXPLODING)
    town.run()
    town.chat().ask("/subscribe level>=high")
    town.log("INFO user=bob " + "by=bob for=bob now=bo " * 400 + "now=bo", "ERROR pay: declined")
    card = town.private().expect_card("规则 chain 耗时过长，已停用")
    assert "pay.log" in card.text
    town.chat().expect_card("declined")
    town.log("INFO user=eve by=eve for=eve now=eve", "ERROR pay: declined again")
    town.chat().expect_card("declined again")
    assert not any("chain" in card.header for card in town.chat().cards())
    assert len(town.private().cards("规则 chain 耗时过长")) == 1
