"""Feishu chats: draws the card of an alert as it stands now, sends it or edits it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core.advice import Advice
from bot.core.alert import AlertState
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Purpose, Receipt
from bot.core.ports import Job
from bot.delivery.ladder import FULL, WITHOUT_LINES
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.advice import advice_card
from bot.feishu.cards.after_hours import after_hours_card
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.farewell import farewell_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.notice import notice_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.withheld import withheld_card
from bot.feishu.people import Contacts


class Sender(Protocol):
    """What this notifier needs of the Feishu client."""

    def send_card(self, chat_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Send a card to a chat_id, or to a person's open_id; its message_id."""
        ...

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Answer a message with a card; the answer's message_id."""
        ...

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        """Change a sent card."""
        ...


class FeishuChat:
    """Delivers to group and private chats; safe to use from several threads."""

    def __init__(self, sender: Sender, views: Views, zone: ZoneInfo, contacts: Contacts) -> None:
        self._sender = sender
        self._views = views
        self._contacts = contacts
        self._zone = zone

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Send or change one message; None if there is nothing to tell any more."""
        match job.notification.purpose:
            case Purpose.FIRST | Purpose.REFRESH:
                return self._alert(job, now)
            case Purpose.ANSWER:
                return self._answer(job, now)
            case Purpose.FAREWELL:
                return self._farewell(job, now)
            case Purpose.AFTER_HOURS | Purpose.ADVICE:
                return self._beside(job, now)
            case Purpose.RECORD:
                raise DeliveryError(Fault.MISCONFIGURED, detail="a chat keeps no record")
            case _:
                return self._notice(job, now)

    def _alert(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or (job.card is None and _withhold(view)):
            return None
        view = self._mentioning(view, job, now)
        try:
            return self._living(view, job, now)
        except DeliveryError as error:
            if error.fault is not Fault.REJECTED or not view.mentions:
                raise
            receipt = self._living(replace(view, mentions=()), job, now)
            self._contacts.refused(view.mentions, error.detail, now)
            return receipt

    def _mentioning(self, view: AlertView, job: Job, now: datetime) -> AlertView:
        """With whom its chat wants mentioned; Feishu is asked only before the first card."""
        target = job.notification.target
        if job.card is None:
            self._contacts.look_up(self._views.ways(view.alert, target).mentions, now)
        return replace(view, mentions=self._views.mentions(view.alert, target, now))

    def _living(self, view: AlertView, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        may_act = self._views.shows_buttons(view.alert, owed.target)
        card = _draw(view, owed.plainness, reader, may_act=may_act)
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
        if owed.purpose is Purpose.ACK_REMINDER and not view.alert.taken:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = notice_card(view, owed.purpose, reader, owed.content, bare=owed.plainness > FULL)
        return Receipt(message_id=self._sender.reply_card(job.card.message_id, card, job.uuid))

    def _farewell(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        card = withheld_card(view, reader) if owed.plainness else farewell_card(view, reader)
        self._sender.edit_card(owed.content["message"], card)
        return Receipt()

    def _beside(self, job: Job, now: datetime) -> Receipt | None:
        """Messages that are about no single alert."""
        owed = job.notification
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        if owed.purpose is Purpose.ADVICE:
            lines = () if owed.plainness else owed.content["lines"]
            advice = Advice(owed.content["advice"])
            card = advice_card(advice, owed.content["facts"], lines, reader)
        else:
            found = (self._views.alert(number, now) for number in owed.content["alerts"])
            shown = [view for view in found if view is not None and view.mute is None]
            if not shown:
                return None
            card = after_hours_card(shown, reader, bare=owed.plainness > FULL)
        return Receipt(message_id=self._sender.send_card(owed.target.address, card, job.uuid))

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


def _draw(view: AlertView, plainness: int, reader: Reader, *, may_act: bool) -> dict[str, Any]:
    if plainness == FULL:
        return alert_card(view, reader, may_act=may_act)
    if plainness == WITHOUT_LINES:
        bare = replace(view.alert, samples=(), annotations={})
        return alert_card(replace(view, alert=bare, rate=()), reader, may_act=may_act)
    return withheld_card(view, reader)


def _digest(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:32]
