"""Gives findings the fingerprint they are counted under: their own, or one of former labels."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.fingerprint import fingerprint
from bot.core.ports import Store
from watchers.finding import Finding


class Naming:
    """The engine's hand for fingerprints; every method runs inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_name(self, findings: Sequence[Finding], now: datetime) -> Mapping[str, list[Finding]]:
        """Findings under the fingerprint of their alert, in order of first appearance."""
        for finding in findings:
            if finding.formerly:
                self._join(finding, now)
        own = [fingerprint(finding.rule, finding.labels) for finding in findings]
        canonical = self._store.aliases.canonical(own)
        same: dict[str, list[Finding]] = {}
        for name, finding in zip(own, findings, strict=True):
            same.setdefault(canonical[name], []).append(finding)
        return same

    def _join(self, finding: Finding, now: datetime) -> None:
        """Count a finding where it was counted under former labels.

        Its alert goes on, and the mute that is bound to that alert's fingerprint goes on hiding.
        """
        own = fingerprint(finding.rule, finding.labels)
        former = [fingerprint(finding.rule, labels) for labels in finding.formerly]
        known = self._store.aliases.canonical([own, *former])
        names = list(dict.fromkeys(known[name] for name in [*former, own]))
        latest = {name: self._store.alerts.latest(name) for name in names}
        opened = [name for name in names if (one := latest[name]) is not None and one.state.open]
        heir = (opened or [name for name in names if latest[name] is not None] or [own])[0]
        for name in dict.fromkeys([own, *former, *names]):
            if known.get(name, name) != heir and name != heir:
                self._store.aliases.add(name, heir, now)
