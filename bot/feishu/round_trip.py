"""Proves that a card reaches somebody and that a click on it comes back."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from bot.feishu.cards.hello import hello_card, round_trip_card
from bot.feishu.cards.reader import Reader
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.errors import EventFormatError
from bot.feishu.events import CardClicked, read_event
from bot.feishu.long_connection import LongConnection
from watchers.clock import Clock

_LOOK_EVERY_S = 0.05
_SENT_WITHIN_S = 5.0
_LONGEST_WAY = timedelta(seconds=30)
_MILLISECONDS = 10**14
"""Below this the time of an event is in milliseconds, above it in microseconds."""


class NotOursError(Exception):
    """An event for whoever runs the bot: Feishu brings it again when this is the answer."""


class RoundTrip:
    """One card to one person, and its click; a context that is connected while it lasts."""

    def __init__(
        self, client: FeishuClient, credentials: Credentials, reader: Reader, clock: Clock
    ) -> None:
        self._client = client
        self._reader = reader
        self._clock = clock
        self._sent = threading.Event()
        self._clicked = threading.Event()
        self._message_id = ""
        self._took: timedelta | None = None
        self._connection = LongConnection(credentials, self._heard, clock=clock)

    def __enter__(self) -> Self:
        self._connection.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._connection.stop()

    def connected(self, within_s: float) -> str:
        """Wait until events would arrive: "" when they do, else why not, and what to do."""
        ends = self._clock.monotonic() + within_s
        while not self._connection.state().connected:
            if self._clock.monotonic() > ends:
                return self._connection.state().error or f"no connection within {within_s:g} s"
            self._clicked.wait(_LOOK_EVERY_S)
        return ""

    def send(self, person: str) -> None:
        """Send the card to a person's open_id.

        Raises:
            DeliveryError: If that fails.
        """
        self._message_id = self._client.send_card(person, hello_card(self._now()), uuid.uuid4().hex)
        self._sent.set()

    def clicked(self, within_s: float) -> bool:
        """Wait for the click."""
        return self._clicked.wait(within_s)

    @property
    def took(self) -> timedelta | None:
        """How long the click was on its way; None where the clocks differ too much to say."""
        return self._took

    def _heard(self, envelope: dict[str, Any]) -> dict[str, Any] | None:
        """Answer our click; what else comes is for the bot that runs later, or elsewhere."""
        try:
            event = read_event(envelope, "")
        except EventFormatError:
            raise NotOursError from None
        if not isinstance(event, CardClicked):
            raise NotOursError
        say = self._reader.texts.setup
        self._sent.wait(_SENT_WITHIN_S)  # a quick finger is faster than the answer to the sending
        if event.message_id != self._message_id:
            return {"toast": {"type": "info", "content": say.being_set_up}}
        now = self._now()
        if not self._clicked.is_set():
            self._took = _way(envelope, now.now)
            self._clicked.set()
        card = round_trip_card(self._took, now, running=False)
        return {
            "toast": {"type": "success", "content": say.toast},
            "card": {"type": "raw", "data": card},
        }

    def _now(self) -> Reader:
        return replace(self._reader, now=self._clock.now())


def _way(envelope: Mapping[str, Any], now: datetime) -> timedelta | None:
    try:
        number = int(envelope["header"]["create_time"])
        sent = datetime.fromtimestamp(number / (1e3 if number < _MILLISECONDS else 1e6), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return now - sent if timedelta() <= now - sent <= _LONGEST_WAY else None
