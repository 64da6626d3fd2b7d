"""The doctor has words for every verdict, the same facts in both languages."""

import re
from string import Formatter

import pytest

from bot.core.diagnosis import Area, Check, Status, Verdict
from bot.core.subscription import Language
from bot.feishu.manifest import read_manifest
from bot.feishu.texts import texts_in

BOTH = [texts_in(language).doctor for language in Language]
NEEDS_REMEDY = [one for one in Verdict if one.status in (Status.WARNING, Status.FAILED)]


def facts(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", Language)
def test_every_area_check_and_verdict_has_words(language: Language) -> None:
    say = texts_in(language).doctor
    assert set(say.areas) == set(Area)
    assert set(say.checks) == set(say.why) == set(Check)
    assert set(say.found) == set(Verdict)
    assert set(say.remedy) >= set(NEEDS_REMEDY)
    assert set(say.statuses) == set(say.counts) == set(Status)
    manifest = read_manifest()
    assert set(say.scopes) == set(manifest.scopes)
    assert set(say.events) == {*manifest.events, *manifest.callbacks}


@pytest.mark.parametrize("verdict", Verdict)
def test_both_languages_say_the_same_facts_and_name_the_same_commands(verdict: Verdict) -> None:
    for parts in ([one.found for one in BOTH], [one.remedy for one in BOTH]):
        said = [part.get(verdict, "") for part in parts]
        assert facts(said[0]) == facts(said[1])
        quoted = [set(re.findall(r"`([^`]+)`", one)) for one in said]
        assert quoted[0] == quoted[1] or verdict is Verdict.BREAKER_OPEN


@pytest.mark.parametrize("verdict", NEEDS_REMEDY)
def test_a_remedy_names_what_to_do(verdict: Verdict) -> None:
    assert all(len(one.remedy[verdict]) > 10 or "{remedy}" in one.remedy[verdict] for one in BOTH)


def test_chinese_words_are_chinese() -> None:
    zh = texts_in(Language.ZH).doctor
    only_facts = {Verdict.CONFIG_ERROR, Verdict.CONFIG_WARNING}
    bare = {Verdict.SOURCE_UNREADABLE, Verdict.SOURCE_NO_LOG}
    for verdict, text in zh.found.items():
        if verdict not in only_facts | bare:
            assert re.search(r"[\u4e00-\u9fff]", text), verdict
