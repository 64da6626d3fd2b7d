"""Feishu chats: draws the card of an alert as it stands now, sends it or edits it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core.alert import AlertState
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Purpose, Receipt
from bot.core.ports import Job
from bot.delivery.ladder import FULL, WITHOUT_LINES
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.group import group_card, group_notice_card
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
            case Purpose.ANSWER:
                return self._answer(job, now)
            case Purpose.RECORD:
                raise DeliveryError(Fault.MISCONFIGURED, detail="a chat keeps no record")
            case _:
                return self._notice(job, now)

    def _alert(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        if owed.group_id is not None:
            return self._group(job, owed.group_id, now)
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or (job.card is None and _withhold(view)):
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        return self._show(job, _draw(view, owed.plainness, reader), view.alert.version)

    def _group(self, job: Job, group_id: int, now: datetime) -> Receipt | None:
        """The card that several alerts share; its receipt is of no single alert's version."""
        owed = job.notification
        view = self._views.group(group_id, now)
        if view is None or (job.card is None and all(_withhold(one) for one in view.rows)):
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        return self._show(job, group_card(view, reader, bare=owed.plainness > FULL), 0)

    def _show(self, job: Job, card: Mapping[str, Any], version: int) -> Receipt | None:
        digest = _digest(card)
        if job.card is None:
            address = job.notification.target.address
            message_id = self._sender.send_card(address, card, job.uuid)
        elif job.card.digest == digest:
            return None
        else:
            message_id = job.card.message_id
            self._sender.edit_card(message_id, card)
        return Receipt(message_id=message_id, digest=digest, version=version)

    def _notice(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        if owed.group_id is not None and owed.purpose is not Purpose.REOPENED:
            return self._group_notice(job, owed.group_id, now)
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or job.card is None or view.mute is not None:
            return None
        if owed.purpose is Purpose.ACK_REMINDER and not view.alert.taken:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = notice_card(view, owed.purpose, reader, owed.content, bare=owed.plainness > FULL)
        return Receipt(message_id=self._sender.reply_card(job.card.message_id, card, job.uuid))

    def _group_notice(self, job: Job, group_id: int, now: datetime) -> Receipt | None:
        owed = job.notification
        since = owed.content.get("since")
        view = self._views.group(group_id, now, datetime.fromisoformat(since) if since else None)
        if view is None or job.card is None or all(one.mute for one in view.rows):
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = group_notice_card(view, owed.purpose, reader, bare=owed.plainness > FULL)
        return Receipt(message_id=self._sender.reply_card(job.card.message_id, card, job.uuid))

    def _answer(self, job: Job, now: datetime) -> Receipt:
        owed = job.notification
        card, reply_to = owed.content["card"], owed.content["reply_to"]
        if owed.plainness > FULL:
            reader = Reader(language=owed.language, zone=self._zone, now=now)
            card = note_card(reader.texts.answer.answer_withheld, (), Tone.WARNING, reader)
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


def _draw(view: AlertView, plainness: int, reader: Reader) -> dict[str, Any]:
    if plainness == FULL:
        return alert_card(view, reader)
    if plainness == WITHOUT_LINES:
        bare = replace(view.alert, samples=(), annotations={})
        return alert_card(replace(view, alert=bare, rate=()), reader)
    return withheld_card(view, reader)


def _digest(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:32]
