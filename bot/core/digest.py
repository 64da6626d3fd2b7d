"""What was found while nobody could be told: Larkwatch was down and reads on where it stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayTerms:
    """When what is found is told as a digest.

    Attributes:
        after: Larkwatch was away if nothing was done by the clock for at least this long.
        catch_up: How long after its return what it finds is taken for a backlog.
    """

    after: timedelta = timedelta(hours=6)
    catch_up: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """When Larkwatch was last there.

    Attributes:
        alive_at: The last sign of it; aware, UTC.
        left_at: Start of its last absence, None when it never was away.
        back_at: End of that absence.
    """

    alive_at: datetime
    left_at: datetime | None = None
    back_at: datetime | None = None


def noticed(presence: Presence | None, terms: AwayTerms, now: datetime) -> Presence:
    """Presence as of now: an absence that ends with this very moment is one."""
    if presence is None:
        return Presence(alive_at=now)
    if now - presence.alive_at >= terms.after:
        return Presence(alive_at=now, left_at=presence.alive_at, back_at=now)
    return Presence(alive_at=now, left_at=presence.left_at, back_at=presence.back_at)
