"""Feishu chats: draws what is owed as things stand now, and sends it or edits a card."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.core.advice import Advice
from bot.core.alert import AlertState
from bot.core.concern import Concern, concern_from_json
from bot.core.daily import day_until
from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import escalates
from bot.core.mute import withholds
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.ports import Job
from bot.delivery.ladder import Rung
from bot.engine.reading import Views
from bot.engine.views import AlertView, GroupView
from bot.feishu.cards.advice import advice_card
from bot.feishu.cards.after_hours import after_hours_card
from bot.feishu.cards.concern import concern_card
from bot.feishu.cards.daily import daily_card
from bot.feishu.cards.digest import digest_card
from bot.feishu.cards.farewell import farewell_card
from bot.feishu.cards.group import group_notice_card
from bot.feishu.cards.looked_up import looked_up_card
from bot.feishu.cards.mute_messages import mute_message
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.renewal import continued, frozen_card
from bot.feishu.cards.rule import trained_card
from bot.feishu.cards.rungs import alert_at, drawn_at, group_at, notice_at
from bot.feishu.files import file_of
from bot.feishu.people import Contacts
from bot.feishu.templating.living import living_card


class Sender(Protocol):
    """What this notifier needs of the Feishu client."""

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        """Send a card to a chat_id, or to a person's open_id; its message_id."""
        ...

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        """Answer a message with a card; the answer's message_id."""
        ...

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        """Change a sent card."""
        ...

    def upload_file(self, name: str, content: bytes) -> str:
        """Upload a file; its key."""
        ...

    def send_file(self, receiver: str, key: str, uuid: str, *, reply_to: str = "") -> str:
        """Send an uploaded file, as an answer to a message where one is named; its message_id."""
        ...


Afterwards = Callable[[str, Notification], None]
"""Takes the message whose place its outcome takes, and the answer that stands there by now; must
come back at once."""


