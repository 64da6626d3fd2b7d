"""Every kind of card looks as it did when somebody looked at it last."""

import pytest

from bot.core.subscription import Language
from tests.bot.feishu.cards.golden import FOLDER, file_of, golden_cards, text_of

AGAIN = "meant? python -m tests.bot.feishu.cards.golden draws it anew; look at what changed"


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_card_is_drawn_as_it_stands_in_its_file(language: Language) -> None:
    drawn = golden_cards(language)
    kept = {file.name.partition(".")[0] for file in FOLDER.glob(f"*.{language.value}.json")}
    assert kept == set(drawn), AGAIN
    other = [
        name
        for name, card in drawn.items()
        if file_of(name, language).read_text(encoding="utf-8") != text_of(card)
    ]
    assert not other, AGAIN
