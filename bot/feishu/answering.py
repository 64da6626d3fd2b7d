"""Works on stored events one after the other: commands, joining and leaving groups."""

import logging
import random
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from bot.core.alert import LARKWATCH, Person
from bot.core.audit import Actor, Source
from bot.core.backoff import backoff
from bot.core.errors import BusyError, DeliveryError
from bot.core.notification import ANSWER_FIRST, Notification, Purpose
from bot.core.permission import Right
from bot.core.ports import Received
from bot.core.subscription import Target, TargetKind
from bot.feishu.actions import decode
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.stale import dated, stale_card
from bot.feishu.cards.welcome import welcome_card
from bot.feishu.commands.base import Answer, Request
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.commands.menu import line_of
from bot.feishu.commands.parse import respond, right_to
from bot.feishu.commands.replies import reply_as_command
from bot.feishu.desk import Desk
from bot.feishu.events import (
    BotAdded,
    BotRemoved,
    CardClicked,
    ChatDisbanded,
    ChatUpdated,
    Ignored,
    MenuClicked,
    MessageReceived,
    PrivateChatEntered,
    Reacted,
    read_event,
)
from bot.feishu.outcome import ToastType
from bot.feishu.performing import OnAlert, perform

_log = logging.getLogger(__name__)

_TONES = {
    ToastType.INFO: Tone.PLAIN,
    ToastType.SUCCESS: Tone.GOOD,
    ToastType.WARNING: Tone.WARNING,
    ToastType.ERROR: Tone.BAD,
}
LATE = timedelta(minutes=2)
"""A command sent longer ago waited out an outage: who sent it may not want it any more."""
LOOK_EVERY_S = 0.25
MOST_ATTEMPTS = 8
"""An event that breaks us this often is put away, with an error in the log."""


