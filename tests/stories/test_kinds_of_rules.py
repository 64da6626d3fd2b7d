"""Rules that remember: what was counted stands on the card, in the shadow nobody is told."""

import time

from town import Town

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
