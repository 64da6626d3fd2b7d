"""``[incidents]``: what breaks at once and for one cause is told once."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from bot.config.span import Span
from watchers.incidents.settings import IncidentTerms


class IncidentsSection(BaseModel):
    """``[incidents]``: how incidents are told from everyday errors.

    Attributes:
        enabled: Incidents are made of what the rules of the default pack find.
        learn: So long after the first start every error is told as it is.
        hold: An incident waits so long for others that turn out to be the same one.
        quiet: It is over when nothing of it was seen for this long.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    enabled: bool = True
    learn: Span = timedelta(hours=1)
    hold: Span = timedelta(seconds=5)
    quiet: Span = timedelta(minutes=15)

    def terms(self) -> IncidentTerms:
        """The same for the engine."""
        return IncidentTerms(hold_s=self.hold.total_seconds(), quiet_s=self.quiet.total_seconds())
