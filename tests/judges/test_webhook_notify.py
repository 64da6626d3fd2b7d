"""A notifier for custom bots takes the sandbox's webhook for Feishu's."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.judges.judge import GROUP, Start, environ_of
from watchers.clock import SystemClock

pytestmark = pytest.mark.timeout(240)  # a client may start slowly
SECRET = "shared with the group"


def post(python: Start, town: Sandbox, *sends: str, secret: str = SECRET) -> tuple[list[Any], str]:
    """What the client says of each send, and what it complains of."""
    hook = town.webhooks.add(GROUP, "值班", secret=SECRET)
    more = {"HOOK": hook.path, "SECRET": secret, "SENDS": json.dumps(sends)}
    with python("webhook_notify.py", environ_of(town) | more) as judge:
        told = judge.rest()
    assert [one["send"] for one in told] == list(sends)
    return [one["taken"] for one in told], judge.complaints


@pytest.mark.parametrize(
    "sends", [("warning", "critical", "deploy"), ("ping", "report", "text")], ids=" ".join
)
def test_its_signed_cards_are_taken(town: Sandbox, python: Start, sends: tuple[str, ...]) -> None:
    assert post(python, town, *sends) == ([True] * 3, "")
    assert len(town.messages(GROUP)) == 3


def test_a_long_card_comes_in_the_parts_that_it_was_cut_into(town: Sandbox, python: Start) -> None:
    assert post(python, town, "long") == ([True], "")
    titles = [one.body["header"]["title"]["content"] for one in town.messages(GROUP)]
    assert titles == ["❌ 长 · 1/2", "❌ 长 · 2/2"]


def test_a_wrong_signature_is_refused_with_the_code_in_the_body(
    town: Sandbox, python: Start
) -> None:
    taken, complaints = post(python, town, "text", secret="guessed")
    assert (taken, town.messages(GROUP)) == ([False], [])
    assert "code=19021 msg=sign match fail" in complaints


class Standing(SystemClock):
    """The right time of day, but all within one second."""

    def monotonic(self) -> float:
        return 1000.0


def test_a_card_of_the_old_kind_and_a_sixth_post_in_a_second_are_refused(
    make_town: Callable[..., Sandbox], python: Start
) -> None:
    town = make_town(clock=Standing())
    taken, complaints = post(python, town, "note", *["text"] * 5)
    assert taken == [False, True, True, True, True, False]
    refused = complaints.splitlines()
    assert "code=230099" in refused[0]
    assert "ErrCode: 200861" in refused[0]
    assert "code=11232" in refused[1]
