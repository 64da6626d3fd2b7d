"""How long things last, and who is told when nobody else is."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.noise import NoiseTerms
from bot.core.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things last.

    Attributes:
        quiet: An alert not seen for this long is resolved.
        reopen: A resolved alert that recurs within this is the same alert again.
        keep: What is over is forgotten after this.
        noise: How much people are told.
        fallback: Who is told of an alert that no subscription takes, None for nobody.
    """

    quiet: timedelta = timedelta(minutes=15)
    reopen: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    noise: NoiseTerms = field(default_factory=NoiseTerms)
    fallback: Route | None = None
