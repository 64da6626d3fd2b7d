"""Why an alert was told or not, asked in the group and on the command line."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from town import OPS, TEAM, Town, until

from bot.sandbox.faults import Fault

MESSAGES = "/open-apis/im/v1/messages"
LINE = "ERROR pay: card declined for 13812345678"


@pytest.fixture
def place(make_town: Callable[..., Town]) -> Town:
    """A town whose bot is online."""
    town = make_town()
    town.run()
    return town


def test_why_leads_from_the_line_to_each_delivery_with_feishus_code(place: Town) -> None:
    ops, team = place.chat(OPS), place.chat(TEAM)
    ops.ask("/subscribe service=pay")
    team.ask("/subscribe service=order")
    place.sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES, count=1)
    place.log(LINE, "TIMEOUT calling the bank")
    ops.expect_card("card declined")
    # The card is there a moment before that is written down.
    said = until(lambda: (card := ops.ask("/why 1")).colour == "green" and card, "a yes")
    assert said
    for expected in ("card declined for [phone]", "error（高）", "没有静默", "service=order"):
        assert expected in said.text
    assert "230028" in said.text
    assert "13812345678" not in said.text
    ops.ask("/mute service=pay 1h")
    about = ops.ask("/why pay")
    assert "被 m1 静默" in about.text
    assert "只记录" in about.text
    answers = len(ops.cards("为什么：#1"))
    about.press("为什么")
    until(lambda: len(ops.cards("为什么：#1")) > answers, "the answer to the button")


def test_explain_says_the_same_before_it_happens_and_sends_nothing(place: Town) -> None:
    place.chat(OPS).ask("/subscribe service=pay")
    found = subprocess.run(
        [
            *(sys.executable, "-c", "from bot.cli.main import main; main()", "explain", "--json"),
            *("--line", LINE, "--file", "pay.log"),
        ],
        cwd=place.folder,
        env=place.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    told = json.loads(found.stdout)
    assert (told["watch"], told["told"]) == ("pay", "told")
    assert told["line"] == LINE.replace("13812345678", "[phone]")
    assert told["findings"][0]["steps"][-1]["target"] == place.chat(OPS).id
    assert place.chat(OPS).cards("declined") == []
