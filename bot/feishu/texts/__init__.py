"""What people read: every text in every language, and how times and figures are written."""

from typing import assert_never

from bot.core.subscription import Language
from bot.feishu.texts.base import Texts
from bot.feishu.texts.en import EN
from bot.feishu.texts.zh import ZH


def texts_in(language: Language) -> Texts:
    """All texts in this language."""
    match language:
        case Language.ZH:
            return ZH
        case Language.EN:
            return EN
        case _:
            assert_never(language)
