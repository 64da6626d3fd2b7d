"""What may be said of incidents in the configuration: ``[incidents]``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTerms:
    """How incidents are told from the everyday.

    Attributes:
        least_known_s: So long after the first line, only what is critical is one.
        hold_s: An incident waits so long for others that turn out to be the same one.
        quiet_s: It is over when nothing of it was seen for this long, or for up to twice that when
            it has few lines, far apart.
    """

    least_known_s: float = 120.0
    hold_s: float = 5.0
    quiet_s: float = 900.0
