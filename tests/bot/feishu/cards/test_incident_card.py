"""The card of an incident says how it grew."""

import pytest

from bot.feishu.cards.alert import alert_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen

READER = samples.reader()


def shown(**changes: object) -> str:
    return seen(alert_card(samples.incident(**changes), READER))


def test_it_says_who_joined_when_and_why() -> None:
    said = shown()
    assert "扩散过程" in said
    assert said.index("billing") < said.index("api-gateway") < said.index("orders")
    assert "提到故障中的服务" in said
    assert "出现相同错误" in said
    assert "4 种错误" in said
    assert "names" not in said


def test_one_service_alone_did_not_grow() -> None:
    assert "扩散过程" not in shown(joined=samples.JOINED_ORDERS[:1])


@pytest.mark.parametrize("damaged", ["", "{", "[1]", '[["a","b","c"]]', '[["a"]]'])
def test_what_cannot_be_read_is_left_out(damaged: str) -> None:
    assert "扩散过程" not in shown(joined=damaged)


def test_other_alerts_say_nothing_of_it() -> None:
    assert "扩散过程" not in shown(rule="error")