class Answering:
    """The loop behind the listener; one process runs it at a time, under the lease."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._engine = desk.engine

    def step(self) -> float:
        """Work on the events that wait; seconds to wait before the next look."""
        try:
            waiting = self._store.inbox.pending(self._desk.clock.now(), limit=20)
            for received in waiting:
                self._work(received)
        except BusyError:
            _log.warning("the database is busy: nothing answered just now")
            return LOOK_EVERY_S
        return 0.0 if waiting else LOOK_EVERY_S

    def _work(self, received: Received) -> None:
        try:
            with self._desk.tracer.span("event", root=received.key, since=received.received_at):
                self._answer(received)
        except BusyError:
            raise
        except DeliveryError as error:
            _log.warning("Feishu cannot be asked just now", extra={"code": error.code})
            self._put_off(received)
        except Exception:  # noqa: BLE001 - the top of the answering loop
            _log.exception("an event could not be worked on", extra={"key": received.key})
            self._put_off(received)

    def _put_off(self, received: Received) -> None:
        attempts = received.attempts + 1
        with self._store.transaction():
            if attempts >= MOST_ATTEMPTS:
                _log.error("an event is given up", extra={"key": received.key})
                self._store.inbox.done(received.key)
                return
            spread = random.random()  # noqa: S311 - spreads load, keeps no secret
            due = self._desk.clock.now() + backoff(attempts, spread)
            self._store.inbox.postpone(received.key, due)

    def _answer(self, received: Received) -> None:
        event = read_event(received.envelope, self._desk.bot_open_id())
        match event:
            case MessageReceived():
                self._message(event, received)
            case Reacted():
                self._reacted(event, received)
            case CardClicked():
                self._click(event, received)
            case BotAdded():
                self._joined(event, received)
            case BotRemoved() | ChatDisbanded():
                self._left(event, received)
            case ChatUpdated(chat_id=chat_id):
                with self._store.transaction():
                    self._desk.acquaintance.forget(chat_id)
                    self._store.inbox.done(received.key)
            case PrivateChatEntered():
                self._entered(event, received)
            case MenuClicked():
                self._chosen(event, received)
            case Ignored():
                self._store.inbox.done(received.key)
            case _:
                assert_never(event)

    def _message(self, event: MessageReceived, received: Received) -> None:
        now = self._desk.clock.now()
        about = self._about(event)
        if not (event.private or event.mentions_bot or about is not None):
            self._store.inbox.done(received.key)  # people talking to each other
            return
        chat = self._desk.acquaintance.fresh(event.chat_id, now)
        request = self._desk.request(
            event.person.open_id, replace(chat, private=event.private), now, Source.COMMAND
        )
        request = replace(request, mentioned=event.mentioned)
        with self._store.transaction():
            text = event.text
            if about is not None:
                text = reply_as_command(text, about, request, self._desk.views)
            answer = self._answer_to(text, event, request)
            self._owe(answer, request, event.message_id)
            self._store.inbox.done(received.key)

    def _about(self, event: MessageReceived) -> int | None:
        """The alert on whose card it was said, or in whose card's thread."""
        for message_id in (event.parent_id, event.root_id):
            own = self._store.outbox.own_message(message_id) if message_id else None
            if own is not None and own.alert_id is not None:
                return own.alert_id
        return None

    def _answer_to(self, text: str, event: MessageReceived, request: Request) -> Answer:
        """What a line is answered; one that was sent long ago is not simply run."""
        reader = request.reader
        if event.person.external:
            self._engine.refused(request.person, "external", request.chat.id, request.now)
            return Answer(card=note_card(reader.texts.answer.external, (), Tone.BAD, reader))
        ago = request.now - event.sent_at
        late = ago > LATE
        changes = late and right_to(text, request, self._desk.views) is not Right.READ
        if changes and len(text) <= LONGEST_TEXT:
            return Answer(card=stale_card(text, ago, reader))
        answer = respond(text, request, self._engine, self._desk.views)
        return replace(answer, card=dated(answer.card, event.sent_at, reader)) if late else answer

    def _reacted(self, event: Reacted, received: Received) -> None:
        """An emoji on an alert's card; the card itself shows what came of it."""
        now = self._desk.clock.now()
        verb = self._desk.manners.reactions.get(event.emoji)
        own = self._store.outbox.own_message(event.message_id)
        if verb is None or own is None or own.alert_id is None:
            self._store.inbox.done(received.key)
            return
        if own.address.startswith("oc_"):
            chat = self._desk.acquaintance.fresh(own.address, now)
        else:
            chat = replace(self._desk.acquaintance.known(own.address), private=True)
        request = self._desk.request(event.person.open_id, chat, now, Source.REACTION)
        with self._store.transaction():
            respond(f"/{verb} {own.alert_id}", request, self._engine, self._desk.views)
            self._store.inbox.done(received.key)

    def _click(self, event: CardClicked, received: Received) -> None:
        """A click that had to wait until Feishu said who may."""
        now = self._desk.clock.now()
        chat = self._desk.acquaintance.fresh(event.chat_id, now)
        asked = self._desk.request(event.person.open_id, chat, now, Source.CLICK)
        request = replace(asked, message_id=event.message_id)
        action = decode(
            event.value, option=event.option, options=event.options, form_value=event.form_value
        )
        with self._store.transaction():
            outcome = perform(action, request, self._engine, self._desk.views)
            said = note_card(outcome.toast_text, (), _TONES[outcome.toast_type], request.reader)
            # The card of an alert changes by itself; a second one would be one too many.
            changed = None if isinstance(action, OnAlert) else outcome.card
            card = outcome.reply or changed or said
            about = outcome.about if outcome.reply else ""
            answer = Answer(card=card, then=outcome.then, about=about)
            self._owe(answer, request, event.message_id)
            self._store.inbox.done(received.key)

    def _joined(self, event: BotAdded, received: Received) -> None:
        now = self._desk.clock.now()
        chat = self._desk.acquaintance.fresh(event.chat_id, now)
        request = self._desk.request(
            event.by, replace(chat, name=chat.name or event.name), now, Source.SYSTEM
        )
        with self._store.transaction():
            self._engine.resume(request.target, now, request.person)
            self._owe(Answer(card=welcome_card(request.shared)), request, "")
            self._store.inbox.done(received.key)

    def _left(self, event: BotRemoved | ChatDisbanded, received: Received) -> None:
        target = Target(kind=TargetKind.FEISHU_CHAT, address=event.chat_id)
        why = "the group was dissolved" if isinstance(event, ChatDisbanded) else "the bot is out"
        if isinstance(event, BotRemoved) and not self._desk.acquaintance.left(event.chat_id):
            # A push that was tried again may be overtaken by the one of the return.
            with self._store.transaction():
                self._store.inbox.done(received.key)
            return
        with self._store.transaction():
            by = self._someone(event.by) if isinstance(event, BotRemoved) else LARKWATCH
            ended = isinstance(event, ChatDisbanded)
            hit = self._engine.suspend(target, why, self._desk.clock.now(), by, ended=ended)
            self._desk.acquaintance.forget(event.chat_id)
            self._store.inbox.done(received.key)
        _log.warning("a chat is lost", extra={"chat": event.chat_id, "subscriptions": hit})

    def _someone(self, person_id: str) -> Person:
        name = self._store.chats.name(person_id)
        return Actor(id=person_id, name=name, source=Source.SYSTEM)

    def _entered(self, event: PrivateChatEntered, received: Received) -> None:
        """Greet somebody who opens the conversation for the first time."""
        now = self._desk.clock.now()
        met = self._store.chats.get(event.chat_id) is not None
        chat = self._desk.acquaintance.fresh(event.chat_id, now)
        request = self._desk.request(event.by, replace(chat, private=True), now, Source.SYSTEM)
        with self._store.transaction():
            if not met:
                self._store.chats.save(request.chat, {})
                self._owe(Answer(card=welcome_card(request.reader)), request, "")
            self._store.inbox.done(received.key)

    def _chosen(self, event: MenuClicked, received: Received) -> None:
        """An entry of the bot's menu; the event names no chat, so the answer goes to the person."""
        now = self._desk.clock.now()
        chat = replace(self._desk.acquaintance.known(event.by), private=True)
        request = self._desk.request(event.by, chat, now, Source.COMMAND)
        with self._store.transaction():
            line = line_of(event.key)
            self._owe(respond(line, request, self._engine, self._desk.views), request, "")
            self._store.inbox.done(received.key)

    def _owe(self, answer: Answer, request: Request, reply_to: str) -> None:
        self._engine.owe(answer_owed(answer, request, reply_to))


def answer_owed(answer: Answer, request: Request, reply_to: str) -> Notification:
    """The notification that carries a drawn answer; a reply where there is a message to answer."""
    more = {"then": answer.then} if answer.then else {}
    return Notification(
        target=request.target,
        purpose=Purpose.ANSWER,
        language=request.language,
        content={"card": answer.card, "reply_to": reply_to, **more},
        about=answer.about,
        due_at=request.now,
        created_at=request.now,
    )


def afterwards_owed(message_id: str, request: Request, then: str) -> Notification:
    """What is still to be worked out for a card that stands already."""
    return Notification(
        target=request.target,
        purpose=Purpose.ANSWER,
        language=request.language,
        content={"edit": message_id, "then": then},
        about=f"{then}:{message_id}",
        due_at=request.now + ANSWER_FIRST,
        created_at=request.now,
    )
