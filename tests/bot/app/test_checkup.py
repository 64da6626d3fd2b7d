"""Whoever asks for an examination gets its outcome in place of the card that was answered."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.app.checkup import MOST_WAITING, Checkup
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.notification import Notification, Purpose
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.store.store import Store
from tests.builders import NOW, chat
from tests.fakes import MovableClock

FOUND = (Diagnosis(check=Check.CLOCK, verdict=Verdict.CLOCK_WRONG, facts={"seconds": 90}),)


def answer(language: Language) -> Notification:
    return Notification(
        target=chat(), purpose=Purpose.ANSWER, language=language, due_at=NOW, created_at=NOW
    )


def owed(store: Store) -> list[Notification]:
    found, now = [], NOW + timedelta(seconds=1)
    with store.transaction():
        while one := store.outbox.claim(now, now + timedelta(minutes=1), "me", ()):
            found.append(one)
            store.outbox.skip(one, "looked at", now)
    return found


def test_all_who_wait_share_one_examination_each_in_their_language(
    store: Store, engine: Engine, rings: list[str]
) -> None:
    examined: list[int] = []

    def examine() -> tuple[Diagnosis, ...]:
        examined.append(1)
        return FOUND

    checkup = Checkup(examine, engine, MovableClock(), ZoneInfo("Asia/Shanghai"))
    assert checkup.step() > 60
    checkup.ask("om_zh", answer(Language.ZH))
    checkup.ask("om_en", answer(Language.EN))
    assert len(rings) == 2, "the thread is woken"
    assert checkup.step() == 0
    first, second = sorted(owed(store), key=lambda one: str(one.content["edit"]), reverse=True)
    assert (first.content["edit"], second.content["edit"]) == ("om_zh", "om_en")
    assert "相差 90 秒" in str(first.content["card"])
    assert "90 s off" in str(second.content["card"])
    assert examined == [1]
    assert checkup.step() > 60


def test_too_many_who_wait_are_dropped(store: Store, engine: Engine) -> None:
    checkup = Checkup(lambda: FOUND, engine, MovableClock(), ZoneInfo("Asia/Shanghai"))
    for number in range(MOST_WAITING + 5):
        checkup.ask(f"om_{number}", answer(Language.ZH))
    checkup.step()
    assert len(owed(store)) == MOST_WAITING
