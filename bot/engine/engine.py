"""Applies findings and actions to alerts, one transaction each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Protocol, TypeVar

from bot.core.advice import Advice
from bot.core.alert import LARKWATCH, Alert, Person
from bot.core.audit import Actor, Source
from bot.core.catalogue import Listed
from bot.core.concern import Concern, ConcernKind
from bot.core.errand import ErrandRun, ErrandState
from bot.core.errors import ConflictError, DeliveryError, InvalidTransitionError, Refusal
from bot.core.lookup import Lookup
from bot.core.mass import MassAct, MassAction
from bot.core.matcher import Matcher
from bot.core.mute import Effect, Mute, Until
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.numbers import Taken
from bot.core.ports import Calendar, Store
from bot.core.pushed import Push
from bot.core.rota import Shift
from bot.core.subscription import Language, Subscription, Target, Wish
from bot.core.tally_ports import DigestPlan
from bot.core.verdict import Verdict
from bot.engine.acting import Acting
from bot.engine.after_hours import AfterHours
from bot.engine.auditing import Auditing
from bot.engine.beginning import Beginnings
from bot.engine.changing import Changing
from bot.engine.deadlines import Deadlines
from bot.engine.digesting import Digesting
from bot.engine.errand_outcomes import ErrandOutcomes
from bot.engine.errands import Errands
from bot.engine.escalating import Escalating
from bot.engine.field_keeping import FieldKeeping
from bot.engine.grouping import Grouping
from bot.engine.health import HealthKeeping
from bot.engine.judging import Judging
from bot.engine.listening import Listening
from bot.engine.looking import Looking
from bot.engine.massing import Massing
from bot.engine.muting import Muting
from bot.engine.numbering import Numbering
from bot.engine.overseeing import Overseeing
from bot.engine.paging import Paging
from bot.engine.pushing import Pushing
from bot.engine.reminding import Reminding
from bot.engine.ruling import Ruling
from bot.engine.speaking import Speaking
from bot.engine.subscribing import Subscribing
from bot.engine.suppressing import Suppressing
from bot.engine.tallying import Tallying
from bot.engine.telling import Telling
from bot.engine.terms import Terms
from bot.engine.tokens import ANSWERS_KEPT
from bot.engine.vigilance import Vigilance
from watchers.finding import Report, Severity, SourceProgress
from watchers.measured import Measured
from watchers.questions import Answer, Question
from watchers.spans import UNTRACED, Tracer

_T = TypeVar("_T")
TRIES = 5
"""A change that meets another one reads the alert again and decides anew, so often."""

_CONFIG = Actor(id="", name="larkwatch.toml", source=Source.CONFIG)


class Sweep(Protocol):
    """Work that falls due by the clock."""

    def due(self, now: datetime) -> bool:
        """Whether there is any; looks without the write lock, since mostly there is none."""
        ...

    def sweep(self, now: datetime) -> None:
        """Do it, inside the engine's transaction."""
        ...