class FeishuChat:
    """Delivers to groups and to people in private; safe to use from several threads."""

    def __init__(
        self,
        sender: Sender,
        views: Views,
        zone: ZoneInfo,
        contacts: Contacts,
        afterwards: Mapping[str, Afterwards] = MappingProxyType({}),
        tell: Callable[[Concern, datetime], None] = lambda _concern, _now: None,
    ) -> None:
        """`afterwards` holds whoever works out what takes too long for an answer, by name.

        `tell` takes what admins should know of a template that breaks.
        """
        self._tell = tell
        self._afterwards = afterwards
        self._sender = sender
        self._views = views
        self._contacts = contacts
        self._zone = zone
        self._ways: Mapping[Purpose, Callable[[Job, datetime], Receipt | None]] = {
            Purpose.FIRST: self._alert,
            Purpose.REFRESH: self._alert,
            Purpose.CONTINUED: self._continued,
            Purpose.FROZEN: self._frozen,
            Purpose.FAREWELL: self._farewell,
            Purpose.ANSWER: self._answer,
            Purpose.AFTER_HOURS: self._after_hours,
            Purpose.DIGEST: self._digest,
            Purpose.DAILY: self._daily,
            Purpose.MUTE_ENDING: self._of_mutes,
            Purpose.MUTE_ENDED: self._of_mutes,
            Purpose.MUTES_TODAY: self._of_mutes,
            Purpose.ADVICE: self._advice,
            Purpose.CONCERN: self._concern,
            Purpose.ESCALATED: self._escalated,
            Purpose.LOOKED_UP: self._looked_up,
            Purpose.FILE: self._file,
            Purpose.RULE_TRAINED: self._trained,
        }

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Send or change one message; None if there is nothing to tell any more."""
        purpose = job.notification.purpose
        if purpose.notice:
            return self._notice(job, now)
        if (way := self._ways.get(purpose)) is None:
            raise DeliveryError(Fault.MISCONFIGURED, detail=f"a chat takes no {purpose.value}")
        return way(job, now)

    def _alert(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        follows = job.card.follows if job.card is not None else ""
        if owed.group_id is not None:
            return self._group(job, owed.group_id, now, follows)
        view = self._view(owed, now)
        if view is None or (_unheard_of(job) and _withhold(view)):
            return None
        view = self._mentioning(view, job, now)
        try:
            return self._told(view, job, now)
        except DeliveryError as error:
            if error.fault is not Fault.REJECTED or not view.mentions:
                raise
            receipt = self._told(replace(view, mentions=()), job, now)
            self._contacts.refused(view.mentions, error.detail, now)
            return receipt

    def _mentioning(self, view: AlertView, job: Job, now: datetime) -> AlertView:
        """With whom its chat wants mentioned; Feishu is asked only before the first card."""
        target = job.notification.target
        if job.card is None:
            self._contacts.look_up(self._views.ways(view.alert, target).mentions, now)
        return replace(view, mentions=self._views.mentions(view.alert, target, now))

    def _told(self, view: AlertView, job: Job, now: datetime) -> Receipt | None:
        follows = job.card.follows if job.card is not None else ""
        card = self._living(job, view, now, old=follows)
        return self._show(job, card, view.alert.version)

    def _group(self, job: Job, group_id: int, now: datetime, follows: str) -> Receipt | None:
        """The card that several alerts share; its receipt is of no single alert's version."""
        view = self._views.group(group_id, now)
        if view is None or (_unheard_of(job) and all(_withhold(one) for one in view.rows)):
            return None
        return self._show(job, self._shared(job, view, now, old=follows), 0)

    def _show(self, job: Job, card: Mapping[str, Any], version: int) -> Receipt | None:
        owed = job.notification
        digest = _hash(card)
        if job.card is None:
            message_id = self._sender.send_card(owed.target.address, card, job.uuid)
        elif job.card.digest == digest:
            return None
        else:
            message_id = job.card.message_id
            self._sender.edit_card(message_id, card)
        return Receipt(
            message_id=message_id,
            # What stands may be the card of an earlier try: whatever it shows, it is drawn anew.
            digest="" if job.card is None and owed.attempts else digest,
            version=version,
            plainness=owed.plainness,
        )

    def _continued(self, job: Job, now: datetime) -> Receipt | None:
        """A new card as a reply to the old one: that is how Feishu shows what it belongs to."""
        owed = job.notification
        view = self._view(owed, now)
        if view is None or job.card is None or not view.alert.state.open:
            return None
        old = job.card.message_id
        group = self._views.group(owed.group_id, now) if owed.group_id is not None else None
        if group is not None:
            card = self._shared(job, group, now, old=old)
        else:
            card = self._living(job, view, now, old=old)
        return Receipt(
            message_id=self._reply(old, owed, card, job.uuid),
            digest=_hash(card),
            version=view.alert.version if group is None else 0,
            plainness=owed.plainness,
            follows=old,
        )

    def _frozen(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._view(owed, now)
        if view is None:
            return None
        reader, rung = self._reader(owed, now), Rung(owed.plainness)
        group = self._views.group(owed.group_id, now) if owed.group_id is not None else None
        if group is not None:
            drawn = group_at(group, rung, reader, may_act=False)
        else:
            drawn = alert_at(view, rung, reader, may_act=False)
        card = frozen_card(drawn, reader)
        self._sender.edit_card(str(owed.content["message_id"]), card)
        return Receipt()

    def _notice(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        if owed.group_id is not None and owed.purpose in (Purpose.JOINED, Purpose.REPEATED):
            return self._group_notice(job, owed.group_id, now)
        view = self._view(owed, now)
        if view is None or job.card is None or view.mute is not None:
            return None
        if owed.purpose is Purpose.ACK_REMINDER and not view.alert.taken:
            return None
        reader = self._reader(owed, now)
        card = notice_at(view, owed.purpose, owed.content, Rung(owed.plainness), reader)
        return Receipt(message_id=self._reply(job.card.message_id, owed, card, job.uuid))

    def _escalated(self, job: Job, now: datetime) -> Receipt | None:
        """Rings beneath the card, or by itself where there is none."""
        owed = job.notification
        view = self._view(owed, now)
        if view is None or not escalates(view.alert, muted=view.mute is not None):
            return None
        reader = self._reader(owed, now)
        may_act = self._views.shows_buttons(view.alert, owed.target)
        content = {**owed.content, "may_act": may_act}
        card = notice_at(view, owed.purpose, content, Rung(owed.plainness), reader)
        return self._beneath(job.card.message_id if job.card is not None else "", card, job)

    def _group_notice(self, job: Job, group_id: int, now: datetime) -> Receipt | None:
        owed = job.notification
        since = owed.content.get("since")
        view = self._views.group(group_id, now, datetime.fromisoformat(since) if since else None)
        if view is None or job.card is None or all(one.mute for one in view.rows):
            return None
        reader, rung = self._reader(owed, now), Rung(owed.plainness)
        drawn = group_notice_card(view, owed.purpose, reader, bare=rung >= Rung.SHORTENED)
        card = drawn_at(drawn, rung, reader)
        return Receipt(message_id=self._reply(job.card.message_id, owed, card, job.uuid))

    def _farewell(self, job: Job, now: datetime) -> Receipt | None:
        owed = job.notification
        view = self._view(owed, now)
        if view is None:
            return None
        reader = self._reader(owed, now)
        card = drawn_at(farewell_card(view, reader), Rung(owed.plainness), reader)
        self._sender.edit_card(owed.content["message"], card)
        return Receipt()

    def _advice(self, job: Job, now: datetime) -> Receipt:
        owed, reader = job.notification, self._reader(job.notification, now)
        said = owed.content
        card = advice_card(Advice(said["advice"]), said["facts"], said["lines"], reader)
        return self._message(job, drawn_at(card, Rung(owed.plainness), reader))

    def _after_hours(self, job: Job, now: datetime) -> Receipt | None:
        owed, reader = job.notification, self._reader(job.notification, now)
        views = self._views.some(owed.content["alerts"], now)
        shown = [view for view in views if view.mute is None]
        if not shown:
            return None
        card = after_hours_card(shown, reader)
        return self._message(job, drawn_at(card, Rung(owed.plainness), reader))

    def _answer(self, job: Job, now: datetime) -> Receipt:
        """Say what was drawn, in place of a card of ours or beneath a message; then go on."""
        owed = job.notification
        message_id, then = owed.content.get("edit", ""), owed.content.get("then", "")
        receipt = Receipt()
        if drawn := owed.content.get("card"):
            card = drawn_at(drawn, Rung(owed.plainness), self._reader(owed, now))
            if message_id:
                receipt = self._in_place(message_id, card, job)
            else:
                receipt = self._beneath(owed.content["reply_to"], card, job)
        if follow := self._afterwards.get(then):
            follow(message_id or receipt.message_id, owed)
        return receipt

    def _looked_up(self, job: Job, now: datetime) -> Receipt | None:
        """Change the card that said a host was asked; without one, say what came of it."""
        owed, reader = job.notification, self._reader(job.notification, now)
        lookup = self._views.looking.lookup(int(owed.content["lookup"]))
        drawn = looked_up_card(lookup, self._views.looking, reader) if lookup else None
        if lookup is None or drawn is None:
            return None
        card = drawn_at(drawn, Rung(owed.plainness), reader)
        if not lookup.message:
            return self._message(job, card)
        return self._in_place(lookup.message, card, job)

    def _file(self, job: Job, now: datetime) -> Receipt | None:
        """Upload and send; a try after a crash uploads anew and still sends once."""
        owed, reader = job.notification, self._reader(job.notification, now)
        looking = self._views.looking
        lookup = looking.lookup(int(owed.content["lookup"]))
        made = file_of(lookup, looking, reader) if lookup is not None else None
        if lookup is None or made is None:
            return None
        beneath = str(owed.content.get("reply_to", ""))
        if lookup.alert_id is not None:
            beneath = looking.card_in(lookup.alert_id, owed.target)
        key = self._sender.upload_file(*made)
        sent = self._sender.send_file(owed.target.address, key, job.uuid, reply_to=beneath)
        return Receipt(message_id=sent)

    def _in_place(self, message_id: str, card: Mapping[str, Any], job: Job) -> Receipt:
        """Change a message of ours; one that was recalled meanwhile is sent anew."""
        try:
            self._sender.edit_card(message_id, card)
        except DeliveryError as error:
            if error.fault is not Fault.MESSAGE_LOST:
                raise
            return self._message(job, card)
        return Receipt()

    def _of_mutes(self, job: Job, now: datetime) -> Receipt | None:
        owed, reader = job.notification, self._reader(job.notification, now)
        card = mute_message(owed, self._views.muting, reader)
        if card is None:
            return None
        shown = drawn_at(card, Rung(owed.plainness), reader)
        return self._beneath(owed.content.get("card", ""), shown, job)

    def _beneath(self, message_id: str, card: Mapping[str, Any], job: Job) -> Receipt:
        """Answer a message, or write to the chat where there is none."""
        address = job.notification.target.address
        if not message_id:
            return self._message(job, card)
        try:
            return Receipt(message_id=self._reply(message_id, job.notification, card, job.uuid))
        except DeliveryError as error:
            if error.fault is not Fault.MESSAGE_LOST:
                raise
            # It was recalled meanwhile: what is beneath it still belongs to the chat.
            return Receipt(message_id=self._sender.send_card(address, card, job.uuid))

    def _digest(self, job: Job, now: datetime) -> Receipt | None:
        owed, reader = job.notification, self._reader(job.notification, now)
        views = self._views.some(owed.content["alerts"], now)
        if not views:
            return None
        since = datetime.fromisoformat(owed.content["since"])
        card = digest_card(views, int(owed.content["more"]), since, reader)
        return self._message(job, drawn_at(card, Rung(owed.plainness), reader))

    def _daily(self, job: Job, now: datetime) -> Receipt:
        owed, said = job.notification, job.notification.content
        reader = replace(self._reader(owed, now), zone=ZoneInfo(said["zone"]))
        until, clock = datetime.fromisoformat(said["until"]), time.fromisoformat(said["clock"])
        day = day_until(until, said["zone"], clock)
        view = self._views.daily.day(owed.target, day, now)
        card = daily_card(view, reader, at=said["clock"])
        return self._message(job, drawn_at(card, Rung(owed.plainness), reader))

    def _concern(self, job: Job, now: datetime) -> Receipt:
        owed, reader = job.notification, self._reader(job.notification, now)
        card = concern_card(concern_from_json(owed.content), reader)
        return self._message(job, drawn_at(card, Rung(owed.plainness), reader))

    def _trained(self, job: Job, now: datetime) -> Receipt | None:
        owed, reader = job.notification, self._reader(job.notification, now)
        view = self._views.ruling.rule(owed.content["rule"], now)
        if view is None or view.made is None or not view.made.stage.quiet:
            return None
        return self._message(
            job, drawn_at(trained_card(view, reader), Rung(owed.plainness), reader)
        )

    def _living(self, job: Job, view: AlertView, now: datetime, *, old: str) -> dict[str, Any]:
        """The alert's card; `old` is the message whose place it takes, "" for none."""
        owed = job.notification
        reader = self._reader(owed, now)
        code = owed.code or (job.card.refused if job.card is not None else 0)
        may_act = self._views.shows_buttons(view.alert, owed.target)
        rung = Rung(owed.plainness)
        if rung is Rung.FULL and self._views.templates:
            own = self._views.templates
            drawn = living_card(view, owed.target, reader, own, self._tell, may_act=may_act)
        else:
            drawn = alert_at(view, rung, reader, code=code, may_act=may_act)
        return continued(drawn, reader) if old else drawn

    def _shared(self, job: Job, view: GroupView, now: datetime, *, old: str) -> dict[str, Any]:
        owed = job.notification
        reader = self._reader(owed, now)
        may_act = any(self._views.shows_buttons(one.alert, owed.target) for one in view.rows[:1])
        drawn = group_at(view, Rung(owed.plainness), reader, may_act=may_act)
        return continued(drawn, reader) if old else drawn

    def _message(self, job: Job, card: Mapping[str, Any]) -> Receipt:
        to = job.notification.target.address
        return Receipt(message_id=self._sender.send_card(to, card, job.uuid))

    def _reply(self, to: str, owed: Notification, card: Mapping[str, Any], uuid: str) -> str:
        """Beneath a message, or beside it where the group takes no replies."""
        try:
            return self._sender.reply_card(to, card, uuid)
        except DeliveryError as error:
            if error.fault is not Fault.NO_REPLY:
                raise
            return self._sender.send_card(owed.target.address, card, uuid)

    def _view(self, owed: Notification, now: datetime) -> AlertView | None:
        return self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None

    def _reader(self, owed: Notification, now: datetime) -> Reader:
        return Reader(language=owed.language, zone=self._zone, now=now)


def _withhold(view: AlertView) -> bool:
    """Whether a first card is not to be sent now; the end of the mute owes it again."""
    return withholds(view.mute) and view.alert.state is AlertState.FIRING


def _unheard_of(job: Job) -> bool:
    """Whether nothing of it can stand in the chat yet: no card, nor one whose sending went wrong.

    A try whose answer was lost may have reached the platform; sent again, it becomes known.
    """
    return job.card is None and job.notification.attempts == 0


def _hash(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()[:32]
