"""Writes the audit, in the transaction of what it tells of."""

from collections.abc import Mapping
from datetime import datetime

from bot.core.alert import Alert, Person, Transition
from bot.core.audit import Entry, acting, changed, said
from bot.core.mute import OPEN_END, Mute, fingerprints_of
from bot.core.ports import Store


class Auditing:
    """The engine's hand for the audit; every method runs inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(
        self,
        by: Person,
        action: str,
        subject: str,
        now: datetime,
        *,
        before: Mapping[str, str] | None = None,
        after: Mapping[str, str] | None = None,
        alert_id: int | None = None,
    ) -> None:
        """Note what somebody did, or tried to do and may not."""
        self._store.audit.add(
            Entry(
                at=now,
                actor=acting(by),
                action=action,
                subject=subject,
                alert_id=alert_id,
                before=before or {},
                after=after or {},
            )
        )

    def changed(self, before: Alert, after: Alert, transition: Transition, now: datetime) -> None:
        """Note a change of an alert that a person made; the machine's own are its transitions."""
        if not transition.by.id:
            return
        old, new = changed(before, after)
        if transition.note:
            new = {**new, "words": transition.note}
        self.note(
            transition.by,
            transition.why,
            f"#{after.id}",
            now,
            before=old,
            after=new,
            alert_id=after.id,
        )

    def muted(self, mute: Mute, by: Person, now: datetime) -> None:
        """Note a mute that was made."""
        self.note(
            by, "muted", f"m{mute.id}", now, after=_told(mute), alert_id=self._hidden_by(mute)
        )

    def extended(self, before: Mute, after: Mute, by: Person, now: datetime) -> None:
        """Note a mute that was given another end."""
        self.note(
            by,
            "mute_extended",
            f"m{after.id}",
            now,
            before=_told(before),
            after=_told(after),
            alert_id=self._hidden_by(after),
        )

    def unmuted(self, mute: Mute, by: Person, now: datetime) -> None:
        """Note a mute that was lifted."""
        self.note(
            by, "unmuted", f"m{mute.id}", now, before=_told(mute), alert_id=self._hidden_by(mute)
        )

    def _hidden_by(self, mute: Mute) -> int | None:
        """The one alert that a mute is bound to, None for others."""
        bound = fingerprints_of((mute,)) or frozenset()
        found = [self._store.alerts.latest(name) for name in bound]
        return found[0].id if found and found[0] is not None else None


def _told(mute: Mute) -> Mapping[str, str]:
    matchers = ", ".join(str(one) for one in mute.matchers)
    until = "open" if mute.ends_at == OPEN_END else said(mute.ends_at)
    return {"matchers": matchers, "until": until, "reason": mute.reason}
