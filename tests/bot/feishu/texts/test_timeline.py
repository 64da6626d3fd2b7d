from bot.core.why import Why
from bot.feishu.texts.timeline import TIMELINE_EN, TIMELINE_ZH


def test_every_rule_has_its_words_in_every_language() -> None:
    for texts in (TIMELINE_EN, TIMELINE_ZH):
        assert set(texts.happened) == set(Why)
        for why, say in texts.happened.items():
            assert say("", ""), why
            assert "{" not in say("x{y}", "z{}").replace("x{y}", "").replace("z{}", "")
