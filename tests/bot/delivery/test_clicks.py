"""Clicks and events against the sandbox: answered first, edited later, by whichever replica."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from bot.core.subscription import Language
from bot.feishu.answering import Answering
from bot.feishu.desk import Desk, Manners
from bot.feishu.listener import Listener
from bot.feishu.people import Acquaintance
from bot.feishu.security import Keys
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from bot.store.database import open_database
from bot.store.store import Store
from bot.web.factory import CallbackDoor, Doors, create_app
from tests.bot.delivery.office import MESSAGES, OPS, TEAM, Office
from tests.bot.feishu.cards.drawn import labels, values
from tests.fakes import MovableClock

LIN = stable_id("ou_", OWNER)
KEYS = Keys(encrypt_key="an encrypt key", verification_token="a token")


class Door:
    """Where the sandbox posts; who answers is said later."""

    receive: Callable[[dict[str, Any]], dict[str, Any] | None]

    def __init__(self) -> None:
        self.envelopes: list[dict[str, Any]] = []

    def __call__(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        self.envelopes.append(envelope)
        return self.receive(envelope)


@contextmanager
def served(door: Door, clock: MovableClock) -> Iterator[str]:
    app = create_app(
        clock=clock, unready=list, doors=Doors(callback=CallbackDoor(keys=KEYS, receive=door))
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feishu/callback"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def sandbox(clock: MovableClock, door: Door) -> Iterator[Sandbox]:
    with served(door, clock) as address:
        settings = Settings(
            encrypt_key=KEYS.encrypt_key,
            verification_token=KEYS.verification_token,
            request_url=address,
        )
        sandbox = Sandbox(settings, clock)
        sandbox.start()
        yield sandbox
        sandbox.stop()


def replica(office: Office) -> Desk:
    return Desk(
        store=office.store,
        engine=office.engine,
        views=office.views,
        acquaintance=Acquaintance(office.store, office.client),
        manners=Manners(language=Language.EN, zone=ZoneInfo("UTC"), admins=frozenset()),
        clock=office.clock,
        bot_open_id=lambda: office.sandbox.state.bot_open_id,
    )


@pytest.fixture
def told(office: Office, door: Door) -> Office:
    """Two groups have the card of one alert."""
    door.receive = Listener(replica(office)).receive
    office.subscribe(OPS, TEAM)
    office.fire()
    office.run(seconds=1)
    return office


def press(office: Office, label: str) -> dict[str, Any]:
    card = office.cards()[0]
    (value,) = [one for text, one in values(card.body).items() if label in text]
    return office.sandbox.press(card.message_id, LIN, tag="button", value=value)


def test_case_15_the_click_is_answered_first_and_the_copies_are_edited_after_it(
    told: Office,
) -> None:
    before = told.sends()
    answer = press(told, "Ack")
    assert answer["ok"]
    assert told.cards()[0].body["header"]["template"] == "orange"
    told.run()
    assert told.sends() == before  # an edit now could overtake the answer and flip the card back
    told.run(seconds=1.2)
    assert told.cards(TEAM)[0].body["header"]["template"] == "orange"
    assert told.cards()[0].body["header"]["template"] == "orange"
    patched = [call.path for call in told.sandbox.calls(MESSAGES) if call.method == "PATCH"]
    assert len(patched) == len(set(patched)) <= 2


def test_case_14_a_click_is_answered_although_feishu_takes_no_calls_just_then(
    told: Office, sandbox: Sandbox
) -> None:
    sandbox.faults.set(Fault.DROPPED, api="/open-apis")
    calls = len(sandbox.calls("/open-apis"))
    answer = press(told, "Ack")
    assert answer["ok"]
    assert answer["card_changed"]
    assert len(sandbox.calls("/open-apis")) == calls  # the answer asked nobody
    sandbox.faults.set(Fault.DROPPED, active=False)
    told.run(seconds=2)
    assert told.cards(TEAM)[0].body["header"]["template"] == "orange"


def test_case_24_a_click_on_a_card_that_shows_less_does_not_answer_with_more(
    told: Office, sandbox: Sandbox
) -> None:
    told.clock.move(seconds=5)
    told.fire("secret", title="call 13812345678")
    sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES, count=2)  # one in each group
    told.run(seconds=2)
    card = told.cards()[1]
    (value,) = [one for text, one in values(card.body).items() if "Ack" in text]
    answer = sandbox.press(card.message_id, LIN, tag="button", value=value)
    assert answer["ok"]
    assert not answer["card_changed"]
    told.run(seconds=2)
    assert told.cards()[1].body["header"]["template"] == "orange"
    assert "13812345678" not in told.cards()[1].content


def test_case_12_a_click_that_comes_twice_counts_once(told: Office, door: Door) -> None:
    press(told, "Ack")
    (click,) = [e for e in door.envelopes if e["header"]["event_type"] == "card.action.trigger"]
    assert door(click) == {}
    assert len(told.store.alerts.transitions(1, 9)) == 2


def test_case_35_any_replica_takes_any_event_and_each_is_answered_once(
    told: Office, door: Door, url: str
) -> None:
    other = Store(open_database(url))
    second = Office(other, told.sandbox, told.clock, told.record)
    desks = [replica(told), replica(second)]
    turns = cycle([Listener(one).receive for one in desks])
    lock = threading.Lock()

    def any_of_them(envelope: dict[str, Any]) -> dict[str, Any] | None:
        with lock:
            return next(turns)(envelope)

    door.receive = any_of_them
    assert press(told, "Ack")["ok"]
    told.run(seconds=2)
    assert press(told, "Resolve")["ok"]
    told.sandbox.post_text(OPS.address, "/alerts", LIN)
    wait_for(lambda: told.store.inbox.pending(told.clock.now(), 9))
    (message,) = [e for e in door.envelopes if "message" in e["header"]["event_type"]]
    assert door(message) is None  # Feishu delivers it again, to the other one
    answering = [Answering(one) for one in desks]
    for one in (*answering, *answering):
        one.step()
    told.run(seconds=2)
    assert [len(told.cards(target)) for target in (OPS, TEAM)] == [2, 1]
    assert labels(told.cards()[0].body) == []
    other.disconnect()


def wait_for(look: Callable[[], object], within_s: float = 20.0) -> None:
    """Wait until `look` gives something true."""
    pause = threading.Event()
    for _ in range(int(within_s / 0.02)):
        if look():
            return
        pause.wait(0.02)
    raise AssertionError("waited in vain")
