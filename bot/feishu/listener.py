"""Takes what Feishu sends, over either way in: stores it, answers clicks, does nothing slow."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.audit import Actor, Source
from bot.core.errors import BusyError
from bot.core.permission import Right
from bot.core.subscription import Target, TargetKind
from bot.feishu.action_error import ActionError
from bot.feishu.actions import (
    Action,
    OpenSubscriptionForm,
    ProveRoundTrip,
    RemoveSubscription,
    RunCommand,
    SubmitRule,
    SubmitSubscription,
    decode,
)
from bot.feishu.answering import afterwards_owed, answer_owed
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.base import Answer
from bot.feishu.commands.parse import right_of
from bot.feishu.desk import Desk
from bot.feishu.errors import EventFormatError
from bot.feishu.events import CardClicked, Ignored, read_event
from bot.feishu.outcome import Outcome
from bot.feishu.performing import perform, unreadable
from bot.feishu.texts import texts_in

_log = logging.getLogger(__name__)


class Listener:
    """One receiver for the long connection and the HTTP server; safe to use from many threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._engine = desk.engine

    def receive(self, envelope: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take one envelope; the answer to a click, or None for an event.

        Raises:
            BusyError: If an event could not be stored; Feishu sends it again.
        """
        try:
            event = read_event(envelope, self._desk.bot_open_id())
        except EventFormatError as error:
            _log.warning("an event could not be read", extra={"reason": str(error)})
            return None
        match event:
            case CardClicked(dedupe_key=key):
                with self._desk.tracer.span("click", root=key):
                    return self._clicked(event, envelope)
            case Ignored():
                return None
            case _:
                self._keep(event.dedupe_key, envelope)
                return None

    def _keep(self, key: str, envelope: Mapping[str, Any]) -> None:
        with self._store.transaction():
            new = self._store.inbox.add(key, envelope, self._desk.clock.now(), pending=True)
        if new:
            self._engine.wake()

    def _clicked(self, click: CardClicked, envelope: Mapping[str, Any]) -> dict[str, Any]:
        language = self._desk.spoken(click.person_id, click.chat_id)
        texts = texts_in(language).answer
        if click.person.external:
            return self._turned_away(click, "external", texts.external)
        try:
            action = decode(
                click.value,
                option=click.option,
                options=click.options,
                form_value=click.form_value,
            )
        except ActionError as error:
            zone, now = self._desk.manners.zone, self._desk.clock.now()
            return _answer(unreadable(error, Reader(language=language, zone=zone, now=now)))
        try:
            if not isinstance(action, ProveRoundTrip) and not self._ours(click):
                return self._turned_away(click, "forwarded", texts_in(language).people.forwarded)
            if self._must_ask_first(action, click):
                self._keep(click.dedupe_key, envelope)
                return _toast("info", texts.working)
            return self._answered(click, action)
        except BusyError:
            _log.warning("the database is busy: a click was not taken")
            return _toast("warning", texts.busy)

    def _ours(self, click: CardClicked) -> bool:
        """Whether the card stands where we sent it: a forwarded one must not act elsewhere.

        While a message to this chat may stand whose sending is not noted yet, it may be that one.
        """
        # In this order: what is on its way now may be noted as sent before the second look.
        on_its_way = any(
            self._store.outbox.sending_to(Target(kind=TargetKind.FEISHU_CHAT, address=one))
            for one in (click.chat_id, click.person_id)
        )
        own = self._store.outbox.own_message(click.message_id)
        if own is None:
            return on_its_way
        return own.address in (click.chat_id, click.person_id)

    def _shows_less(self, click: CardClicked) -> bool:
        """Whether it is an alert's card of which Feishu refused a part."""
        own = self._store.outbox.own_message(click.message_id)
        if own is None or own.alert_id is None:
            return False
        here = Target(kind=TargetKind.FEISHU_CHAT, address=own.address)
        card = self._store.outbox.card(own.alert_id, here)
        return card is not None and card.plainness > 0

    def _turned_away(self, click: CardClicked, why: str, said: str) -> dict[str, Any]:
        """Refuse somebody who has no business with this card; the audit keeps it."""
        name = self._store.chats.name(click.person_id)
        actor = Actor(id=click.person_id, name=name, source=Source.CLICK, chat=click.chat_id)
        own = self._store.outbox.own_message(click.message_id)
        alert_id = own.alert_id if own is not None else None
        try:
            self._engine.refused(actor, why, click.message_id, self._desk.clock.now(), alert_id)
        except BusyError:
            _log.warning("the database is busy: a refusal is not in the audit")
        return _toast("error", said)

    def _must_ask_first(self, action: Action, click: CardClicked) -> bool:
        """Whether rights decide that only Feishu knows: too slow to ask within a click."""
        match action:
            case (
                SubmitSubscription() | RemoveSubscription() | OpenSubscriptionForm() | SubmitRule()
            ):
                rights = True
            case RunCommand(text=text, in_place=in_place):
                rights = not in_place or right_of(text) in (Right.MANAGE, Right.RULES)
            case _:
                rights = False
        here = Target(kind=TargetKind.FEISHU_CHAT, address=click.chat_id)
        rights = rights or self._desk.views.depends_on_leaders(here)
        return rights and not self._desk.acquaintance.known(click.chat_id).fresh(
            self._desk.clock.now()
        )

    def _answered(self, click: CardClicked, action: Action) -> dict[str, Any]:
        now = self._desk.clock.now()
        with self._store.transaction():
            if not self._store.inbox.add(click.dedupe_key, {}, now, pending=False):
                return {}
            chat = self._desk.acquaintance.known(click.chat_id)
            asked = self._desk.request(click.person_id, chat, now, Source.CLICK)
            request = replace(asked, message_id=click.message_id)
            with self._desk.tracer.span("act", facts={"action": type(action).__name__}):
                outcome = perform(action, request, self._engine, self._desk.views)
            if self._shows_less(click):
                # What was refused once is not offered again; the edit that follows knows how much.
                outcome = replace(outcome, card=None)
            if outcome.reply is not None:
                answer = Answer(card=outcome.reply, about=outcome.about, then=outcome.then)
                self._engine.owe(answer_owed(answer, request, click.message_id))
            elif outcome.then:
                self._engine.owe(afterwards_owed(click.message_id, request, outcome.then))
        self._engine.wake()
        return _answer(outcome)


def _answer(outcome: Outcome) -> dict[str, Any]:
    answer = _toast(outcome.toast_type, outcome.toast_text)
    if outcome.card is not None:
        answer["card"] = {"type": "raw", "data": outcome.card}
    return answer


def _toast(kind: str, content: str) -> dict[str, Any]:
    return {"toast": {"type": kind, "content": content}}
