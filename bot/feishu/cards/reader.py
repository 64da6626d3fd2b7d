"""For whom a card is drawn: language, time zone, and the instant it is drawn at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.subscription import Language
from bot.feishu.texts import texts_in
from bot.feishu.texts.base import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a card is drawn.

    Attributes:
        now: When it is drawn; aware, UTC.
    """

    language: Language
    zone: ZoneInfo
    now: datetime

    @property
    def texts(self) -> Texts:
        """All texts in the reader's language."""
        return texts_in(self.language)

    def time(self, at: datetime) -> str:
        """``14:03:07`` today, with the date on other days: ``Nov 3 14:03:07``."""
        return self._dated(at, "%H:%M:%S")

    def minute(self, at: datetime) -> str:
        """``14:03``, without the date."""
        return at.astimezone(self.zone).strftime("%H:%M")

    def until(self, at: datetime) -> str:
        """``18:30`` today, ``tomorrow 09:00``, with the date on other days."""
        tomorrow = self.now.astimezone(self.zone).date() + timedelta(days=1)
        if at.astimezone(self.zone).date() == tomorrow:
            return self.texts.format.tomorrow(self.minute(at))
        return self._dated(at, "%H:%M")

    def span(self, span: timedelta) -> str:
        """The two largest units of a span, e.g. ``1 hr 30 min``."""
        return self.texts.format.span(span)

    def ago(self, at: datetime) -> str:
        """``just now``, ``2 hours ago``: for what is read once, not for a card that stays."""
        return self.texts.format.ago(self.now - at)

    def listing(self, items: Sequence[str]) -> str:
        """``a, b, and c``."""
        return self.texts.format.listing(items)

    def _dated(self, at: datetime, clock: str) -> str:
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return local.strftime(clock)
        say = self.texts.format
        day = say.this_year if local.year == today.year else say.other_year
        return f"{day(local)} {local.strftime(clock)}"
