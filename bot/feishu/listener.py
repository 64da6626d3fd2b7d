"""Takes what Feishu sends, over either way in: stores it, answers clicks, does nothing slow."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.alert import Person
from bot.core.errors import BusyError
from bot.core.ports import Store
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.actions import (
    Action,
    ActionError,
    OpenSubscriptionForm,
    RemoveSubscription,
    RunCommand,
    SubmitSubscription,
    decode,
)
from bot.feishu.answering import answer_owed
from bot.feishu.cards.reader import Reader
from bot.feishu.errors import EventFormatError
from bot.feishu.events import CardClicked, Ignored, read_event
from bot.feishu.manners import Manners
from bot.feishu.people import Acquaintance
from bot.feishu.performing import Outcome, perform, unreadable
from bot.feishu.texts import texts_in
from watchers.clock import Clock

_log = logging.getLogger(__name__)


class Listener:
    """One receiver for the long connection and the HTTP server; safe to use from many threads.

    Attributes:
        unread: How many envelopes could not be read, by what was wrong.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        views: Views,
        acquaintance: Acquaintance,
        manners: Manners,
        clock: Clock,
        bot_open_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._engine = engine
        self._views = views
        self._acquaintance = acquaintance
        self._manners = manners
        self._clock = clock
        self._bot_open_id = bot_open_id
        self.unread: Counter[str] = Counter()

    def receive(self, envelope: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take one envelope; the answer to a click, or None for an event.

        Raises:
            BusyError: If an event could not be stored; Feishu sends it again.
        """
        try:
            event = read_event(envelope, self._bot_open_id())
        except EventFormatError as error:
            self.unread[str(error)] += 1
            _log.warning("an event could not be read", extra={"reason": str(error)})
            return None
        match event:
            case CardClicked():
                return self._clicked(event, envelope)
            case Ignored():
                return None
            case _:
                self._keep(event.dedupe_key, envelope)
                return None

    def _keep(self, key: str, envelope: Mapping[str, Any]) -> None:
        with self._store.transaction():
            new = self._store.inbox.add(key, envelope, self._clock.now(), pending=True)
        if new:
            self._engine.wake()

    def _clicked(self, click: CardClicked, envelope: Mapping[str, Any]) -> dict[str, Any]:
        language = self._store.chats.language(click.chat_id)
        texts = texts_in(language or self._manners.language).answer
        if click.person.external:
            return _toast("error", texts.external)
        try:
            action = decode(
                click.value,
                option=click.option,
                options=click.options,
                form_value=click.form_value,
            )
        except ActionError as error:
            reader = Reader(
                language=language or self._manners.language,
                zone=self._manners.zone,
                now=self._clock.now(),
            )
            return _answer(unreadable(error, reader))
        try:
            if self._must_ask_first(action, click):
                self._keep(click.dedupe_key, envelope)
                return _toast("info", texts.working)
            return self._answered(click, action, language)
        except BusyError:
            _log.warning("the database is busy: a click was not taken")
            return _toast("warning", texts.busy)

    def _must_ask_first(self, action: Action, click: CardClicked) -> bool:
        """Whether rights decide that only Feishu knows: too slow to ask within a click."""
        match action:
            case SubmitSubscription() | RemoveSubscription() | OpenSubscriptionForm():
                rights = True
            case RunCommand(in_place=in_place):
                rights = not in_place
            case _:
                rights = False
        return rights and not self._acquaintance.known(click.chat_id).fresh(self._clock.now())

    def _answered(
        self, click: CardClicked, action: Action, language: Language | None
    ) -> dict[str, Any]:
        now = self._clock.now()
        with self._store.transaction():
            if not self._store.inbox.add(click.dedupe_key, {}, now, pending=False):
                return {}
            request = self._manners.request(
                Person(id=click.person_id, name=self._store.chats.name(click.person_id)),
                self._acquaintance.known(click.chat_id),
                language,
                now,
            )
            outcome = perform(action, request, self._engine, self._views)
            if outcome.reply is not None:
                self._engine.owe(answer_owed(outcome.reply, request, click.message_id))
        self._engine.wake()
        return _answer(outcome)


def _answer(outcome: Outcome) -> dict[str, Any]:
    answer = _toast(outcome.toast_type, outcome.toast_text)
    if outcome.card is not None:
        answer["card"] = {"type": "raw", "data": outcome.card}
    return answer


def _toast(kind: str, content: str) -> dict[str, Any]:
    return {"toast": {"type": kind, "content": content}}
