"""Every card that there is, drawn from whatever views there can be, keeps Feishu's rules."""

import json

import pytest

from bot.feishu.cards.elements import MOST_BYTES, weight
from bot.sandbox.cards import Catalogue, check_card
from bot.sandbox.contents import CARD_BYTES
from tests.bot.feishu.cards.drawn import texts_of
from tests.bot.feishu.cards.making import Maker, functions
from tests.bot.feishu.cards.test_hostile_text import NASTY, is_one_fence

NOBODY = Catalogue(images=frozenset(), people=frozenset())
WORDS = (
    *("", "pay", "a-1.log", "a b", "42", "林晓", "é", "\n", "{x}", "critical>high"),
    *(text[:3000] for text in NASTY),
    '"\\' * 1500,
    "é<@" * 1000,
    "警" * 2000,
)
SEEDS = range(20)


def test_there_are_cards() -> None:
    """So that a package that moved does not make the test below pass by itself."""
    names = {name.partition(".")[2] for name in functions()}
    assert {"alert_card", "status_card", "subscription_form", "withheld_card"} <= names


@pytest.mark.parametrize("name", functions())
def test_any_view_makes_a_card_that_feishu_takes(name: str) -> None:
    for seed in SEEDS:
        card = Maker(seed, WORDS).card(functions()[name])
        check_card(json.dumps(card, ensure_ascii=False), NOBODY)
        assert weight(card) <= MOST_BYTES < CARD_BYTES, seed
        for content in texts_of(card, "markdown"):
            assert is_one_fence(content), seed
        assert not texts_of(card, "lark_md"), seed
