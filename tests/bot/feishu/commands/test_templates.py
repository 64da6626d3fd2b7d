"""`/templates`, and what is said of a kind of message by its id."""

import pytest

from bot.core.subscription import Language
from bot.core.verdict import Verdict
from bot.feishu.texts import texts_in
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen
from tests.bot.feishu.commands.test_respond import ask
from tests.bot.feishu.conftest import Desk
from tests.builders import finding, report
from watchers.finding import TemplateCount

IDS = [f"t{n:010x}" for n in range(20)]


@pytest.fixture
def listed(desk: Desk) -> Desk:
    for at, name in enumerate(IDS):
        service = "pay" if at < 19 else "cart"
        kind = TemplateCount(id=name, text=f"pool {name} of <*> is full", count=at + 1)
        found = finding(name, rule="w", labels={"service": service}, templates=(kind,))
        desk.engine.report(report(found), samples.NOW + samples.MINUTE * at)
    return desk


def test_the_list_is_paged_and_newest_first(listed: Desk) -> None:
    first, last = str(ask(listed, "/templates")), str(ask(listed, "模板 第3页"))
    assert IDS[19] in first
    assert IDS[0] not in first
    assert IDS[0] in last
    assert "/templates page 2" in first
    assert IDS[0] in str(ask(listed, "/templates page 9"))
    only = str(ask(listed, "/templates service=cart new"))
    assert IDS[19] in only
    assert IDS[18] not in only


def test_a_kind_is_judged_by_its_id_and_shown_under_what_was_said(
    listed: Desk, language: Language
) -> None:
    say = texts_in(language).catalogue
    assert say.judged[Verdict.NOISE](IDS[3]) in seen(ask(listed, f"/noise {IDS[3]} service=pay"))
    assert say.judged[Verdict.MATTERS](IDS[4]) in seen(ask(listed, f"/matters {IDS[4]}"))
    shown = str(ask(listed, "/templates noise"))
    assert IDS[3] in shown
    assert f"/forget {IDS[3]} service=pay" in shown
    assert IDS[4] not in shown
    assert IDS[4] in str(ask(listed, "/templates matters"))
    assert IDS[3] not in str(ask(listed, "/templates unjudged page 3"))
    assert say.judged[None](IDS[3]) in seen(ask(listed, f"/forget {IDS[3]}"))
    assert say.none in seen(ask(listed, "/templates noise"))


@pytest.mark.parametrize("line", ["/templates level>=high", "/templates rule=x", "/templates foo"])
def test_what_the_list_cannot_be_asked_is_said(desk: Desk, language: Language, line: str) -> None:
    assert texts_in(language).catalogue.wanted_list in seen(ask(desk, line))


@pytest.mark.parametrize("line", ["/forget", "/forget 42"])
def test_forget_wants_the_id_of_a_kind(desk: Desk, language: Language, line: str) -> None:
    assert texts_in(language).catalogue.wanted in seen(ask(desk, line))


def test_an_id_that_nobody_has_is_said(desk: Desk, language: Language) -> None:
    assert texts_in(language).catalogue.unknown in seen(ask(desk, "/noise t0000000000"))
