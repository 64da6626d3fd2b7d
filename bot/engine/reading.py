"""Reads alerts back as the views of cards and lists."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.alert import LARKWATCH, Alert, Person, Transition
from bot.core.audit import Entry
from bot.core.catalogue import CataloguePage, Which
from bot.core.grouping import GroupKind
from bot.core.matcher import Matcher, all_take
from bot.core.mute import Mute, fingerprints_of, mute_of, mute_over
from bot.core.ports import OutboxTally, Store
from bot.core.pushed import EventTally
from bot.core.rule_ports import LookBack, NoLookBack
from bot.core.subscription import Acting, Language, Mention, Subscription, Target, Ways
from bot.core.why import Why
from bot.engine.daily import Daily
from bot.engine.delivering import Delivering
from bot.engine.field_courses import FieldCourses
from bot.engine.field_rankings import FieldRankings
from bot.engine.health_views import HealthViews
from bot.engine.lookup_views import LookupViews
from bot.engine.mentioning import known_people
from bot.engine.mute_views import MuteViews
from bot.engine.names import Names
from bot.engine.on_call import Duty, OnCall
from bot.engine.permitting import Permitting
from bot.engine.rankings import Rankings
from bot.engine.rule_views import RuleViews
from bot.engine.sifting import Sifting
from bot.engine.terms import Terms
from bot.engine.tracing import Tracing
from bot.engine.views import (
    AgentRow,
    AlertPage,
    AlertView,
    ChatView,
    Choices,
    ConfigFacts,
    DeliveryFacts,
    ErrandView,
    GroupView,
    MuteRow,
    RatePoint,
    RuleFacts,
    SeverityPoint,
    StatusView,
)
from watchers.finding import Severity

GROUP_ROWS = 10
RATE_MINUTES = 30
MATCH_MINUTES = 60
TIMELINE_LENGTH = 6
REMEMBERED = 50
COMMENTS_SHOWN = 3
_DAY = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)


class Asking(Protocol):
    """Who asks, and where."""

    @property
    def person(self) -> Person: ...  # noqa: D102 - the type says it
    @property
    def target(self) -> Target: ...  # noqa: D102
    @property
    def admins(self) -> frozenset[str]: ...  # noqa: D102


class Views:
    """Read models of one store; safe to use from several threads, changes nothing.

    Attributes:
        muting: More of mutes.
        templates: The words of messages, as configured.
        configuration: What is said of it; None when there is none to speak of.
        health: How hosts stand.
        looking: Log lines around records and by words, and whole timelines.
        tracing: Why alerts were told or not.
        names: By which people speak of alerts.
        sifting: Lists of alerts.
        rankings: What was found most, and how that went.
        field_rankings: Which values of a field were found most.
        field_courses: How the numbers of a field or a host went.
        daily: The day of a chat.
        ruling: Rules of the configuration and of chats.
    """

    def __init__(
        self,
        store: Store,
        rules: tuple[RuleFacts, ...],
        started_at: datetime,
        version: str,
        terms: Terms = Terms(),  # noqa: B008 - frozen
        configuration: ConfigFacts | None = None,
        look_back: LookBack | None = None,
    ) -> None:
        """`configuration` is what is said of it, None when there is none to speak of."""
        self._store = store
        self._rules = rules
        self._started_at = started_at
        self._version = version
        self._permitting = Permitting(store)
        self._on_call = OnCall(store, terms.rotas, self._person)
        self._errands = {one.key: one for some in terms.errands.values() for one in some}
        self.templates = terms.templates
        self.configuration = configuration
        self.muting = MuteViews(store, self._person)
        self.ruling = RuleViews(store, rules, terms, self._person, look_back or NoLookBack())
        self.delivering = Delivering(store, terms.monthly_calls)
        self.names = Names(store, tuple(rule.name for rule in rules))
        self.sifting = Sifting(store, self._named)
        self.health = HealthViews(store)
        self.looking = LookupViews(store, self._named_transition)
        self.tracing = Tracing(store, rules, terms, self._person)
        self.rankings = Rankings(store)
        self.field_rankings = FieldRankings(store)
        self.field_courses = FieldCourses(store)
        self.daily = Daily(store, self.rankings, self.muting, terms.digest)

    def alert(
        self, alert_id: int, now: datetime, timeline: int = TIMELINE_LENGTH
    ) -> AlertView | None:
        """One alert as its card shows it, None if there is no such alert."""
        alert = self._store.alerts.get(alert_id)
        if alert is None:
            return None
        happened = self._store.alerts.transitions(alert_id, max(timeline, REMEMBERED))
        named = tuple(self._named_transition(one) for one in happened)
        comments = tuple(one for one in named if one.why is Why.COMMENTED)
        mute = mute_of(alert, self._store.mutes.active(now), now)
        return AlertView(
            alert=self._named(alert),
            mute=self._named_mute(mute) if mute else None,
            rate=self._rate(f"alert:{alert_id}", now),
            together=self._store.noise.together(alert_id),
            timeline=named[-timeline:],
            comments=comments[-COMMENTS_SHOWN:],
            escalation=self._store.escalations.get(alert_id),
            errands=self._errands_of(alert),
        )

    def errand(self, run_id: int) -> ErrandView | None:
        """One errand, with what is configured of it now."""
        run = self._store.errands.get(run_id)
        return ErrandView(run=run, errand=self._errands.get(run.key)) if run is not None else None

    def _errands_of(self, alert: Alert) -> tuple[ErrandView, ...]:
        if not self._errands:
            return ()
        return tuple(
            ErrandView(run=run, errand=self._errands.get(run.key))
            for run in self._store.errands.of(alert.id)
            if run.round_at == alert.opened_at
        )

    def group(
        self, group_id: int, now: datetime, since: datetime | None = None
    ) -> GroupView | None:
        """Alerts that share a card; `since` is for how many came in lately."""
        facts = self._store.groups.shown(group_id, GROUP_ROWS)
        if facts is None:
            return None
        mutes = self._store.mutes.active(now)
        hiding = ((alert, mute_of(alert, mutes, now)) for alert in facts.alerts)
        return GroupView(
            group=facts.group,
            rows=tuple(
                AlertView(alert=self._named(alert), mute=self._named_mute(mute) if mute else None)
                for alert, mute in hiding
            ),
            total=sum(facts.states.values()),
            states=facts.states,
            rules=facts.rules,
            services=facts.services,
            joined=self._store.groups.joined(group_id, since) if since else 0,
        )

    def shared(self, alert_id: int, target: Target, message_id: str) -> int | None:
        """The group whose card a message is, None for an alert's own card and any other."""
        card = self._store.outbox.card(alert_id, target)
        group = self._store.groups.of(alert_id, target)
        if card is None or group is None or card.message_id != message_id:
            return None
        return None if group.kind is GroupKind.ALONE else group.id

    def some(self, alert_ids: Iterable[int], now: datetime) -> tuple[AlertView, ...]:
        """Those of these alerts that are still known, in their order; without rate and timeline."""
        mutes = self._store.mutes.active(now)
        found = (self._store.alerts.get(one) for one in alert_ids)
        return tuple(
            AlertView(alert=self._named(alert), mute=mute_of(alert, mutes, now))
            for alert in found
            if alert is not None
        )

    def open_alerts(
        self,
        now: datetime,
        matchers: Iterable[Matcher] = (),
        least_severity: Severity | None = None,
        offset: int = 0,
        limit: int = 10,
    ) -> AlertPage:
        """Open alerts, worst first, then newest; muted ones included and marked."""
        wanted = tuple(matchers)
        least = least_severity.rank if least_severity else 0
        alerts = self._store.alerts
        if wanted:
            found = [
                alert
                for alert in alerts.open_briefly()
                if alert.severity.rank >= least and all_take(wanted, alert.identity)
            ]
            found.sort(key=lambda alert: -alert.severity.rank)
            shown = [alerts.get(alert.id) for alert in found[offset : offset + limit]]
            page, total = tuple(alert for alert in shown if alert is not None), len(found)
        else:
            severities = [one for one in Severity if one.rank >= least]
            page, total = alerts.open_page(severities, offset, limit)
        mutes = self._store.mutes.active(now)
        rows = tuple(
            AlertView(alert=self._named(alert), mute=mute_of(alert, mutes, now)) for alert in page
        )
        return AlertPage(rows=rows, total=total)

    def catalogue(self, which: Which, service: str, offset: int, limit: int) -> CataloguePage:
        """A part of the kinds of messages that were found; of all services with ""."""
        return self._store.catalogue.page(which, service, offset, limit)

    def mutes(self, now: datetime) -> tuple[MuteRow, ...]:
        """Mutes that hide or will, first to end first, with how many open alerts each takes."""
        return self.muting.standing(now)

    def chat(self, target: Target) -> ChatView:
        """A chat's subscriptions and language."""
        mine = self._store.subscriptions.of(target)
        named = {who for one in mine for who in (*one.ways.actors, *one.ways.mentions)}
        return ChatView(
            subscriptions=tuple(self._named_subscription(one) for one in mine),
            language=self._store.chats.language(target.address) or Language.ZH,
            people=self.people(sorted(named)),
        )

    def spoken_to(self, person_id: str) -> Language | None:
        """The language a person chose, None for that of each chat."""
        return self._store.chats.person_language(person_id)

    def may_act(self, asking: Asking, alert_id: int | None) -> bool:
        """Whether who asks may act on an alert where they ask; on several at once with None."""
        person, target, admins = asking.person, asking.target, asking.admins
        return self._permitting.may_act(person.id, target, alert_id, admins)

    def depends_on_leaders(self, target: Target) -> bool:
        """Whether rights in a chat depend on who leads it, which only Feishu knows."""
        return self._permitting.depends_on_leaders(target)

    def ways(self, alert: Alert, target: Target) -> Ways:
        """How a target is told of an alert."""
        return self._permitting.ways(alert, target)

    def mentions(self, alert: Alert, target: Target, now: datetime) -> tuple[str, ...]:
        """open_ids of whom the alert's card mentions in this chat."""
        ways = self.ways(alert, target)
        on_call: list[str] = []
        if ways.mention is Mention.ON_CALL:
            turns = [duty.now for duty in self._on_call.duties(now)]
            on_call = [turn.person.id for turn in turns if turn is not None]
        return known_people(self._store, (*on_call, *ways.mentions), now)

    def shows_buttons(self, alert: Alert, target: Target) -> bool:
        """Whether anybody may act on the alert's card in this chat."""
        return self.ways(alert, target).acting is not Acting.NOBODY

    def audit(self, chat: str | None, alert_id: int | None, limit: int) -> tuple[Entry, ...]:
        """The newest actions of a chat, or everywhere with None; of one alert where it is named."""
        entries = self._store.audit.newest(limit, alert_id=alert_id, chat=chat)
        return tuple(replace(one, subject=self._called(one.subject)) for one in entries)

    def kept_events(self, limit: int) -> tuple[EventTally, ...]:
        """What was pushed and came to nothing, by name, newest first."""
        return self._store.kept_events.tallies(limit)

    def _called(self, subject: str) -> str:
        """The name of a chat or person; anything else as it is."""
        if subject.startswith("oc_"):
            chat = self._store.chats.get(subject)
            return (chat.name if chat is not None else "") or subject
        return (self._store.chats.name(subject) if subject.startswith("ou_") else "") or subject

    def people(self, ids: Iterable[str]) -> tuple[Person, ...]:
        """People by their open_ids, with names as far as they are known."""
        return tuple(Person(id=one, name=self._store.chats.name(one)) for one in ids)

    def duties(self, now: datetime) -> tuple[Duty, ...]:
        """Who is on call, of every rota."""
        return self._on_call.duties(now)

    def choices(self) -> Choices:
        """What a subscription form offers."""
        return Choices(
            rules=self.ruling.names(),
            services=self._store.alerts.services(),
        )

    def status(self, now: datetime) -> StatusView:
        """How everything stands."""
        mutes = self._store.mutes.active(now)
        hideable = self._store.alerts.open_briefly(fingerprints_of(mutes))
        return StatusView(
            agents=tuple(
                AgentRow(agent=a.agent, heard_at=a.heard_at, host=a.host, sources=a.sources)
                for a in self._store.agents.all()
            ),
            open_by_severity={**dict.fromkeys(Severity, 0), **self._store.alerts.open_tally()},
            muted=sum(mute_over(alert.identity, mutes, now) is not None for alert in hideable),
            delivery=_delivery(self._store.outbox.tally(now - _DAY, now), now),
            troubles=self.delivering.troubles(now),
            figures=self.delivering.figures(now),
            matches=self._matches(now),
            subscriptions=len(self._store.subscriptions.all()),
            started_at=self._started_at,
            version=self._version,
            configuration=self.configuration,
        )

    def _rate(self, key: str, now: datetime) -> tuple[RatePoint, ...]:
        newest = now.replace(second=0, microsecond=0)
        oldest = newest - _MINUTE * (RATE_MINUTES - 1)
        counts = dict(self._store.series.read(key, oldest))
        minutes = (oldest + _MINUTE * n for n in range(RATE_MINUTES))
        return tuple(RatePoint(at=minute, count=counts.get(minute, 0)) for minute in minutes)

    def _matches(self, now: datetime) -> tuple[SeverityPoint, ...]:
        since = now.replace(second=0, microsecond=0) - _MINUTE * (MATCH_MINUTES - 1)
        points = [
            SeverityPoint(at=at, severity=severity, count=count)
            for severity in Severity
            for at, count in self._store.series.read(f"severity:{severity.value}", since)
        ]
        return tuple(sorted(points, key=lambda point: (point.at, point.severity.rank)))

    def _person(self, person: Person) -> Person:
        """With the name known by now: events name people by id only."""
        if person.name or person == LARKWATCH:
            return person
        return replace(person, name=self._store.chats.name(person.id))

    def _named(self, alert: Alert) -> Alert:
        return replace(
            alert,
            acknowledged_by=self._person(alert.acknowledged_by) if alert.acknowledged_by else None,
            resolved_by=self._person(alert.resolved_by) if alert.resolved_by else None,
            assignee=self._person(alert.assignee) if alert.assignee else None,
            severity_by=self._person(alert.severity_by) if alert.severity_by else None,
            followers=tuple(self._person(one) for one in alert.followers),
        )

    def _named_transition(self, transition: Transition) -> Transition:
        note = transition.note
        if transition.why is Why.ASSIGNED and note:
            note = self._person(Person(id=note, name="")).name or note
        return replace(transition, by=self._person(transition.by), note=note)

    def _named_mute(self, mute: Mute) -> Mute:
        return replace(mute, by=self._person(mute.by))

    def _named_subscription(self, subscription: Subscription) -> Subscription:
        return replace(subscription, by=self._person(subscription.by))


def _delivery(tally: OutboxTally, now: datetime) -> DeliveryFacts:
    ranked = sorted(tally.latencies_s)
    oldest = tally.oldest_due_at
    return DeliveryFacts(
        sent=tally.sent,
        given_up=tally.given_up,
        retried=tally.retried,
        waiting=tally.waiting,
        oldest_waiting_s=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        latency_p50_s=_quantile(ranked, 0.5),
        latency_p99_s=_quantile(ranked, 0.99),
        last_fault=tally.last_fault,
    )


def _quantile(ranked: list[float], share: float) -> float | None:
    """Nearest-rank quantile of a sorted list."""
    if not ranked:
        return None
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
