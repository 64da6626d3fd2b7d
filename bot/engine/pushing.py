"""Takes what others push in: each request once, and what is told again only where it is news."""

from dataclasses import replace
from datetime import datetime

from bot.core.fingerprint import fingerprint
from bot.core.ports import Store
from bot.core.pushed import Push
from watchers.finding import Finding, Report


class Pushing:
    """The engine's hand for what is pushed; every method runs inside the engine's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def admit(self, push: Push, now: datetime) -> bool:
        """Keep what came to nothing, and the keys; False for a request that came before."""
        # All keys are kept, also when one of them is known.
        fresh = {self._store.inbox.add(key, {}, now, pending=False) for key in push.keys}
        if False in fresh:
            return False
        self._store.kept_events.keep(push.kept)
        return True

    def report(self, push: Push) -> Report:
        """Its findings; those of alerts that are over here count anew."""
        return Report(agent=push.agent, findings=tuple(map(self._anew, push.findings)))

    def _anew(self, finding: Finding) -> Finding:
        """What others say again is no news, but of an alert that is over here it is."""
        latest = self._store.alerts.latest(fingerprint(finding.rule, finding.labels))
        if finding.recovers or latest is None:
            return finding
        times = latest.reopened + (not latest.state.open)
        return replace(finding, id=f"{finding.id}|{times}") if times else finding
