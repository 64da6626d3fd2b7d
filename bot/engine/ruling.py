"""Rules made in chats: made, changed, paused; and what they let through of what was found."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import LARKWATCH, Person
from bot.core.changes import RemoveRule
from bot.core.errors import InvalidTransitionError, LarkwatchError, Refusal
from bot.core.fingerprint import fingerprint
from bot.core.notification import Purpose
from bot.core.ports import Store
from bot.core.rule import (
    MOST_RULES,
    ChatRule,
    Fault,
    Hit,
    RulePause,
    RuleStage,
    Threshold,
    Window,
    counted,
    faults_of,
)
from bot.core.subscription import Target, TargetKind
from bot.engine.auditing import Auditing
from bot.engine.changing import Changing
from bot.engine.telling import Telling
from bot.engine.terms import Terms
from watchers.finding import Finding, Response

_LONGEST_TEXT = 1000
_SEEN_WITHIN = timedelta(days=2)


class RuleFaultsError(LarkwatchError):
    """A rule cannot be kept as it is written.

    Attributes:
        faults: Everything that is wrong with it.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(one.flaw.value for one in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Known:
    """The rules as they were at a revision."""

    revision: int
    rules: Mapping[str, ChatRule]
    pauses: Mapping[str, RulePause]


class Ruling:
    """The engine's hand for rules; all but `screen` and `sweep` are a transaction of their own."""

    def __init__(
        self,
        store: Store,
        terms: Terms,
        telling: Telling,
        changing: Changing,
        auditing: Auditing,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._changing = changing
        self._auditing = auditing
        self._wake = wake
        self._known = _Known(-1, {}, {})

    def propose(self, rule: ChatRule) -> ChatRule:
        """Keep what is proposed, so that buttons can name it; returns it with its number."""
        with self._store.transaction():
            return self._store.rules.add(replace(rule, name=self._free(rule.name)))

    def drop(self, number: int) -> None:
        """Forget what was proposed.

        Raises:
            InvalidTransitionError: If it is unknown.
        """
        with self._store.transaction():
            self._proposed(number)
            self._store.rules.forget(number)

    def edit(
        self, rule: ChatRule, by: Person, now: datetime, unread: tuple[Fault, ...] = ()
    ) -> ChatRule:
        """Let a rule be as it is written here; what was proposed stays proposed.

        `unread` is what was found wrong before; then nothing is changed.

        Raises:
            RuleFaultsError: If something is wrong with it.
            InvalidTransitionError: If it is gone.
        """
        with self._store.transaction():
            before = self._stored(rule.id)
            self._check(rule, unread)
            after = rule.changed(by, now, version=before.version + 1)
            self._save(before, after, "rule_changed", now)
        self._wake()
        return after

    def start(
        self,
        rule: ChatRule,
        stage: RuleStage,
        by: Person,
        now: datetime,
        span: timedelta | None = None,
    ) -> ChatRule:
        """Let a rule train for a span, work in the shadow, or alert.

        Raises:
            RuleFaultsError: If something is wrong with it.
            InvalidTransitionError: If it is gone, stands so already, or there are too many.
        """
        with self._store.transaction():
            before = self._stored(rule.id)
            if before.stage is stage and stage is not RuleStage.TRAINING:
                raise InvalidTransitionError(Refusal.NOTHING_CHANGES)
            if before.stage is RuleStage.PROPOSED:
                if len(self._store.rules.all()) >= MOST_RULES:
                    raise InvalidTransitionError(Refusal.TOO_MANY_RULES)
                before = replace(before, name=self._free(before.name))
            self._check(before)
            until = now + span if span is not None and stage is RuleStage.TRAINING else None
            after = before.changed(by, now, stage=stage, until=until)
            action = "rule_made" if before.stage is RuleStage.PROPOSED else "rule_changed"
            self._save(before, after, action, now)
        self._wake()
        return after

    def pause(self, name: str, until: datetime | None, by: Person, now: datetime) -> RulePause:
        """Look for a rule no more, of whatever origin, until an instant or until it is resumed.

        Raises:
            InvalidTransitionError: If nobody knows such a rule.
        """
        with self._store.transaction():
            if not self._exists(name, now):
                raise InvalidTransitionError(Refusal.UNKNOWN_RULE)
            pause = RulePause(rule=name, until=until, by=by, at=now)
            self._store.rules.pause(pause)
            end = "open" if until is None else until.isoformat(timespec="seconds")
            self._auditing.note(by, "rule_paused", name, now, after={"until": end})
        self._wake()
        return pause

    def resume(self, name: str, by: Person, now: datetime) -> None:
        """Look for a rule again.

        Raises:
            InvalidTransitionError: If it is not paused.
        """
        with self._store.transaction():
            if name not in {one.rule for one in self._store.rules.pauses() if one.holds(now)}:
                raise InvalidTransitionError(Refusal.NOT_PAUSED)
            self._store.rules.resume(name)
            self._auditing.note(by, "rule_resumed", name, now)
        self._wake()

    def delete(self, name: str, by: Person, now: datetime) -> None:
        """Forget a rule; its open alerts are over.

        Raises:
            InvalidTransitionError: If there is none of this name, or it is of the configuration.
        """
        with self._store.transaction():
            self.deletable(name)
            rule = self._store.rules.named(name)
            self._store.rules.remove(name)
            self._store.rules.resume(name)
            audience = self._telling.audience(now)
            for alert in self._store.alerts.open_of_rule(name):
                self._changing.change(alert, RemoveRule(), audience, now)
            before = rule.said() if rule is not None else {}
            self._auditing.note(by, "rule_deleted", name, now, before=before)
        self._wake()

    def of_chat(self, name: str) -> ChatRule:
        """The rule of this name that was made in a chat.

        Raises:
            InvalidTransitionError: If there is none, or it is of the configuration.
        """
        rule = self._store.rules.named(name)
        if rule is None:
            of_file = name in self._terms.rules
            raise InvalidTransitionError(Refusal.RULE_OF_FILE if of_file else Refusal.UNKNOWN_RULE)
        return rule

    def deletable(self, name: str) -> None:
        """Whether a rule can be forgotten, also one that cannot be read.

        Raises:
            InvalidTransitionError: If there is none of this name, or it is of the configuration.
        """
        if name not in self._store.rules.broken():
            self.of_chat(name)

    def numbered(self, number: int) -> ChatRule:
        """A rule or what was proposed, by its number.

        Raises:
            InvalidTransitionError: If it is gone.
        """
        return self._stored(number)

    def called(self, number: int) -> str:
        """What commands call it by now."""
        return self._stored(number).handle

    def _faults(self, rule: ChatRule) -> tuple[Fault, ...]:
        others = {one.name for one in self._store.rules.all() if one.id != rule.id}
        return faults_of(rule, others | self._terms.rules)

    def change(
        self, rule: ChatRule, by: Person, now: datetime, *, threshold: Threshold
    ) -> ChatRule:
        """Let a rule have another threshold.

        Raises:
            RuleFaultsError: If something is wrong with it.
            InvalidTransitionError: If it is gone.
        """
        return self.edit(replace(rule, threshold=threshold), by, now)

    def proposed(self, number: int) -> ChatRule:
        """What was proposed under a number.

        Raises:
            InvalidTransitionError: If it is unknown, or is a rule by now.
        """
        return self._proposed(number)

    def screen(self, findings: Collection[Finding], now: datetime) -> tuple[Finding, ...]:
        """Count what was found by rule, and let through what may alert; in the engine's change."""
        known = self._as_known() if findings else self._known
        counts: Counter[str] = Counter()
        fired: Counter[str] = Counter()
        passing: list[Finding] = []
        hits: dict[str, Hit] = {}
        for finding in findings:
            name, rule = finding.rule, known.rules.get(finding.rule)
            pause = known.pauses.get(name)
            if pause is not None and pause.holds(now):
                continue
            quiet = not finding.responses or (rule is not None and rule.stage.quiet)
            through: Finding | None = finding
            if rule is not None:
                through, fires = self._weigh(finding, rule, now)
                fired[name] += fires
            elif not finding.responses and name not in self._terms.training:
                fired[name] += self._would_fire(finding, now)
            if through is not None:
                passing.append(through)
            if not finding.recovers:
                counts[name] += finding.records
                hits[name] = _hit(finding, hits.get(name), quiet=quiet)
        self._store.rules.note(tuple(hits.values()))
        self._store.rules.count({one: (counts[one], fired[one]) for one in counts}, now)
        return tuple(passing)

    def due(self, now: datetime) -> bool:
        """Whether a training or a pause is over."""
        rules = self._store.rules
        return bool(rules.trained(now)) or any(not one.holds(now) for one in rules.pauses())

    def sweep(self, now: datetime) -> None:
        """Ask about rules whose training is over, and end pauses."""
        for rule in self._store.rules.trained(now):
            after = rule.changed(LARKWATCH, now, stage=RuleStage.SHADOW, until=None)
            self._save(rule, after, "rule_changed", now)
            if rule.chat:
                target = Target(kind=TargetKind.FEISHU_CHAT, address=rule.chat)
                self._telling.tell_chat(
                    target, rule.language, Purpose.RULE_TRAINED, {"rule": rule.name}, now, now
                )
        for pause in self._store.rules.pauses():
            if not pause.holds(now):
                self._store.rules.resume(pause.rule)
                self._auditing.note(LARKWATCH, "rule_resumed", pause.rule, now)

    def _weigh(
        self, finding: Finding, rule: ChatRule, now: datetime
    ) -> tuple[Finding | None, bool]:
        """What of a finding may alert, and whether that begins something."""
        if finding.recovers:
            return (None if rule.stage.quiet else finding), False
        mark = fingerprint(finding.rule, finding.labels)
        quiet = self._terms.quiet
        before = self._store.rules.window(rule.name, mark)
        step = counted(before, finding.records, now, rule.threshold, quiet)
        self._store.rules.keep_window(rule.name, mark, step.window)
        if rule.stage.quiet or not step.passing:
            return None, step.fires
        alert = replace(
            finding,
            count=step.passing - finding.held_back,
            severity=rule.severity,
            responses=frozenset({Response.ALERT}),
        )
        return alert, step.fires

    def _would_fire(self, finding: Finding, now: datetime) -> bool:
        """Whether what a rule of a configuration finds in the shadow would begin an alert."""
        mark = fingerprint(finding.rule, finding.labels)
        before = self._store.rules.window(finding.rule, mark)
        if finding.recovers:
            over = Window(passed_at=now - self._terms.quiet)  # what comes next begins anew
            self._store.rules.keep_window(finding.rule, mark, over)
            return False
        step = counted(before, finding.records, now, Threshold(), self._terms.quiet)
        self._store.rules.keep_window(finding.rule, mark, step.window)
        return step.fires

    def _as_known(self) -> _Known:
        """Read anew only when something changed."""
        revision = self._store.rules.revision()
        if revision != self._known.revision:
            rules, pauses = self._store.rules.all(), self._store.rules.pauses()
            self._known = _Known(
                revision,
                {one.name: one for one in rules if one.name not in self._terms.rules},
                {one.rule: one for one in pauses},
            )
        return self._known

    def _save(self, before: ChatRule, after: ChatRule, action: str, now: datetime) -> None:
        self._store.rules.save(after)
        if after.stage is RuleStage.PROPOSED:
            return
        if before.name != after.name and before.stage is not RuleStage.PROPOSED:
            self._store.rules.resume(before.name)
        old, new = before.said(), after.said()
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        self._auditing.note(
            after.changed_by,
            action,
            after.name,
            now,
            before={key: old[key] for key in keys if key in old and action != "rule_made"},
            after={key: new[key] for key in (keys if action != "rule_made" else new) if key in new},
        )

    def _check(self, rule: ChatRule, unread: tuple[Fault, ...] = ()) -> None:
        if faults := (*unread, *self._faults(rule)):
            raise RuleFaultsError(faults)

    def _stored(self, number: int) -> ChatRule:
        rule = self._store.rules.get(number)
        if rule is None:
            raise InvalidTransitionError(Refusal.UNKNOWN_RULE)
        return rule

    def _proposed(self, number: int) -> ChatRule:
        rule = self._stored(number)
        if rule.stage is not RuleStage.PROPOSED:
            raise InvalidTransitionError(Refusal.UNKNOWN_RULE)
        return rule

    def _exists(self, name: str, now: datetime) -> bool:
        if name in self._terms.rules or self._store.rules.named(name) is not None:
            return True
        # A rule of another host's configuration is known by what it found.
        return self._store.series.total(f"rule:{name}", now - _SEEN_WITHIN)[0] > 0

    def _free(self, name: str) -> str:
        """The name, with a number behind it when others have it."""
        taken = {one.name for one in self._store.rules.all()} | self._terms.rules
        free, number = name, 2
        while free in taken:
            free, number = f"{name}-{number}", number + 1
        return free


def _hit(finding: Finding, before: Hit | None, *, quiet: bool) -> Hit:
    newest = finding.samples[-1] if finding.samples else None
    return Hit(
        rule=finding.rule,
        at=finding.seen_at,
        count=finding.records + (before.count if before is not None else 0),
        text=(newest.text if newest is not None else finding.title)[:_LONGEST_TEXT],
        place=newest.place if newest is not None else "",
        quiet=quiet,
    )
