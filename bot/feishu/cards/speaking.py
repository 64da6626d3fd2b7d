"""Which language is spoken in a chat and to a person, with buttons to change it."""

from bot.core.subscription import Language
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Card, button, card, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.texts import texts_in


def language_card(chat: Language, mine: Language | None, reader: Reader) -> Card:
    """Draw it; each language is named in itself, so that everybody finds the own one."""
    say = reader.texts.speaking
    personal = name_in(mine) if mine is not None else say.as_chat
    here = [
        button(say.use_here(name_in(one)), encode(RunCommand(text=f"/lang {one.value}")))
        for one in Language
        if one is not chat
    ]
    own = [
        button(say.use_mine(name_in(one)), encode(RunCommand(text=f"/lang me {one.value}")))
        for one in Language
        if one is not mine
    ]
    return card(
        title=say.title,
        template="blue",
        elements=[
            text(f"{say.chat(name_in(chat))}\n{say.mine(personal)}"),
            small(say.hint),
            row([*here, *own]),
        ],
    )


def name_in(language: Language) -> str:
    """What a language calls itself."""
    return texts_in(language).format.language_name
