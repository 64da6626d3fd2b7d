"""A real card and a real click, without a process at work."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import Doctor
from bot.app.doctor.scene import Clicking
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from tests.waiting import until
from watchers.clock import SystemClock

ADMIN = stable_id("ou_", OWNER)


@pytest.fixture
def tried(patient: Any) -> Callable[..., Diagnosis]:
    """The doctor's look at the round trip, somebody clicking or not."""

    def look(within_s: float, announce: Callable[[str], None] = lambda _: None) -> Diagnosis:
        click = Clicking(within=timedelta(seconds=within_s), announce=announce)
        with scene_of(str(patient.file), SystemClock(), patient.machine) as scene:
            asking = replace(scene, click=click)
            (found,) = Doctor(lambda: asking).examine([Check.ROUND_TRIP])
        return found

    return look


def press(patient: Any) -> None:
    """The admin presses the button of the newest card in private."""
    (chat,) = (one for one in patient.town.state.chats() if one.peer == ADMIN)
    message = patient.town.messages(chat.chat_id)[-1]
    value = {"do": "prove"}
    patient.town.press(message.message_id, ADMIN, tag="button", value=value)


def test_a_click_that_arrives_is_answered_and_told(
    patient: Any, tried: Callable[..., Diagnosis]
) -> None:
    pressed = []

    def announce(person: str) -> None:
        pressed.append(threading.Thread(target=press, args=(patient,)))
        pressed[0].start()
        assert person == ADMIN

    found = tried(20, announce)
    pressed[0].join()
    assert found.verdict is Verdict.ROUND_TRIP_GOOD
    (chat,) = (one for one in patient.town.state.chats() if one.peer == ADMIN)
    assert patient.town.messages(chat.chat_id)[-1].body["header"]["template"] == "green"
    until(lambda: patient.town.online == 0, "nothing to be left connected")


def test_a_click_that_does_not_come_is_waited_for_in_vain(tried: Callable[..., Diagnosis]) -> None:
    found = tried(0.3)
    assert found.verdict is Verdict.ROUND_TRIP_NO_CLICK
    assert found.facts["span"] == timedelta(seconds=0.3)


def test_a_card_that_cannot_be_sent_says_why(patient: Any, tried: Callable[..., Diagnosis]) -> None:
    patient.file.write_text(patient.file.read_text().replace(ADMIN, "ou_stranger"))
    found = tried(5)
    assert found.verdict is Verdict.ROUND_TRIP_UNSENT
    assert found.facts["person"] == "ou_stranger"


def test_it_takes_somebody_to_click_and_credentials(
    patient: Any, tried: Callable[..., Diagnosis], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patient.only(Check.ROUND_TRIP).verdict is Verdict.ROUND_TRIP_NOT_ASKED
    patient.file.write_text(patient.file.read_text().replace("admins =", "# admins ="))
    assert tried(5).verdict is Verdict.ROUND_TRIP_NOBODY
    monkeypatch.delenv("LARKWATCH_APP_SECRET")
    assert tried(5).verdict is Verdict.DEPENDS


def test_over_http_the_server_must_run(patient: Any, tried: Callable[..., Diagnosis]) -> None:
    patient.configure(feishu='mode = "http"')
    assert tried(5).verdict is Verdict.ROUND_TRIP_NO_SERVER
