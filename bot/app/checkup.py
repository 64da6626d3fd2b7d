"""Examines on demand of a chat: one thread, so that nobody else has to wait for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.core.diagnosis import Diagnosis
from bot.core.notification import Notification, Purpose
from bot.engine.engine import Engine
from bot.feishu.cards.doctor import doctor_card
from bot.feishu.cards.reader import Reader
from watchers.clock import Clock

MOST_WAITING = 50
"""All who wait get the outcome of one examination; beyond this a request is dropped."""
_UNTIL_ASKED_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    message_id: str
    answer: Notification


class Checkup:
    """Examines when asked, and owes the outcome to every card that waits for it."""

    def __init__(
        self,
        examine: Callable[[], tuple[Diagnosis, ...]],
        engine: Engine,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._examine = examine
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._lock = threading.Lock()
        self._waiting: list[_Asked] = []

    def ask(self, message_id: str, answer: Notification) -> None:
        """Examine soon; the outcome takes the place of this message. From any thread."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(_Asked(message_id=message_id, answer=answer))
        self._engine.wake()

    def step(self) -> float:
        """Examine if somebody asked; seconds until it is worth a look again."""
        with self._lock:
            asked, self._waiting = self._waiting, []
        if not asked:
            return _UNTIL_ASKED_S
        found = self._examine()
        now = self._clock.now()
        for one in asked:
            reader = Reader(language=one.answer.language, zone=self._zone, now=now)
            content = {"card": doctor_card(found, reader), "edit": one.message_id, "reply_to": ""}
            self._engine.owe(
                Notification(
                    target=one.answer.target,
                    purpose=Purpose.ANSWER,
                    language=one.answer.language,
                    content=content,
                    due_at=now,
                    created_at=now,
                )
            )
        return 0.0
