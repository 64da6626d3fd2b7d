"""Tells of disks that will be full soon if they go on filling as they do."""

from datetime import datetime, timedelta

from bot.core.health import Forecast
from bot.core.ports import Store
from bot.engine.forecasting import disks_full_in
from bot.engine.terms import Terms
from watchers.delay import Delay, write_span
from watchers.finding import Finding, Severity
from watchers.health import Disk, HostSample

FULL = "health:full"
"""The rule of disks that will be full."""
LOOK_EVERY = timedelta(minutes=5)
_STANDS = Delay(down=3 * LOOK_EVERY)
_WELL = 1.5
"""So many times farther off it must be to be over."""
_MOST_KNOWN = 10_000


class Foretelling:
    """What is to be said of the disks of a host whose sample was kept; not thread-safe."""

    def __init__(self, store: Store, terms: Terms) -> None:
        self._store = store
        self._terms = terms
        self._looked_at: dict[str, datetime] = {}
        self._well: set[tuple[str, str]] = set()
        """Of which it was said, or need not be, that they are not about to be full."""

    def heard(self, agent: str, sample: HostSample, now: datetime) -> tuple[Finding, ...]:
        """Look at the course of the disks now and then."""
        looked_at = self._looked_at.get(agent)
        if not self._terms.full_within or (looked_at and now - looked_at < LOOK_EVERY):
            return ()
        if len(self._looked_at) >= _MOST_KNOWN:
            self._looked_at.clear()
            self._well.clear()
        self._looked_at[agent] = now
        foretold = disks_full_in(self._store, sample, now)
        judged = (
            self._judged(agent, sample, one, foretold[one.mount], now) for one in sample.disks
        )
        return tuple(one for one in judged if one is not None)

    def _judged(
        self, agent: str, sample: HostSample, disk: Disk, forecast: Forecast | None, now: datetime
    ) -> Finding | None:
        key = (agent, disk.mount)
        within = self._terms.full_within
        soon = forecast is not None and forecast.span <= within
        far = forecast is None or forecast.span > _WELL * within
        if not soon and (not far or key in self._well):
            return None
        if soon:
            self._well.discard(key)
        else:
            self._well.add(key)
        labels = {"host": sample.host, "mount": disk.mount}
        return Finding(
            id=f"{FULL}|{agent}|{disk.mount}|{now.isoformat()}",
            rule=FULL,
            severity=self._terms.full_severity if soon else Severity.INFO,
            labels=labels if agent == sample.host else {**labels, "agent": agent},
            title=_said(disk, forecast if soon else None),
            first_at=now,
            seen_at=now,
            value=round(disk.used * 100, 1),
            unit="%",
            recovers=not soon,
            delay=_STANDS,
        )


def _said(disk: Disk, forecast: Forecast | None) -> str:
    if forecast is None:
        return f"Disk {disk.mount} {disk.used:.0%}, not about to be full"
    sure = f" ± {_rough(forecast.give)}" if forecast.give <= forecast.span else ""
    return f"Disk {disk.mount} {disk.used:.0%}, full in {_rough(forecast.span)}{sure}"


def _rough(span: timedelta) -> str:
    """A forecast is not good to the minute."""
    unit = timedelta(hours=1) if span >= timedelta(hours=2) else timedelta(minutes=5)
    return write_span(max(1, round(span / unit)) * unit)
