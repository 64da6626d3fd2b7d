"""How delivery goes about it, as configured."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """How delivery goes about it.

    Attributes:
        digest_after: What waited longer than this and is no longer true is told in one digest.
        monthly_calls: The tenant's quota of API calls, 0 for none.
    """

    digest_after: timedelta = timedelta(hours=6)
    monthly_calls: int = 0
