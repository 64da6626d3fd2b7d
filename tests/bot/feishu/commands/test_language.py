"""A chat and a person each have a language; a person's is for answers and toasts alone."""

from dataclasses import replace

import pytest

from bot.core.audit import Source
from bot.core.subscription import Language
from bot.feishu.actions import AcknowledgeAlert
from bot.feishu.commands.parse import respond
from bot.feishu.performing import perform
from bot.feishu.texts import texts_in
from bot.store.database import open_database
from bot.store.store import Store
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen, values
from tests.bot.feishu.conftest import Desk


def ask(desk: Desk, line: str, **changes: object) -> str:
    return seen(respond(line, desk.asking(**changes), desk.engine, desk.views).card)


@pytest.mark.parametrize("line", ["/lang en", "语言 英文", "switch to english", "请说英文"])
def test_a_chats_language_goes_to_its_subscriptions(desk: Desk, line: str) -> None:
    ask(desk, "/subscribe service=pay lang=zh")
    said = ask(desk, line)
    assert texts_in(Language.EN).speaking.set_chat("English") in said
    here = desk.views.chat(desk.request.target)
    assert here.language is Language.EN
    assert [one.language for one in here.subscriptions] == [Language.EN]


def test_only_who_leads_the_group_changes_its_language(desk: Desk) -> None:
    ask(desk, "/lang zh")
    say = texts_in(desk.request.language).answer
    assert say.may_not_subscribe in ask(desk, "/lang en", person=samples.CHEN)
    assert desk.views.chat(desk.request.target).language is Language.ZH
    tried = [entry.action for entry in desk.views.audit(None, None, 5)]
    assert "refused" in tried


@pytest.mark.parametrize("line", ["/lang me en", "语言 我 en", "reply to me in english"])
def test_everybody_chooses_their_own(desk: Desk, line: str) -> None:
    said = ask(desk, line, person=samples.CHEN)
    assert texts_in(Language.EN).speaking.set_mine("English") in said
    assert desk.views.spoken_to(samples.CHEN.id) is Language.EN
    assert desk.views.spoken_to(samples.LIN.id) is None
    ask(desk, "/lang me default", person=samples.CHEN)
    assert desk.views.spoken_to(samples.CHEN.id) is None


@pytest.mark.parametrize("line", ["/lang", "/lang me", "语言"])
def test_which_is_spoken_is_said_with_buttons(desk: Desk, line: str) -> None:
    ask(desk, "/lang me en")
    card = respond(line, desk.request, desk.engine, desk.views).card
    texts = [value["text"] for value in values(card).values()]
    assert "/lang me zh" in texts
    assert "/lang me en" not in texts


@pytest.mark.parametrize("line", ["/lang fr", "/lang default", "/lang me fr"])
def test_another_language_is_said_to_be_none(desk: Desk, line: str) -> None:
    assert texts_in(desk.request.language).speaking.wanted in ask(desk, line)


def test_a_card_for_all_keeps_the_chats_language_while_the_toast_is_the_persons(
    desk: Desk,
) -> None:
    request = replace(desk.request, language=Language.EN, chat_language=Language.ZH)
    done = perform(AcknowledgeAlert(alert_id=1), request, desk.engine, desk.views)
    english, chinese = texts_in(Language.EN), texts_in(Language.ZH)
    assert done.toast_text == english.answer.acknowledged("#1", samples.LIN.name)
    assert done.card is not None
    assert chinese.alert.acknowledged in seen(done.card)


def test_the_languages_are_stored(url: str) -> None:
    store = Store(open_database(url))
    with store.transaction():
        store.chats.set_person_language("ou_a", Language.EN)
        store.chats.set_person_language("ou_a", Language.ZH)
        store.chats.set_person_language("ou_b", Language.EN)
        store.chats.set_person_language("ou_b", None)
    assert store.chats.person_language("ou_a") is Language.ZH
    assert store.chats.person_language("ou_b") is None
    store.disconnect()


def test_who_changed_it_is_in_the_audit(desk: Desk) -> None:
    ask(desk, "/lang zh")
    ask(desk, "/lang en")
    newest = desk.views.audit(None, None, 1)[0]
    assert newest.action == "language"
    assert newest.changes() == ("language: zh → en",)
    assert newest.actor.source is Source.COMMAND
