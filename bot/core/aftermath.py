"""What a mute leaves behind in one chat: told in one message when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.alert import AlertState
from bot.core.subscription import Language, Target, TargetKind

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What a mute leaves behind in one chat.

    Attributes:
        firing: Alerts that still fire and that nothing hides any more.
        acknowledged: The same, acknowledged.
        resolved: Alerts that ended while it hid them.
        first_seen: Of all these, alerts that fired for the first time while it hid them.
        named: The first few of those that still fire or were first seen, by number.
        card: Message of the one card that is concerned, "" when there are none or several.
    """

    target: Target
    language: Language
    firing: int = 0
    acknowledged: int = 0
    resolved: int = 0
    first_seen: int = 0
    named: tuple[int, ...] = ()
    card: str = ""

    @property
    def alerts(self) -> int:
        """How many alerts it concerns."""
        return self.firing + self.acknowledged + self.resolved

    def with_alert(self, number: int, state: AlertState, card: str, *, fresh: bool) -> "Aftermath":
        """The same with one more alert; `fresh` when it was first seen while hidden."""
        taken = state is AlertState.ACKNOWLEDGED
        firing = state.open and not taken
        named = (fresh or firing) and len(self.named) < MOST_NAMED
        return replace(
            self,
            firing=self.firing + firing,
            acknowledged=self.acknowledged + taken,
            resolved=self.resolved + (not state.open),
            first_seen=self.first_seen + fresh,
            named=(*self.named, number) if named else self.named,
            card="" if self.alerts else card,
        )


def to_content(found: Aftermath) -> dict[str, Any]:
    """JSON-ready."""
    return {
        "kind": found.target.kind.value,
        "address": found.target.address,
        "language": found.language.value,
        "firing": found.firing,
        "acknowledged": found.acknowledged,
        "resolved": found.resolved,
        "first_seen": found.first_seen,
        "named": list(found.named),
        "card": found.card,
    }


def from_content(content: Mapping[str, Any]) -> Aftermath:
    """The inverse of `to_content`."""
    return Aftermath(
        target=Target(kind=TargetKind(content["kind"]), address=content["address"]),
        language=Language(content["language"]),
        firing=content["firing"],
        acknowledged=content["acknowledged"],
        resolved=content["resolved"],
        first_seen=content["first_seen"],
        named=tuple(content["named"]),
        card=content["card"],
    )
