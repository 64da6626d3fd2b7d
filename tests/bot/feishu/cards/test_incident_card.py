"""The card of an incident says how it grew."""

import json
from dataclasses import replace

import pytest

from bot.feishu.cards.alert import alert_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen
from watchers.incidents.findings import JOINED, KINDS, RULE

READER = samples.reader()
GROWN = [
    ["billing", "2026-03-02T02:00:01+00:00", "began"],
    ["api-gateway", "2026-03-02T02:00:49+00:00", "names"],
    ["orders", "2026-03-02T02:01:40+00:00", "same_lines"],
]


def shown(joined: object, rule: str = RULE) -> str:
    annotations = {JOINED: joined if isinstance(joined, str) else json.dumps(joined), KINDS: "4"}
    view = samples.firing()
    alert = replace(view.alert, rule=rule, annotations=annotations)
    return seen(alert_card(replace(view, alert=alert), READER))


def test_it_says_who_joined_when_and_why() -> None:
    said = shown(GROWN)
    assert "扩散过程" in said
    assert said.index("billing") < said.index("api-gateway") < said.index("orders")
    assert "提到故障中的服务" in said
    assert "出现相同错误" in said
    assert "4 种错误" in said
    assert "names" not in said


def test_one_service_alone_did_not_grow() -> None:
    assert "扩散过程" not in shown(GROWN[:1])


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '[["a","b","c"]]', '[["a"]]'])
def test_what_cannot_be_read_is_left_out(damaged: str) -> None:
    assert "扩散过程" not in shown(damaged)


def test_other_alerts_say_nothing_of_it() -> None:
    assert "扩散过程" not in shown(GROWN, rule="error")
