"""How long it took until somebody had an alert, and until it was over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import mean, median

from bot.core.alert import AlertState
from bot.core.why import Why
from watchers.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A recorded change, with what the alert is told by.

    Attributes:
        identity: What matchers see.
    """

    alert_id: int
    source: AlertState | None
    target: AlertState
    why: Why
    at: datetime
    severity: Severity
    identity: Mapping[str, str]

    @property
    def opens(self) -> bool:
        """Whether the alert fired with it, first or again."""
        return self.target.open and (self.source is None or not self.source.open)

    @property
    def ends(self) -> bool:
        """Whether the alert was over with it."""
        return not self.target.open and self.source is not None and self.source.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An alert from firing to resolved; one that fires again has another.

    Attributes:
        acknowledged_at: When somebody took it on first, None when nobody did.
        resolved_at: None while it is open.
    """

    alert_id: int
    opened_at: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long several things took.

    Attributes:
        count: How many; at least 1.
        median: Half took no longer; of an even number, the mean of the two in the middle.
        mean: What the name MTTA or MTTR promises; one that took a night moves it far.
    """

    count: int
    median: timedelta
    mean: timedelta


def episodes(passages: Iterable[Passage]) -> tuple[Episode, ...]:
    """The episodes of some alerts, by when they began; `passages` are in order of each alert.

    Of one whose beginning is not among them nothing is known.
    """
    going: dict[int, Episode] = {}
    done: list[Episode] = []
    for one in passages:
        episode = going.get(one.alert_id)
        if one.opens:
            going[one.alert_id] = Episode(alert_id=one.alert_id, opened_at=one.at)
        elif episode is None:
            continue
        elif one.ends:
            done.append(replace(going.pop(one.alert_id), resolved_at=one.at))
        elif one.why is Why.ACKNOWLEDGED and episode.acknowledged_at is None:
            going[one.alert_id] = replace(episode, acknowledged_at=one.at)
    return tuple(sorted([*done, *going.values()], key=lambda one: (one.opened_at, one.alert_id)))


def until_acknowledged(
    several: Iterable[Episode], since: datetime, until: datetime
) -> Waits | None:
    """Time to acknowledge (MTTA): from firing to the first acknowledgement of the episode.

    Of the episodes that somebody took on for the first time in ``[since, until)``; those that
    nobody took on have none. None without any.
    """
    return _waits(
        one.acknowledged_at - one.opened_at
        for one in several
        if one.acknowledged_at is not None and since <= one.acknowledged_at < until
    )


def until_resolved(several: Iterable[Episode], since: datetime, until: datetime) -> Waits | None:
    """Time to resolve (MTTR): from firing to resolved, whoever resolved it.

    Of the episodes that ended in ``[since, until)``. One that ended by itself took the quiet time
    too that its end had to be waited for. None without any.
    """
    return _waits(
        one.resolved_at - one.opened_at
        for one in several
        if one.resolved_at is not None and since <= one.resolved_at < until
    )


def _waits(spans: Iterable[timedelta]) -> Waits | None:
    # A clock that was put back must not make a wait of less than nothing.
    seconds = [max(0.0, span.total_seconds()) for span in spans]
    if not seconds:
        return None
    return Waits(
        count=len(seconds),
        median=timedelta(seconds=median(seconds)),
        mean=timedelta(seconds=mean(seconds)),
    )
