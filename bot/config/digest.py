"""``[digest]``: when chats are told of their day."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.config.clock import clock_or_never
from bot.engine.terms import DigestTerms


class DigestSection(BaseModel):
    """``[digest]``: when chats are told of their day, unless they chose another hour."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    daily_at: Annotated[time | None, BeforeValidator(clock_or_never)] = time(9)

    def terms(self, zone: str) -> DigestTerms:
        """The same for the engine."""
        return DigestTerms(daily_at=self.daily_at, zone=zone)
