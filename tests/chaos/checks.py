"""What must hold once it is quiet, against the sandbox's own record."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.core.notification import Notification, Purpose
from bot.core.ports import Job
from bot.core.subscription import Language, Target, TargetKind
from bot.delivery.ladder import Rung
from bot.feishu.texts import texts_in
from bot.sandbox.records import Message
from tests.chaos.world import CHATS, World

LAST_WORDS = tuple(
    words
    for language in Language
    for words in (texts_in(language).advice.farewell, texts_in(language).delivery.frozen)
)
"""What cards say that follow their alert no more."""


def wrong(world: World) -> list[str]:
    """Everything that is not as it must be; empty if all is well."""
    return [
        *_uncounted(world),
        *_unowed(world),
        *_untold(world),
        *(what for chat in CHATS for what in _in_chat(world, chat)),
    ]


def _uncounted(world: World) -> Iterator[str]:
    """Every finding that an agent was told is kept counts once, and no other."""
    found = dict(world.rows("SELECT finding, count FROM occurrences"))
    wanted = {name: finding.records for name, finding in world.reported.items()}
    if found != wanted:
        yield f"occurrences are {found}, reported were {wanted}"
    ((total,),) = world.rows("SELECT COALESCE(SUM(count), 0) FROM alerts")
    if int(total) != sum(wanted.values()):
        yield f"alerts count {total}, reported were {sum(wanted.values())}"


def _unowed(world: World) -> Iterator[str]:
    for row in world.owed():
        yield f"still owed: {row}"


def _in_chat(world: World, chat: str) -> Iterator[str]:
    target = Target(kind=TargetKind.FEISHU_CHAT, address=chat)
    standing = {message.message_id: message for message in world.cards(chat)}
    known = {}
    for number, message in world.rows(
        f"SELECT alert, message FROM cards WHERE address = '{chat}'"  # noqa: S608 - our own
    ):
        known[int(number)] = str(message)
        if message in standing:
            yield from _face(world, int(number), target, standing[message])
        elif not world.sandbox.state.message(str(message)).deleted:
            # What somebody recalled is known at its next edit, and sent anew then.
            yield f"alert {number}: its card {message} does not stand in {chat}"
    shown = Counter(number for message in standing.values() for number in living(message))
    for number, count in shown.items():
        if count > 1:
            yield f"alert {number}: {count} cards stand in {chat}"
        if number not in known:
            yield f"alert {number}: a card stands in {chat} that nobody knows"


def _untold(world: World) -> Iterator[str]:
    """Were all alerts told anew, nothing would be owed: everybody was told already."""
    store, telling, now = world.bot.store, world.bot._engine._telling, world.clock.now()
    with contextlib.suppress(_UndoneError), store.transaction():
        audience = telling.audience(now)
        for (number,) in world.rows("SELECT id FROM alerts WHERE state = 'firing'"):
            alert = store.alerts.get(number)
            assert alert is not None
            telling.tell(alert, audience, now)
        owed = world.owed("alert, address")
        raise _UndoneError
    for row in owed:
        yield f"not told: alert and chat {row}"


class _UndoneError(Exception):
    """Leaves a change undone."""


def living(message: Message) -> set[int]:
    """The alerts whose living card this is: no reply, and its header names the alert."""
    if message.parent_id is not None or any(last in message.content for last in LAST_WORDS):
        return set()
    header = json.dumps(message.body.get("header", {}))
    return {int(number) for number in re.findall(r"#(\d+)", header)}


def _face(world: World, number: int, target: Target, message: Message) -> Iterator[str]:
    card = world.bot.store.outbox.card(number, target)
    assert card is not None
    if not any(message.body == _drawn(world, number, target, rung) for rung in Rung):
        yield f"alert {number}: its face in {target.address} is not what the database says"


class _Paper:
    """A sender that keeps the card instead of sending it."""

    card: Mapping[str, Any] | None = None

    def edit_card(self, _message_id: str, card: Mapping[str, Any]) -> None:
        self.card = card


def _drawn(world: World, number: int, target: Target, plainness: int) -> Mapping[str, Any] | None:
    """What the notifier would draw for the moment at which the card was last drawn."""
    card = world.bot.store.outbox.card(number, target)
    assert card is not None
    paper = _Paper()
    notifier = world.notifier(paper)
    owed = Notification(
        target=target,
        purpose=Purpose.REFRESH,
        alert_id=number,
        language=card.language,
        due_at=card.edited_at,
        created_at=card.edited_at,
        plainness=plainness,
        group_id=world.bot.store.outbox._group(number, target),
    )
    blank = replace(card, digest="")
    notifier.deliver(Job(notification=owed, uuid="x", card=blank), card.edited_at)
    return paper.card
