"""Reads rules back: of the configuration and of chats, how they stand, what they found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import Person
from bot.core.mute import Mute
from bot.core.ports import Store
from bot.core.rule import (
    BackTest,
    ChatRule,
    Hit,
    RulePause,
    RuleState,
    Threshold,
    faults_of,
    suggested,
)
from bot.core.rule_ports import LookBack
from bot.engine.terms import Terms
from bot.engine.views import RuleFacts, RuleRow
from watchers.finding import Response, Severity

HITS_SHOWN = 5
CHART_HOURS = 24
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule, with all that is known of it.

    Attributes:
        made: The rule, where it was made in a chat.
        pause: Why it is not looked for now.
        mute: A mute that hides all of its alerts.
        hits: Newest few, oldest first.
        hour: Records of the last hour; `day` and `week` likewise.
        fired: How often it alerted in the last seven days, or would have in the shadow.
        points: Records in each of the last 24 hours, oldest first.
        problem: Why it cannot be used, "" when it can.
    """

    row: RuleRow
    made: ChatRule | None = None
    pause: RulePause | None = None
    mute: Mute | None = None
    hits: tuple[Hit, ...] = ()
    hour: int = 0
    day: int = 0
    week: int = 0
    fired: int = 0
    points: tuple[tuple[datetime, int], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposed rule, and what it would have done.

    Attributes:
        advice: The threshold that the back-test suggests.
        taken_from: Names of rules that count such lines now, and no more once it is live.
        outranked_by: The rule that is more severe and goes on to count such lines, "" for none.
    """

    rule: ChatRule
    tested: BackTest
    advice: Threshold
    taken_from: tuple[str, ...]
    outranked_by: str


class RuleViews:
    """Reads rules from a store; safe to use from several threads, changes nothing."""

    def __init__(
        self,
        store: Store,
        facts: tuple[RuleFacts, ...],
        terms: Terms,
        named: Callable[[Person], Person],
        look_back: LookBack,
    ) -> None:
        self._store = store
        self._facts = {one.name: one for one in facts}
        self._terms = terms
        self._named = named
        self._look_back = look_back

    def names(self) -> tuple[str, ...]:
        """Of all rules."""
        made = (one.name for one in self._store.rules.all())
        return tuple(dict.fromkeys((*made, *self._facts)))

    def page(self, now: datetime, offset: int, limit: int) -> tuple[tuple[RuleRow, ...], int]:
        """Some rules, and how many there are: those of chats first, then those of the file."""
        made = {one.name: one for one in self._store.rules.all() if one.name not in self._facts}
        known = {*made, *self._facts}
        broken = [one for one in self._store.rules.broken() if one not in known]
        names = [*made, *self._facts, *broken]
        pauses = self._pauses(now)
        rows = [self._row(one, made.get(one), pauses, now) for one in names[offset:][:limit]]
        return tuple(rows), len(names)

    def rule(self, name: str, now: datetime) -> RuleView | None:
        """One rule with all that is known of it, None if there is none of this name."""
        made = self._store.rules.named(name)
        if made is None and name not in self._facts and name not in self._store.rules.broken():
            return None
        if name in self._facts:
            made = None
        pauses = self._pauses(now)
        counts = self._store.rules.counts(name, now - _WEEK)
        pause = pauses.get(name)
        return RuleView(
            row=self._row(name, made, pauses, now),
            made=self._with_names(made) if made is not None else None,
            pause=replace(pause, by=self._named(pause.by)) if pause is not None else None,
            mute=self._mute(name, now),
            hits=self._store.rules.hits(name, HITS_SHOWN),
            hour=sum(count for at, count, _ in counts if at > now - _HOUR),
            day=sum(count for at, count, _ in counts if at > now - _DAY),
            week=sum(count for _, count, _ in counts),
            fired=sum(fired for _, _, fired in counts),
            points=_by_hour(counts, now),
            problem=_problem(made),
        )

    def proposal(self, rule: ChatRule, now: datetime) -> ProposalView:
        """A proposed rule, tried on the files of this host."""
        tested = self._look_back(rule, now)
        others = [self._facts[name] for name in tested.also if name in self._facts]
        alerting = [one for one in others if Response.ALERT in one.responses]
        worse = [one for one in alerting if one.severity.rank > rule.severity.rank]
        return ProposalView(
            rule=self._with_names(rule),
            tested=tested,
            advice=suggested(tested),
            taken_from=() if worse else tuple(one.name for one in alerting),
            outranked_by=worse[0].name if worse else "",
        )

    def _row(
        self, name: str, made: ChatRule | None, pauses: dict[str, RulePause], now: datetime
    ) -> RuleRow:
        rule = self._facts.get(name) or _facts_of(name, made)
        count, last_at = self._store.series.total(f"rule:{name}", now - _DAY)
        pause, until = pauses.get(name), made.until if made is not None else None
        state = RuleState.LIVE if Response.ALERT in rule.responses else RuleState.RECORDS
        state = RuleState.SHADOW if rule.shadow else state
        state = RuleState.TRAINING if rule.training else state
        if rule.origin == "chat":
            count = sum(one for _, one, _ in self._store.rules.counts(name, now - _DAY))
            last_at = next((one.at for one in self._store.rules.hits(name, 1)), None)
            usable = made is not None and not _problem(made)
            state = RuleState.BROKEN if made is None or not usable else RuleState(made.stage.value)
        if pause is not None and state is not RuleState.BROKEN:
            state, until = RuleState.PAUSED, pause.until
        return RuleRow(rule=rule, count=count, last_at=last_at, state=state, until=until)

    def _pauses(self, now: datetime) -> dict[str, RulePause]:
        return {one.rule: one for one in self._store.rules.pauses() if one.holds(now)}

    def _mute(self, name: str, now: datetime) -> Mute | None:
        """A mute of the whole rule and nothing more particular."""
        for mute in self._store.mutes.active(now):
            if [str(one) for one in mute.matchers] == [f"rule={name}"]:
                return replace(mute, by=self._named(mute.by))
        return None

    def _with_names(self, rule: ChatRule) -> ChatRule:
        return replace(rule, by=self._named(rule.by), changed_by=self._named(rule.changed_by))


def _by_hour(
    counts: tuple[tuple[datetime, int, int], ...], now: datetime
) -> tuple[tuple[datetime, int], ...]:
    newest = now.replace(minute=0, second=0, microsecond=0)
    hours = [newest - _HOUR * back for back in reversed(range(CHART_HOURS))]
    return tuple(
        (hour, sum(count for at, count, _ in counts if hour <= at < hour + _HOUR)) for hour in hours
    )


def _facts_of(name: str, made: ChatRule | None) -> RuleFacts:
    """A rule made in a chat as far as people are told; None for one that cannot be read."""
    return RuleFacts(
        name=name,
        title="",
        severity=made.severity if made is not None else Severity.INFO,
        pattern=made.pattern if made is not None else "",
        responses=frozenset({Response.ALERT}),
        origin="chat",
        exclude=made.exclude if made is not None else "",
        recovery=made.recovery if made is not None else "",
        files=made.files if made is not None else (),
    )


def _problem(rule: ChatRule | None) -> str:
    """Why a rule that is kept cannot be used."""
    faults = faults_of(rule) if rule is not None else ()
    return next((one.detail or one.flaw.value for one in faults), "")
