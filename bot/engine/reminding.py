"""Reminds each chat once a day of what is muted, unless its daily digest says that."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.notification import Purpose
from bot.core.ports import Store
from bot.core.recurrence import at_clock
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.telling import Telling
from bot.engine.terms import MuteTerms

LATE = timedelta(hours=1)
"""Who starts later than that after the hour has missed it for the day."""


class Reminding:
    """The engine's hand for the daily list of mutes; runs inside the engine's transaction."""

    def __init__(self, store: Store, terms: MuteTerms, telling: Telling) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._done: date | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is the hour, and the list of the day was not owed by this process."""
        if self._terms.daily_at is None:
            return False
        zone = ZoneInfo(self._terms.zone)
        today = now.astimezone(zone).date()
        hour = at_clock(today, self._terms.daily_at, zone)
        return hour <= now < hour + LATE and self._done != today

    def sweep(self, now: datetime) -> None:
        """Owe it to every chat; one whom no mute concerns by then gets none."""
        today = now.astimezone(ZoneInfo(self._terms.zone)).date()
        # Once a day, whichever process does it and however often that starts.
        first = self._store.inbox.add(f"mutes {today}", {}, now, pending=False)
        mutes = self._store.mutes.active(now)
        if first and mutes:
            audience = self._telling.audience(now)
            chats = {one.target: one.language for one in audience.subscriptions}
            for address in {mute.chat for mute in mutes if mute.chat}:
                target = Target(kind=TargetKind.FEISHU_CHAT, address=address)
                chats.setdefault(target, self._store.chats.language(address) or Language.ZH)
            digested = {one.target for one in self._store.digests.all() if one.clock is not None}
            for target, language in chats.items():
                if target not in audience.suspended | digested:
                    self._telling.tell_chat(target, language, Purpose.MUTES_TODAY, {}, now, now)
        self._done = today
