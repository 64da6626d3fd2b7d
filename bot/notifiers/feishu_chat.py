"""Feishu chats: draws the card of an alert as it stands now, sends it or edits it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.core.alert import AlertState
from bot.core.errors import DeliveryError, Fault
from bot.core.masking import masked, masked_alert
from bot.core.notification import Purpose, Receipt
from bot.core.ports import Job
from bot.delivery.ladder import Rung, rung_of
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.lessened import masked_card, plain_card, shortened_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.notice import notice_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.withheld import withheld_card


class Sender(Protocol):
    """What this notifier needs of the Feishu client."""

    def send_card(self, chat_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Send a card; its message_id."""
        ...

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Answer a message with a card; the answer's message_id."""
        ...

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        """Change a sent card."""
        ...


class FeishuChat:
    """Delivers to group and private chats; safe to use from several threads."""

    def __init__(self, sender: Sender, views: Views, zone: ZoneInfo) -> None:
        self._sender = sender
        self._views = views
        self._zone = zone

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Send or change one message; None if there is nothing to tell any more."""
        match job.notification.purpose:
            case Purpose.FIRST | Purpose.REFRESH:
                return self._alert(job, now)
            case Purpose.REOPENED:
                return self._notice(job, now)
            case Purpose.ANSWER:
                return self._answer(job, now)
            case Purpose.RECORD:
                raise DeliveryError(Fault.MISCONFIGURED, detail="a chat keeps no record")
            case _:
                assert_never(job.notification.purpose)

    def _alert(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or (job.card is None and _withhold(view)):
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = _alert_with(view, rung_of(owed), reader)
        digest = _digest(card)
        if job.card is None:
            message_id = self._sender.send_card(owed.target.address, card, job.uuid)
        elif job.card.digest == digest:
            return None
        else:
            message_id = job.card.message_id
            self._sender.edit_card(message_id, card)
        return Receipt(message_id=message_id, digest=digest, version=view.alert.version)

    def _notice(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or job.card is None or view.mute is not None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = _notice_with(view, owed.purpose, rung_of(owed), reader)
        return Receipt(message_id=self._sender.reply_card(job.card.message_id, card, job.uuid))

    def _answer(self, job: Job, now: datetime) -> Receipt:
        owed = job.notification
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = _answer_with(owed.content["card"], rung_of(owed), reader)
        reply_to = owed.content["reply_to"]
        if not reply_to:
            return Receipt(message_id=self._sender.send_card(owed.target.address, card, job.uuid))
        try:
            return Receipt(message_id=self._sender.reply_card(reply_to, card, job.uuid))
        except DeliveryError as error:
            if error.fault is not Fault.MESSAGE_LOST:
                raise
            # The question was recalled meanwhile: the answer still belongs to the chat.
            return Receipt(message_id=self._sender.send_card(owed.target.address, card, job.uuid))


def _withhold(view: AlertView) -> bool:
    """Whether a first card is not to be sent now; the end of the mute owes it again."""
    return view.mute is not None and view.alert.state is AlertState.FIRING


def _alert_with(view: AlertView, rung: Rung, reader: Reader) -> dict[str, Any]:
    match rung:
        case Rung.FULL:
            return alert_card(view, reader)
        case Rung.REDACTED:
            return alert_card(_redacted(view), reader)
        case Rung.SHORTENED:
            return alert_card(_shortened(view), reader)
        case Rung.PLAIN:
            return plain_card(alert_card(_shortened(view), reader), f"/alert {view.alert.id}")
        case Rung.WITHHELD:
            return withheld_card(view, reader)
        case _:
            assert_never(rung)


def _notice_with(view: AlertView, purpose: Purpose, rung: Rung, reader: Reader) -> dict[str, Any]:
    match rung:
        case Rung.FULL:
            return notice_card(view, purpose, reader)
        case Rung.REDACTED:
            return notice_card(_redacted(view), purpose, reader)
        case Rung.SHORTENED:
            return notice_card(view, purpose, reader, bare=True)
        case Rung.PLAIN:
            return plain_card(notice_card(view, purpose, reader, bare=True))
        case Rung.WITHHELD:
            return withheld_card(view, reader, may_act=False)
        case _:
            assert_never(rung)


def _answer_with(drawn: dict[str, Any], rung: Rung, reader: Reader) -> dict[str, Any]:
    match rung:
        case Rung.FULL:
            return drawn
        case Rung.REDACTED:
            return masked_card(drawn)
        case Rung.SHORTENED:
            return shortened_card(drawn)
        case Rung.PLAIN:
            return plain_card(drawn)
        case Rung.WITHHELD:
            return note_card(reader.texts.delivery.answer_withheld, (), Tone.WARNING, reader)
        case _:
            assert_never(rung)


def _redacted(view: AlertView) -> AlertView:
    return replace(view, alert=masked_alert(view.alert))


def _shortened(view: AlertView) -> AlertView:
    """Without anything from the log but the title, and that masked."""
    service = masked(view.alert.labels.get("service", ""))
    bare = replace(
        masked_alert(view.alert), samples=(), annotations={}, labels={"service": service}
    )
    return replace(view, alert=bare, rate=())


def _digest(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:32]
