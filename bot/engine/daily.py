"""Reads back a chat's day: what came, what is open, how long things took, what got worse."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.catalogue import Listed
from bot.core.daily import Day
from bot.core.mute import fingerprints_of, mute_over
from bot.core.passages import Passage, Waits, episodes, until_acknowledged, until_resolved
from bot.core.ports import Store
from bot.core.subscription import Target
from bot.core.tally_ports import DigestPlan, Tally
from bot.engine.digesting import zone_of
from bot.engine.mute_views import MuteViews
from bot.engine.places import By, Ranked, ranked
from bot.engine.rankings import FINE, Rankings, floored
from bot.engine.scope import Scope, scope_of_chat
from bot.engine.terms import DigestTerms
from bot.engine.views import MuteRow, SeverityPoint
from watchers.finding import Severity

NOISIEST = 5
WORST = 3
FRESH = 5
_MOST_FRESH = 500
GREW = 3
_TIMES_WORSE = 2
_LEAST_GROWTH = 10
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyView:
    """A day of a chat, and how it was the day before.

    Attributes:
        day: From when to when; figures of now are as of when this was read.
        scope: What it is of.
        opened: How often alerts fired, first or again, by severity; without those of none.
        opened_before: The same of the day before, in all.
        open: How many are open now, by severity.
        muted: How many of these a mute hides.
        worst: The worst few of these, newest first.
        acknowledged: Time to acknowledge; None when nobody took any on.
        resolved: Time to resolve; None when none ended.
        hours: Records by hour and severity, only those with any, oldest first.
        total: Records of the day.
        before: Records of the day before.
        compares: Whether the day before is known.
        noisiest: The templates with the most records.
        grown: Services that found much more than the day before, most first.
        mutes: What is muted now and concerns the chat.
        fresh: Kinds of messages found for the first time, the most frequent few.
        fresh_total: How many these are in all.
    """

    day: Day
    scope: Scope
    opened: Mapping[Severity, int]
    opened_before: int
    open: Mapping[Severity, int]
    muted: int
    worst: tuple[Alert, ...]
    acknowledged: Waits | None
    resolved: Waits | None
    hours: tuple[SeverityPoint, ...]
    total: int
    before: int
    compares: bool
    noisiest: tuple[Ranked, ...]
    grown: tuple[Ranked, ...]
    mutes: tuple[MuteRow, ...]
    fresh: tuple[Listed, ...] = ()
    fresh_total: int = 0

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.total or self.mutes or any((*self.opened.values(), *self.open.values())))


class Daily:
    """Read models of daily digests; safe to use from several threads, changes nothing."""

    def __init__(
        self, store: Store, rankings: Rankings, muting: MuteViews, terms: DigestTerms
    ) -> None:
        self._store = store
        self._rankings = rankings
        self._muting = muting
        self._terms = terms

    def plan(self, target: Target) -> DigestPlan:
        """When a chat gets its digest; as configured where nothing is stored yet."""
        mine = self._store.subscriptions.of(target)
        return self._store.digests.get(target) or DigestPlan(
            target=target,
            clock=self._terms.daily_at if mine else None,
            zone=zone_of(target, mine, self._terms.zone),
        )

    def day(self, target: Target, day: Day, now: datetime) -> DailyView:
        """A day of a chat: of what it subscribed to, or everything when that is nothing."""
        scope = scope_of_chat(self._store.subscriptions.of(target))
        # Every day ends and begins where five minutes do: no record is counted in two or in none.
        counted = Day(before=_fine(day.before), since=_fine(day.since), until=_fine(day.until))
        tallies = self._rankings.tallies(scope, counted.before, counted.since, counted.until)
        compares = self._rankings.known_since(day.before)
        opened, opened_before = self._opened(scope, day)
        history = episodes(_taken(self._store.passages.through(day.since, day.until), scope))
        by_severity, muted, worst = self._open(scope, now)
        fresh = self._fresh(scope, day)
        return DailyView(
            day=day,
            scope=scope,
            opened=opened,
            opened_before=opened_before,
            open=by_severity,
            muted=muted,
            worst=worst,
            acknowledged=until_acknowledged(history, day.since, day.until),
            resolved=until_resolved(history, day.since, day.until),
            hours=self._hours(tallies, counted),
            total=sum(one.records for one in tallies),
            before=sum(one.before for one in tallies),
            compares=compares,
            noisiest=self._rankings.with_examples(ranked(tallies, By.TEMPLATE, NOISIEST)[0]),
            grown=_grown(tallies) if compares else (),
            mutes=self._muting.of_chat(target, now),
            fresh=fresh[:FRESH],
            fresh_total=len(fresh),
        )

    def _fresh(self, scope: Scope, day: Day) -> tuple[Listed, ...]:
        """Kinds of messages that were new; none while everything is."""
        began = self._store.catalogue.began()
        if began is None or began > day.since:
            return ()
        return tuple(
            one
            for one in self._store.catalogue.begun(day.since, day.until, _MOST_FRESH)
            if scope.takes(
                one.severity,
                {"service": one.service, "rule": one.rule, "severity": one.severity.value},
            )
        )

    def _opened(self, scope: Scope, day: Day) -> tuple[Mapping[Severity, int], int]:
        """How often alerts fired, by severity; and how often the day before."""
        passages, least = self._store.passages, scope.by_severity
        if least is None:
            found = _taken(passages.openings(day.before, day.until), scope)
            here = Counter(one.severity for one in found if one.at >= day.since)
            return here, sum(one.at < day.since for one in found)
        tallies = (passages.tally(day.since, day.until), passages.tally(day.before, day.since))
        now, before = (
            {one: count for one, count in tally.items() if one.rank >= least.rank}
            for tally in tallies
        )
        return now, sum(before.values())

    def _open(
        self, scope: Scope, now: datetime
    ) -> tuple[Mapping[Severity, int], int, tuple[Alert, ...]]:
        """What is open now: how many by severity, how many of them muted, and the worst few."""
        alerts, mutes = self._store.alerts, self._store.mutes.active(now)
        hidden = [
            one
            for one in (alerts.open_briefly(fingerprints_of(mutes)) if mutes else ())
            if scope.takes(one.severity, one.identity)
        ]
        muted = sum(mute_over(one.identity, mutes, now) is not None for one in hidden)
        least = scope.by_severity
        if least is not None:
            severities = [one for one in Severity if one.rank >= least.rank]
            worst, _ = alerts.open_page(severities, 0, WORST)
            tally = alerts.open_tally()
            return {one: tally[one] for one in severities if one in tally}, muted, worst
        here = [one for one in alerts.open_briefly() if scope.takes(one.severity, one.identity)]
        here.sort(key=lambda one: -one.severity.rank)
        found = (alerts.get(one.id) for one in here[:WORST])
        worst = tuple(one for one in found if one is not None)
        return Counter(one.severity for one in here), muted, worst

    def _hours(self, tallies: Iterable[Tally], day: Day) -> tuple[SeverityPoint, ...]:
        kinds: dict[Severity, list[int]] = {}
        for one in tallies:
            if one.records:
                kinds.setdefault(one.kind.severity, []).append(one.kind.id)
        points: Counter[tuple[int, Severity]] = Counter()
        for severity, numbers in kinds.items():
            for at, count in self._store.tallies.points(day.since, day.until, numbers):
                points[(at - day.since) // _HOUR, severity] += count
        return tuple(
            SeverityPoint(at=day.since + hour * _HOUR, severity=severity, count=count)
            for (hour, severity), count in sorted(
                points.items(), key=lambda pair: (pair[0][0], pair[0][1].rank)
            )
        )


def _fine(at: datetime) -> datetime:
    return floored(at, FINE)


def _taken(passages: Iterable[Passage], scope: Scope) -> list[Passage]:
    return [one for one in passages if scope.takes(one.severity, one.identity)]


def _grown(tallies: Iterable[Tally]) -> tuple[Ranked, ...]:
    """Services with at least twice the records of before, and some more than that."""
    grown = [
        one
        for one in ranked(tallies, By.SERVICE)[0]
        if one.count >= _TIMES_WORSE * one.before and one.count - one.before >= _LEAST_GROWTH
    ]
    grown.sort(key=lambda one: one.before - one.count)
    return tuple(grown[:GREW])
