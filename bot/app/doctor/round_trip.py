"""A real card, a real click: sent to an admin, and waited for."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.app.backstage import LEASE
from bot.app.doctor.app_in_feishu import TIMEOUT_S
from bot.app.doctor.scene import Clicking, Scene, depends, diagnosis
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.errors import DeliveryError
from bot.core.ports import Store
from bot.feishu.cards.hello import hello_card
from bot.feishu.cards.reader import Reader
from bot.feishu.client import Credentials
from bot.feishu.performing import PROVED
from bot.feishu.round_trip import RoundTrip
from bot.store.leases import is_gone

_CHECK = Check.ROUND_TRIP
_CONNECTED_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.2
_CLOCKS = timedelta(minutes=1)
"""The process at work may be on a machine whose clock is behind."""


def round_trip(scene: Scene) -> Iterator[Diagnosis]:
    """Whether a click on a card arrives, with the process at work or, without one, here."""
    if scene.connection is not None:
        return  # whoever asks in the chat sees it from the card that changes
    if scene.click is None:
        yield diagnosis(_CHECK, Verdict.ROUND_TRIP_NOT_ASKED)
    elif not scene.platform.usable:
        yield depends(_CHECK, Check.CREDENTIALS)
    elif not scene.config.feishu.admins:
        yield diagnosis(_CHECK, Verdict.ROUND_TRIP_NOBODY)
    else:
        yield _tried(scene.config.feishu.admins[0], scene.click, scene)


def _tried(person: str, click: Clicking, scene: Scene) -> Diagnosis:
    try:
        if scene.store is not None and _at_work(scene.store, scene):
            return _by_the_process(person, click, scene.store, scene)
        if scene.http:
            return diagnosis(_CHECK, Verdict.ROUND_TRIP_NO_SERVER)
        return _here(person, click, scene)
    except DeliveryError as error:
        return diagnosis(
            _CHECK,
            Verdict.ROUND_TRIP_UNSENT,
            person=person,
            code=error.code,
            detail=error.detail,
            page=scene.page("version"),
        )


def _at_work(store: Store, scene: Scene) -> bool:
    holder = store.leases.holder(LEASE, scene.now)
    return bool(holder) and not is_gone(holder)


def _by_the_process(person: str, click: Clicking, store: Store, scene: Scene) -> Diagnosis:
    """It answers the click; what it owes afterwards shows here that it did."""
    began = scene.now
    card = hello_card(_reader(scene))
    message_id = scene.platform.client.send_card(person, card, uuid.uuid4().hex)
    click.announce(person)
    ends = scene.clock.monotonic() + click.within.total_seconds()
    pause = threading.Event()
    while scene.clock.monotonic() < ends:
        if store.outbox.owed_since(f"{PROVED}:{message_id}", began - _CLOCKS):
            return diagnosis(_CHECK, Verdict.ROUND_TRIP_GOOD, took="")
        pause.wait(_LOOK_EVERY_S)
    return diagnosis(_CHECK, Verdict.ROUND_TRIP_NO_CLICK, span=click.within)


def _here(person: str, click: Clicking, scene: Scene) -> Diagnosis:
    """Over a connection of our own; what else comes over it is left to Feishu to repeat."""
    credentials = Credentials(
        app_id=scene.secrets.app_id,
        app_secret=scene.secrets.app_secret,
        domain=scene.config.feishu.origin,
        timeout_s=TIMEOUT_S,
    )
    with RoundTrip(scene.platform.client, credentials, _reader(scene), scene.clock) as trip:
        if why := trip.connected(_CONNECTED_WITHIN_S):
            return diagnosis(_CHECK, Verdict.CONNECTION_DOWN, since=scene.now, detail=why)
        trip.send(person)
        click.announce(person)
        if not trip.clicked(click.within.total_seconds()):
            return diagnosis(_CHECK, Verdict.ROUND_TRIP_NO_CLICK, span=click.within)
        seconds = trip.took.total_seconds() if trip.took is not None else None
        took = "" if seconds is None else f"({seconds:.1f} s)"
        return diagnosis(_CHECK, Verdict.ROUND_TRIP_GOOD, took=took)


def _reader(scene: Scene) -> Reader:
    feishu = scene.config.feishu
    return Reader(language=feishu.language, zone=ZoneInfo(feishu.time_zone), now=scene.now)
