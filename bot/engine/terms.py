"""How long things last, and who is told when nobody else is."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.routing import Route
from bot.core.subscription import Language, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things last.

    Attributes:
        quiet: An alert not seen for this long is resolved.
        reopen: A resolved alert that recurs within this is the same alert again.
        keep: What is over is forgotten after this.
        fallback: Who is told of an alert that no subscription takes, None for nobody.
        admins: Who is told when delivery suffers.
        language: That admins are told in.
        monthly_calls: The tenant's quota of API calls, 0 for none.
        rush: How long after a full or half hour cards are not edited, 0 to edit at any time.
    """

    quiet: timedelta = timedelta(minutes=15)
    reopen: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    fallback: Route | None = None
    admins: tuple[Target, ...] = ()
    language: Language = Language.ZH
    monthly_calls: int = 0
    rush: timedelta = timedelta(0)
