"""Help lists what there is, says how each command is written and said, and who may run it."""

import json
from typing import Any

import pytest

from bot.core.subscription import Language
from bot.feishu.commands.parse import named, respond
from bot.feishu.commands.registry import COMMANDS
from bot.feishu.phrases.knowledge import Known
from bot.feishu.phrases.reading import read
from bot.feishu.texts import texts_in
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen, values
from tests.bot.feishu.commands.test_parse import NOW, ZONE
from tests.bot.feishu.conftest import Desk

KNOWN = Known(services=("pay",), rules=("panic",))
SAID = [
    (language, name, sentence)
    for language in Language
    for name, sentences in texts_in(language).phrase.said.items()
    for sentence in sentences
]


def ask(desk: Desk, line: str, **changes: object) -> dict[str, Any]:
    card = respond(line, desk.asking(**changes), desk.engine, desk.views).card
    check_card(json.dumps(card), Catalogue(images=frozenset(), people=frozenset()))
    return card


@pytest.mark.parametrize("line", ["/help", "帮助", "", "/help nonsense"])
def test_every_command_is_listed_and_has_a_button(desk: Desk, line: str) -> None:
    card = ask(desk, line, admins=frozenset({samples.LIN.id}))
    said = seen(card)
    assert all(f"/{spec.names[0]}  " in said for spec in COMMANDS)
    texts = {value.get("text") for value in values(card).values()}
    assert {f"/help {spec.names[0]}" for spec in COMMANDS} <= texts


@pytest.mark.parametrize("name", [name for spec in COMMANDS for name in spec.names])
def test_every_name_of_a_command_has_its_help(desk: Desk, name: str) -> None:
    (spec,) = [one for one in COMMANDS if name in one.names]
    card = ask(desk, f"/help {name}")
    assert card["header"]["title"]["content"] == f"/{spec.names[0]}"
    said = seen(card)
    text = spec.text(texts_in(desk.request.language))
    assert all(example in said for example in (text.about, text.usage, *text.examples))
    assert texts_in(desk.request.language).phrase.who[spec.right] in said


def test_what_somebody_may_not_run_is_marked_and_has_no_button(desk: Desk) -> None:
    card = ask(desk, "/help", person=samples.CHEN)
    assert "🔒 /subscribe  " in seen(card)
    assert "🔒 /ack  " not in seen(card)
    texts = {value.get("text") for value in values(card).values()}
    assert "/help subscribe" not in texts
    assert "🔒" in seen(ask(desk, "/help subscribe", person=samples.CHEN))


@pytest.mark.parametrize(("language", "name", "sentence"), SAID)
def test_what_help_says_can_be_said_is_understood(
    language: Language, name: str, sentence: str
) -> None:
    found = named(sentence)
    if found is None or found[0].names[0] != name:
        best = read(sentence, KNOWN, NOW, ZONE)[0]
        assert best.line[1:].split()[0] == name
        assert best.clear


@pytest.mark.parametrize("language", Language)
def test_the_first_samples_are_understood(language: Language) -> None:
    for sentence in texts_in(language).phrase.samples:
        assert named(sentence) is not None or read(sentence, KNOWN, NOW, ZONE)[0].clear


def test_how_something_is_done_is_answered_with_help(desk: Desk) -> None:
    assert ask(desk, "怎么静默 pay")["header"]["title"]["content"] == "/mute"
    assert ask(desk, "how do I resolve 1?")["header"]["title"]["content"] == "/resolve"
    assert not desk.views.mutes(samples.NOW)
