"""Every reason and every outcome has its words in both languages."""

import re

from bot.core.notification import Purpose
from bot.core.permission import Right
from bot.core.subscription import Language
from bot.core.trace import Reason, Stage, Told
from bot.feishu.errors import _MEANINGS
from bot.feishu.texts import texts_in
from bot.feishu.texts.reasons import REASONS_EN, REASONS_ZH
from bot.feishu.texts.remedies import remedy_in


def test_every_reason_is_said_in_both_languages_with_the_same_facts() -> None:
    assert set(REASONS_EN) == set(REASONS_ZH) == set(Reason)
    for reason in Reason:
        named = [set(re.findall(r"{(\w+)}", one[reason])) for one in (REASONS_EN, REASONS_ZH)]
        assert named[0] == named[1], reason


def test_every_stage_and_outcome_is_said_in_both_languages() -> None:
    for language in Language:
        say = texts_in(language).why
        assert set(say.stages) == set(Stage)
        assert set(say.told) == set(Told)


def test_every_purpose_is_said_in_both_languages() -> None:
    for language in Language:
        assert set(texts_in(language).why.purposes) == set(Purpose)


def test_every_code_that_is_known_has_its_remedy_in_chinese() -> None:
    for code in _MEANINGS:
        assert re.search(r"[\u4e00-\u9fff]", remedy_in(Language.ZH, code, "")), code
    assert len({remedy_in(Language.ZH, code, "") for code in (1, *_MEANINGS)}) > len(_MEANINGS) / 2


def test_every_right_is_said_in_both_languages() -> None:
    for language in Language:
        texts = texts_in(language)
        assert set(texts.phrase.who) == set(Right)
        assert all(texts.people.rights(one) for one in Right)
