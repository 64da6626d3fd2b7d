"""What rings says why, and calls whom it is about."""

from bot.core.alert import Person
from bot.core.notification import Purpose
from bot.core.subscription import Language
from bot.feishu.cards.elements import mention
from bot.feishu.cards.notice import notice_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import NOTICED, labels, seen, texts_of, values

READER = samples.reader()


def title(purpose: Purpose, language: Language = Language.ZH) -> str:
    reader = samples.reader(language)
    card = notice_card(samples.unknown(), purpose, reader, NOTICED)
    return str(card["header"]["title"]["content"])


def test_it_says_why_it_rings() -> None:
    assert title(Purpose.SEVERITY_RAISED) == "级别升高：现在是高"
    assert title(Purpose.WORSE) == "认领后成倍增长：已 128 条"
    assert title(Purpose.UNACKNOWLEDGED) == "认领到期：林晓 的认领已自动取消，现在无人处理"
    assert title(Purpose.ACK_REMINDER) == "林晓，你的认领将于 13:14 到期"
    assert title(Purpose.FLAPPING) == "开始抖动：短时间内反复触发 12 次"
    assert title(Purpose.STEADY) == "恢复平稳：10:14:07 以来抖动 12 次"
    assert title(Purpose.STEADY, Language.EN) == "Steady again: flapped 12× since 10:14:07"


def test_a_reminder_calls_its_taker_and_has_a_button_to_keep_it() -> None:
    card = notice_card(samples.unknown(), Purpose.ACK_REMINDER, READER, NOTICED)
    assert texts_of(card, "markdown") == ["<at id=ou_lin></at>"]
    assert values(card) == {"再留 2 小时": {"do": "run", "text": "/ack 42 2h"}}


def test_refused_content_is_told_without_names_and_lines() -> None:
    card = notice_card(samples.unknown(), Purpose.ACK_REMINDER, READER, NOTICED, bare=True)
    assert not texts_of(card, "markdown")
    assert not labels(card)
    assert "支付网关" not in seen(card)


def test_who_is_not_known_by_an_open_id_is_called_by_nobody() -> None:
    evil = Person(id="all></at><at id=all", name="x")
    (called,) = mention([evil.id, "ou_lin"])
    assert called["content"] == "<at id=ou_lin></at>"
    assert mention([evil.id]) == []
    card = notice_card(samples.unknown(), Purpose.UNACKNOWLEDGED, READER)
    assert not texts_of(card, "markdown")
    assert "有人" in seen(card)
