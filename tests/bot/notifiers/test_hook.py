"""Hooks that act, and notifiers of other packages."""

import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.delivery.posting import ID_HEADER
from bot.notifiers.base import HookSettings
from bot.notifiers.hook import Hook
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.bot.notifiers.peer import Peer, listening
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as peer:
        yield peer


def at_counter(store: Store, peer: Peer, **fields: object) -> Counter:
    counter = Counter(store, table(errand(ErrandKind.HOOK, "up")))
    found = {"name": "up", "url": peer.url, "secret_file": "s", "dry_run": False, **fields}
    counter.notifiers[TargetKind.HOOK] = Hook(
        (HookSettings.model_validate(found),),
        {"up": "shared"},
        counter.views,
        ZoneInfo("UTC"),
        counter.engine.begin_errand,
        lambda text: text.replace("hunter2", "[password]"),
    )
    return counter


def test_a_hook_is_asked_signed_again_under_one_name_and_its_answer_is_told(
    store: Store, peer: Peer
) -> None:
    answers = iter([(503, b"busy"), (200, b"scaled, hunter2")])
    peer.answer = lambda _asked: next(answers)
    counter = at_counter(store, peer)
    counter.fire()
    for _ in range(3):
        counter.run(seconds=60)
    assert counter.one().outcome == "HTTP 200 scaled, [password]"
    first, second = peer.got
    assert first.headers[ID_HEADER] == second.headers[ID_HEADER]
    at, signed = second.headers[TIMESTAMP_HEADER], second.headers[SIGNATURE_HEADER]
    verify("shared", at, signed, second.body, counter.clock.now().timestamp())
    told = second.json
    assert (told["event"], told["data"]["action"]) == ("action.requested", "up")
    assert told["data"]["alert"]["labels"] == {"service": "pay"}


def test_its_body_may_be_a_template_and_a_dry_run_asks_nobody(store: Store, peer: Peer) -> None:
    body = '{"service": {{ service | tojson }}}'
    counter = at_counter(store, peer, body=body)
    counter.fire()
    counter.run(seconds=1)
    assert json.loads(peer.got[0].body) == {"service": "pay"}
    dry = at_counter(store, peer, body=body, dry_run=True)
    dry.clock.move(seconds=5)
    dry.fire("f2", service="cart")
    dry.run(seconds=1)
    assert dry.one(2).outcome == "dry run: would post 19 bytes"
    assert len(peer.got) == 1


def test_a_hook_that_refuses_is_said(store: Store, peer: Peer) -> None:
    peer.answer = lambda _asked: (403, b"")
    counter = at_counter(store, peer)
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"hook:up": ErrandState.FAILED}
    assert counter.one().outcome == "403 the hook up answered HTTP 403"