class Engine:
    """Decides; every public method is one transaction and may be called from any thread.

    Attributes:
        wake: Called after a change that may owe something.
        ruling: For rules made in chats.

    Raises:
        BusyError: From every method, if the store stayed locked or is full; nothing changed.
    """

    def __init__(
        self,
        store: Store,
        terms: Terms,
        wake: Callable[[], None],
        tracer: Tracer = UNTRACED,
    ) -> None:
        """`wake` is called after a change that may owe something; it must not block."""
        self._store = store
        self._terms = terms
        self._grouping = Grouping(store, terms)
        self._auditing = Auditing(store)
        self._telling = Telling(store, terms, self._grouping, Beginnings(store, terms))
        errands = Errands(store, terms)
        escalating = Escalating(store, terms, errands)
        self._changing = Changing(
            store, terms, self._telling, self._auditing, Suppressing(store), escalating, tracer
        )
        self._outcomes = ErrandOutcomes(store, self._telling, self._changing, errands)
        self._acting = Acting(store, terms, self._telling, self._changing)
        self._judging = Judging(store, self._telling, self._changing, self._auditing)
        self._listening = Listening(store, self._telling, self._changing)
        self._deadlines = Deadlines(store, self._telling, self._changing)
        self._muting = Muting(
            store, terms.mutes, self._telling, self._changing, self._auditing, escalating
        )
        self._looking = Looking(store)
        self._massing = Massing(store, self._acting)
        self._tallying = Tallying(store)
        self._numbering = Numbering(store, terms.series)
        self._fields = FieldKeeping(store)
        self._pushing = Pushing(store)
        self._digesting = Digesting(store, terms.digest, self._telling, self._auditing)
        self._subscribing = Subscribing(store, self._telling, self._auditing)
        self._speaking = Speaking(store, self._subscribing, self._auditing)
        self._overseeing = Overseeing(store, terms)
        self._paging = Paging(
            store, terms, self._telling, self._changing, escalating, self._overseeing
        )
        self.ruling = Ruling(store, terms, self._telling, self._changing, self._auditing, wake)
        self._health = HealthKeeping(store, terms, self._changing, self._auditing)
        self._sweeps: tuple[Sweep, ...] = (
            self._listening,
            self._deadlines,
            self._massing,
            self._looking,
            self._muting,
            self._paging,
            self._grouping,
            AfterHours(store),
            self._digesting,
            Reminding(store, terms.mutes, self._telling),
            self._overseeing,
            Vigilance(store, self._overseeing),
            self.ruling,
            self._tallying,
            self._fields,
            self._health,
        )
        self.wake = wake

    def report(self, report: Report, now: datetime) -> None:
        """Count findings in, keep positions and progress; a finding counts once, by its id."""

        def take() -> None:
            self._find(report, now)
            self._looking.answered(report.agent, report.answers, now)
            self._fields.count(report, now)
            self._numbering.heard(report, now)
            self._store.agents.heard(report, now)
            self._health.heard(report, now)
            self._settle_mutes(now)
            self._gave_up(report.given_up, now)
            self._clocks_off(report.progress, now)

        self._decided(take)
        if report.findings or report.answers or report.given_up:
            self.wake()

    def take_numbers(self, numbers: Sequence[Measured], now: datetime) -> Taken:
        """Keep numbers of series, for charts and for the rules on them.

        Raises:
            BusyError: If rules are too far behind, too.
        """
        with self._store.transaction():
            return self._numbering.take(numbers, now)

    def pushed(self, push: Push, now: datetime) -> bool:
        """Count in what somebody pushed, and keep what came to nothing; False if it came before."""

        def take() -> bool:
            if not self._pushing.admit(push, now):
                return False
            self._find(self._pushing.report(push), now)
            self._settle_mutes(now)
            return True

        fresh = self._decided(take)
        if fresh and push.findings:
            self.wake()
        return fresh

    def numbers_judged(self, report: Report, numbers: Collection[int], now: datetime) -> None:
        """Count in what rules found in numbers, and keep what they know by now."""

        def take() -> None:
            self._find(report, now)
            self._store.agents.keep(report)
            self._store.numbers.judged(numbers)
            self._settle_mutes(now)

        self._decided(take)
        if report.findings:
            self.wake()

    def acknowledge(
        self, alert_id: int, by: Person, now: datetime, span: timedelta | None = None
    ) -> Alert:
        """Somebody takes an alert on, for a span or as long as is configured.

        Who comes second follows it, and is told who was first.

        Raises:
            InvalidTransitionError: If it is unknown, acknowledged or resolved already.
        """
        taken = self._act(lambda: self._acting.acknowledge(alert_id, by, now, span))
        if taken.refusal is not None:
            raise taken.refusal
        return taken.alert

    def extend(self, alert_id: int, by: Person, now: datetime, span: timedelta | None) -> Alert:
        """Somebody says how long from now an acknowledgement holds; None for no end.

        Raises:
            InvalidTransitionError: If the alert is unknown, or not acknowledged.
        """
        return self._act(lambda: self._acting.extend(alert_id, by, now, span))

    def unacknowledge(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """Somebody lets an alert go.

        Raises:
            InvalidTransitionError: If it is unknown, or not acknowledged.
        """
        return self._act(lambda: self._acting.unacknowledge(alert_id, by, now))

    def resolve(self, alert_id: int, by: Person, now: datetime) -> Alert:
        """Somebody ends an alert.

        Raises:
            InvalidTransitionError: If it is unknown or resolved already.
        """

        def resolve() -> Alert:
            alert = self._acting.resolve(alert_id, by, now)
            self._settle_mutes(now)
            return alert

        return self._act(resolve)

    def assign(self, alert_id: int, to: Person | None, by: Person, now: datetime) -> Alert:
        """Somebody names who is to see to an alert, None for nobody.

        Raises:
            InvalidTransitionError: If it is unknown, resolved, or that person's already.
        """
        return self._act(lambda: self._acting.assign(alert_id, to, by, now))

    def comment(self, alert_id: int, text: str, by: Person, now: datetime) -> Alert:
        """Somebody says something about an alert, also when it is over.

        Raises:
            InvalidTransitionError: If it is unknown.
        """
        return self._act(lambda: self._acting.comment(alert_id, text, by, now))

    def set_severity(self, alert_id: int, severity: Severity, by: Person, now: datetime) -> Alert:
        """Somebody says how bad an alert is; findings do not change that any more.

        Raises:
            InvalidTransitionError: If it is unknown, resolved, or set to that already.
        """
        return self._act(lambda: self._acting.set_severity(alert_id, severity, by, now))

    def judge(self, alert_id: int, verdict: Verdict, by: Person, now: datetime) -> Alert:
        """Somebody says what an alert's kind of message is worth, from now on.

        Raises:
            InvalidTransitionError: If it is unknown, tells no kinds apart, or was said already.
        """
        return self._act(lambda: self._judging.judge(alert_id, verdict, by, now))

    def judge_kind(
        self, template: str, service: str, verdict: Verdict | None, by: Person, now: datetime
    ) -> Listed:
        """Somebody says what a kind of message is worth, or with None: let it count as unsaid.

        It is named by its id, and by its service unless only one has it, which is "" then.

        Raises:
            InvalidTransitionError: If it is unknown, or that was said already.
        """

        def judge() -> Listed:
            found = self._store.catalogue.find(template, service)
            if len(found) != 1:
                raise InvalidTransitionError(Refusal.UNKNOWN_TEMPLATE)
            self._judging.judge_kind(found[0], verdict, by, now)
            return self._store.catalogue.find(template, found[0].service)[0]

        return self._act(judge)

    def know_rules(self, agent: str, texts: Mapping[str, Mapping[str, str]], now: datetime) -> int:
        """These are an agent's rules from now on, by name; how many alerts that ends.

        Open alerts of its former rules are ended, if the rule was known from here when they
        fired: the rules of other agents are not ours to miss.
        """
        self._changing.know_rules(agent, texts)
        return self._act(lambda: self._acting.remove_rules(agent, frozenset(texts), now))

    def propose_many(
        self,
        act: MassAct,
        matchers: Iterable[Matcher],
        least: Severity | None,
        by: Person,
        chat: str,
        now: datetime,
        group_id: int | None = None,
    ) -> MassAction:
        """Keep which open alerts an action would hit, so that it can be shown before it is done."""
        with self._store.transaction():
            return self._massing.propose(act, matchers, least, by, chat, now, group_id)

    def do_many(self, number: int, by: Person, chat: str, now: datetime) -> MassAction:
        """Do what was proposed in a chat, to exactly those alerts; to many of them over seconds.

        Raises:
            InvalidTransitionError: If it was not proposed there lately, or is done already.
        """

        def go() -> MassAction:
            action = self._massing.carry_out(number, by, chat, now)
            self._settle_mutes(now)
            return action

        return self._act(go)

    def mute_alert(
        self,
        alert_id: int,
        until: Until,
        by: Person,
        now: datetime,
        reason: str = "",
        effect: Effect = Effect.FULL,
        chat: str = "",
    ) -> Mute:
        """Hide one alert, also when it recurs; `chat` is where that was asked for.

        Raises:
            InvalidTransitionError: If it is unknown, or is to be hidden until resolved and is.
        """
        with self._store.transaction():
            mute = self._muting.mute_alert(alert_id, until, by, now, reason, effect, chat)
        self.wake()
        return mute

    def mute(
        self,
        matchers: tuple[Matcher, ...],
        until: Until,
        by: Person,
        now: datetime,
        reason: str = "",
        effect: Effect = Effect.FULL,
        chat: str = "",
    ) -> Mute:
        """Hide all alerts that the matchers take, shown cards included.

        Raises:
            InvalidTransitionError: If that is until they are resolved and none is open.
        """
        with self._store.transaction():
            mute = self._muting.mute(matchers, until, by, now, reason, effect, chat)
        self.wake()
        return mute

    def extend_mute(
        self, mute_id: int, until: datetime | timedelta, by: Person, now: datetime
    ) -> Mute:
        """Let a mute end at another instant, or that much later than it would; keeps its number.

        Raises:
            InvalidTransitionError: If it is unknown or does not hide now.
        """
        with self._store.transaction():
            mute = self._muting.extend(mute_id, until, by, now)
        self.wake()
        return mute

    def provision_mutes(self, wanted: Iterable[Mute], now: datetime) -> None:
        """Let the mutes of the configuration be these, told apart by their names."""
        with self._store.transaction():
            self._muting.provision(wanted, now)
        self.wake()

    def unmute(self, mute_id: int, by: Person, now: datetime) -> Mute:
        """End a mute.

        Raises:
            InvalidTransitionError: If it is unknown or over, or comes from the configuration and
                does not hide now.
        """
        with self._store.transaction():
            mute = self._muting.unmute(mute_id, by, now)
        self.wake()
        return mute

    def unmute_alert(self, alert_id: int, by: Person, now: datetime) -> tuple[Mute, ...]:
        """End every mute that hides an alert.

        Raises:
            InvalidTransitionError: If it is unknown or not muted.
        """
        with self._store.transaction():
            hiding = self._muting.unmute_alert(alert_id, by, now)
        self.wake()
        return hiding

    def subscribe(self, target: Target, wish: Wish, by: Person, now: datetime) -> Subscription:
        """Let a target be told; open alerts that it takes are told at once.

        The same wish again is the subscription that stands already.
        """
        with self._store.transaction():
            subscription = self._subscribing.subscribe(target, wish, by, now)
        self.wake()
        return subscription

    def edit_subscription(
        self, target: Target, subscription_id: int, wish: Wish, by: Person, now: datetime
    ) -> Subscription:
        """Change what a subscription wishes for; the cards in its chat follow at once.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        with self._store.transaction():
            edited = self._subscribing.edit(target, subscription_id, wish, by, now)
        self.wake()
        return edited

    def unsubscribe(
        self, target: Target, subscription_id: int | None, by: Person, now: datetime
    ) -> tuple[Subscription, ...]:
        """End one subscription of a target, or all of them with None; returns what ended.

        Raises:
            InvalidTransitionError: If the target has no such subscription.
        """
        with self._store.transaction():
            ended = self._subscribing.unsubscribe(target, subscription_id, by, now)
        self.wake()
        return ended

    def suspend(
        self,
        target: Target,
        why: str,
        now: datetime,
        by: Person = LARKWATCH,
        *,
        ended: bool = False,
    ) -> int:
        """The target cannot be reached: stop serving it; how many subscriptions that hits.

        With `ended`, the chat is no more and never comes back.
        """
        with self._store.transaction():
            hit = self._subscribing.suspend(target, why, now, by, ended=ended)
            self._digesting.lost(target)
        self.wake()
        return hit

    def resume(self, target: Target, now: datetime, by: Person = LARKWATCH) -> int:
        """The target can be reached again; how many subscriptions are served again."""
        with self._store.transaction():
            resumed = self._subscribing.resume(target, now, by)
        self.wake()
        return resumed

    def speak(self, target: Target, language: Language, by: Person, now: datetime) -> None:
        """Tell a chat in this language from now on; its open cards follow at once."""
        with self._store.transaction():
            self._speaking.in_chat(target, language, by, now)
        self.wake()

    def speak_to(self, person: Person, language: Language | None, now: datetime) -> None:
        """Answer a person in this language, with None in that of each chat."""
        with self._store.transaction():
            self._speaking.to_person(person, language, now)

    def plan_digest(
        self, target: Target, clock: time | None, zone: str, by: Person, now: datetime
    ) -> DigestPlan:
        """Let a chat have its daily digest at that time of day in a zone, None for never."""
        with self._store.transaction():
            return self._digesting.plan(target, clock, zone, by, now)

    def refused(
        self, by: Person, action: str, subject: str, now: datetime, alert_id: int | None = None
    ) -> None:
        """Note in the audit what somebody tried to do and may not."""
        with self._store.transaction():
            self._auditing.note(
                by, "refused", subject, now, after={"tried": action}, alert_id=alert_id
            )

    def configuration_changed(
        self,
        before: Mapping[str, str],
        after: Mapping[str, str],
        at_start_only: Sequence[str],
        now: datetime,
    ) -> None:
        """The configuration was read anew: note what changed, and tell admins."""
        lines = [f"{path}: {before[path] or '-'} → {after[path] or '-'}" for path in before]
        with self._store.transaction():
            self._auditing.note(
                _CONFIG, "configuration_changed", "config", now, before=before, after=after
            )
            if "health.every" in after:  # what was said last holds
                self._health.set_every(None, _CONFIG, now)
            facts = {"later": ", ".join(at_start_only)}
            self._telling.advise(Advice.CONFIG_CHANGED, facts, lines, now)
        self.wake()

    def configuration_refused(self, problems: Sequence[str], now: datetime) -> None:
        """A changed configuration has errors and the old one stays: note it, and tell admins."""
        with self._store.transaction():
            after = {"problems": "\n".join(problems)}
            self._auditing.note(_CONFIG, "configuration_refused", "config", now, after=after)
            self._telling.advise(Advice.CONFIG_REFUSED, {}, problems, now)
        self.wake()

    def look(self, lookup: Lookup, questions: Mapping[str, Question]) -> Lookup:
        """Ask agents, by name, for log lines; their answers change the card."""
        with self._store.transaction():
            asked = self._looking.ask(lookup, questions)
        self.wake()
        return asked

    def questions(self, agent: str, now: datetime) -> tuple[Question, ...]:
        """What an agent is to answer; it is not asked the same again for a while."""
        if not self._store.lookups.asks(agent, now):
            return ()
        with self._store.transaction():
            return self._looking.questions(agent, now)

    def answered(self, agent: str, answers: Iterable[Answer], now: datetime) -> None:
        """Keep what an agent says; the cards that asked for it change."""
        with self._store.transaction():
            self._looking.answered(agent, answers, now)
        self.wake()

    def rules_left_out(self, problems: Sequence[str], now: datetime) -> None:
        """Rules that are kept cannot be used: tell admins, at most once a day."""
        detail, every = "; ".join(problems)[:500], timedelta(days=1)
        self.concern(Concern(kind=ConcernKind.RULES, detail=detail, every=every), now)

    def _gave_up(self, rules: Mapping[str, str], now: datetime) -> None:
        """Agents stopped looking for rules: tell admins of each, at most once a day."""
        kind, every = ConcernKind.RULE_GIVEN_UP, timedelta(days=1)
        for rule, path in rules.items():
            concern = Concern(kind=kind, subject=rule, detail=path[:500], every=every)
            self._overseeing.concern(concern, now)

    def _clocks_off(self, sources: Sequence[SourceProgress], now: datetime) -> None:
        """Lines say times that cannot be: tell admins of each watch, at most once a day."""
        kind, every = ConcernKind.WRONG_CLOCK, timedelta(days=1)
        for one in sources:
            if one.clock_off_s:
                hours = f"{one.clock_off_s / 3600:+g}"
                concern = Concern(kind=kind, subject=one.name, detail=hours, every=every)
                self._overseeing.concern(concern, now)

    def owe(self, notification: Notification) -> None:
        """Owe an answer or a welcome."""
        with self._store.transaction():
            self._store.outbox.owe(notification)
        self.wake()

    def concern(self, concern: Concern, now: datetime) -> None:
        """Admins should know this; they are told at most once in a while."""
        with self._store.transaction():
            self._overseeing.concern(concern, now)
        self.wake()

    def unreached(self, owed: Notification, error: DeliveryError, now: datetime) -> None:
        """A step of an escalation could not be delivered: the next one comes at once.

        Or an errand failed, which is said on its alert.
        """
        with self._store.transaction():
            if owed.purpose is Purpose.ERRAND:
                self._outcomes.failed(owed, error, now)
            else:
                self._paging.failed(owed, error, now)
        self.wake()

    def ran(self, owed: Notification, receipt: Receipt, now: datetime) -> None:
        """An errand came to its end, which is said on its alert."""
        self._act(lambda: self._outcomes.ran(owed, receipt, now))

    def begin_errand(self, run: ErrandRun) -> bool:
        """Something is about to be done; False if somebody else is at it, or did it."""
        with self._store.transaction():
            return self._store.errands.save(replace(run, state=ErrandState.BEGUN), run.state)

    def decide_errand(self, run_id: int, by: Person, now: datetime, *, approved: bool) -> ErrandRun:
        """Somebody with the right to it lets an errand be done, or wants it not done.

        Raises:
            InvalidTransitionError: If it is unknown, waits for nobody any more, or its alert is
                over.
        """
        return self._act(lambda: self._outcomes.decide(run_id, by, now, approved=approved))

    def know_calendar(
        self, rota: str, shifts: tuple[Shift, ...], now: datetime, fault: str = ""
    ) -> None:
        """What a rota's calendar says now; with a fault, what it said last still holds."""
        with self._store.transaction():
            if fault:
                kept = replace(self._store.calendars.get(rota), fault=fault)
                self._store.calendars.save(rota, kept)
                concern = Concern(
                    kind=ConcernKind.CALENDAR, subject=rota, detail=fault, every=timedelta(days=1)
                )
                self._overseeing.concern(concern, now)
            else:
                self._store.calendars.save(rota, Calendar(shifts=shifts, read_at=now))
        self.wake()

    def count_calls(self, calls: int, now: datetime) -> None:
        """Count API calls of this process into the tenant's month."""
        with self._store.transaction():
            self._overseeing.count_calls(calls, now)
        self.wake()

    def sample_hosts(self, every: timedelta | None, by: Person, now: datetime) -> None:
        """Let hosts be sampled that often, None for as each is configured."""
        with self._store.transaction():
            self._health.set_every(every, by, now)

    def forget_host(self, host: str, by: Person, now: datetime) -> bool:
        """Forget a host that is no more, and end what is open of its silence; False if unknown."""
        return self._act(lambda: self._health.forget(host, by, now))

    def missed(self, runs: int) -> None:
        """Count timed runs that did not happen in time."""
        with self._store.transaction():
            self._overseeing.missed(runs)

    def sweep(self, now: datetime) -> None:
        """Do what is due by the clock, each kind of work in a transaction of its own."""
        for work in self._sweeps:
            if work.due(now):
                self._act(partial(work.sweep, now))

    def prune(self, now: datetime) -> int:
        """Forget some of what is long over; how many rows, 0 when nothing is left.

        Call it again until then, with a pause in which others may write.
        """
        before = now - self._terms.keep
        with self._store.transaction():
            return (
                self._store.alerts.prune(before)
                + self._store.groups.prune(before)
                + self._store.outbox.prune(before)
                + self._store.attempts.prune(before)
                + self._store.errands.prune(before)
                + self._store.mutes.prune(before)
                + self._store.mass_actions.prune(before)
                + self._store.agents.prune(before)
                + self._store.recorded.prune(now - timedelta(days=7))
                + self._store.lookups.prune(now - timedelta(days=1))
                + self._store.rules.prune(now - timedelta(days=8))
                + self._store.inbox.prune(now - timedelta(days=7))
                + self._store.series.prune(now - timedelta(days=2))
                + self._store.tallies.prune(before)
                + self._store.catalogue.prune(before)
                + self._store.fields.prune(now, before)
                + self._store.health.prune(now, before)
                + self._store.numbers.prune(now)
                + self._store.kept_events.prune(before)
                + self._store.tokens.prune(now - ANSWERS_KEPT)
            )

    def _find(self, report: Report, now: datetime) -> None:
        """Count in what a report found; a finding counts once, by its id."""
        fresh = self._store.alerts.count_in(report.findings, now)
        self._looking.found(fresh, report.agent, now)
        fresh = self._judging.screen(self.ruling.screen(fresh, now))
        self._changing.take(fresh, now, report.agent)
        self._tallying.count(fresh, now)

    def _act(self, work: Callable[[], _T]) -> _T:
        done = self._decided(work)
        self.wake()
        return done

    def _decided(self, work: Callable[[], _T]) -> _T:
        """Do it in a transaction, anew when somebody else changed the same alert meanwhile."""
        for _ in range(TRIES - 1):
            try:
                with self._store.transaction():
                    return work()
            except ConflictError:
                continue
        with self._store.transaction():
            return work()

    def _settle_mutes(self, now: datetime) -> None:
        """End what the change just made ends: an alert that is over, or that much worse."""
        if self._muting.due(now):
            self._muting.sweep(now)
