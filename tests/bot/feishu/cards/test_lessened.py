"""Each rung below the full card leaves something out, and every one is a card Feishu takes."""

import json
from dataclasses import replace

import pytest

from bot.core.subscription import Language
from bot.feishu.cards.elements import MOST_BYTES, Card, weight
from bot.feishu.cards.lessened import masked_card, plain_card, shortened_card
from bot.feishu.cards.withheld import withheld_card
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import Scene, every_card, labels, seen, tagged, values

NOBODY = Catalogue(images=frozenset(), people=frozenset())
LESSENED = (masked_card, shortened_card, plain_card)


@pytest.mark.parametrize("language", Language)
def test_case_24_every_card_can_be_lessened(language: Language) -> None:
    for name, full in every_card(Scene(), samples.reader(language)).items():
        for lessen in LESSENED:
            card = lessen(full)
            check_card(json.dumps(card), NOBODY)
            assert weight(card) <= MOST_BYTES, name


def full() -> Card:
    view = samples.firing()
    named = replace(view.alert, title="13812345678 declined")
    return every_card(Scene(alerts=(replace(view, alert=named),)), samples.reader())["alert0"]


def test_a_masked_card_keeps_its_buttons_and_what_they_do() -> None:
    assert values(masked_card(full())) == values(full())
    assert "13812345678" not in json.dumps(masked_card(full()))
    assert "13812345678" in json.dumps(full())


def test_a_shortened_card_has_no_log_lines() -> None:
    assert tagged(full(), "markdown")
    short = shortened_card(full())
    assert not tagged(short, "markdown")
    assert not tagged(short, "chart")
    assert labels(short) == labels(full())


def test_a_plain_card_is_literal_text_alone() -> None:
    plain = plain_card(full(), "/alert 42")
    assert [element["tag"] for element in plain["body"]["elements"]] == ["div"]
    assert "/alert 42" in seen(plain)
    assert "服务 order-api" in seen(plain).splitlines()
    assert "declined" in seen(plain)


@pytest.mark.parametrize("language", Language)
def test_a_withheld_card_says_the_number_the_command_and_the_place(language: Language) -> None:
    view = samples.firing()
    card = withheld_card(view, samples.reader(language))
    check_card(json.dumps(card), NOBODY)
    said = seen(card)
    assert "/alert 42" in said
    assert view.alert.labels["host"] in said
    assert view.alert.title not in said
    assert labels(card)
    assert not labels(withheld_card(view, samples.reader(language), may_act=False))


def test_a_withheld_card_of_an_alert_from_nowhere_names_no_place() -> None:
    view = samples.firing()
    nowhere = replace(view.alert, samples=(), labels={})
    card = withheld_card(replace(view, alert=nowhere), samples.reader())
    assert len(tagged(card, "div")) == 1
