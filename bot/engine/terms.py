"""How long things last, and who is told when nobody else is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.core.changes import GROWTH
from bot.core.errand import Errand
from bot.core.escalation import EscalationPlan
from bot.core.flapping import DEFAULT_DELAY
from bot.core.health import SILENT_AFTER
from bot.core.noise import NoiseTerms
from bot.core.rota import Rota
from bot.core.routing import Route
from bot.core.template import Template
from watchers.delay import UNSAID, Delay
from watchers.finding import Severity

ACK_TIMEOUT: Mapping[Severity, timedelta] = {
    Severity.CRITICAL: timedelta(hours=1),
    Severity.HIGH: timedelta(hours=4),
    Severity.MEDIUM: timedelta(hours=12),
    Severity.LOW: timedelta(hours=24),
    Severity.INFO: timedelta(hours=24),
}
ACK_REMINDER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTerms:
    """When people are reminded of mutes, and how they are worked through.

    Attributes:
        remind_before: A mute that is about to end is announced this long before.
        remind_from: Only one that lasts this long or longer.
        daily_at: Clock time of the daily list, None for no list.
        zone: IANA name of the zone of that clock.
        at_once: Alerts of a mute that one transaction draws anew: the write lock is not kept from
            a click for long.
    """

    remind_before: timedelta = timedelta(minutes=10)
    remind_from: timedelta = timedelta(hours=1)
    daily_at: time | None = time(9)
    zone: str = "Asia/Shanghai"
    at_once: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTerms:
    """When chats are told of their day, unless they chose another hour.

    Attributes:
        daily_at: Clock time, None for never.
        zone: IANA name of the zone of that clock, for chats whose hours name none.
    """

    daily_at: time | None = None
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things last.

    Attributes:
        quiet: An alert not seen for this long is resolved.
        reopen: A resolved alert that recurs within this is the same alert again.
        keep: What is over is forgotten after this.
        noise: How much people are told.
        fallback: Who is told of an alert that no subscription takes.
        admins: Who is told of what keeps alerts from people.
        monthly_calls: The tenant's quota of API calls, 0 for none.
        rush: How long after a full or half hour cards are not edited, 0 to edit at any time.
        delay: What alerts wait for whose rules do not say; its `down` goes before `quiet`.
        ack_timeout: An acknowledgement ends after this; never for severities left out.
        ack_reminder: So long before that the person is reminded; at half time of shorter ones.
        ack_growth: An acknowledgement ends when there are this many times the records there were,
            0 for never.
        plans: Escalations; the first that takes an alert is its own.
        rotas: Who takes turns, without what calendars say.
        errands: What each severity sends out beside the chats.
        templates: The words of messages.
        rules: Names of the rules of the configuration.
        training: Those of them that only learn as yet.
        series: Names of series that rules look at, or globs of them.
        silent_after: A host not heard for this long is told as silent, or for three times the
            interval of its samples where that is longer.
        silent_severity: How bad that is.
        full_within: A disk that would be full so soon is told, 0 for never.
        full_severity: How bad that is.
    """

    quiet: timedelta = timedelta(minutes=15)
    reopen: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    noise: NoiseTerms = field(default_factory=NoiseTerms)
    fallback: tuple[Route, ...] = ()
    admins: tuple[Route, ...] = ()
    monthly_calls: int = 0
    rush: timedelta = timedelta(0)
    mutes: MuteTerms = field(default_factory=MuteTerms)
    digest: DigestTerms = field(default_factory=DigestTerms)
    delay: Delay = UNSAID
    ack_timeout: Mapping[Severity, timedelta] = field(default_factory=lambda: ACK_TIMEOUT)
    ack_reminder: timedelta = ACK_REMINDER
    ack_growth: int = GROWTH
    plans: tuple[EscalationPlan, ...] = ()
    rotas: tuple[Rota, ...] = ()
    errands: Mapping[Severity, tuple[Errand, ...]] = field(default_factory=dict)
    templates: tuple[Template, ...] = ()
    rules: frozenset[str] = frozenset()
    training: frozenset[str] = frozenset()
    series: tuple[str, ...] = ()
    silent_after: timedelta = SILENT_AFTER
    silent_severity: Severity = Severity.HIGH
    full_within: timedelta = timedelta(hours=24)
    full_severity: Severity = Severity.MEDIUM

    @property
    def waits(self) -> Delay:
        """What alerts wait for whose rules do not say, all parts."""
        return self.delay.over(Delay(down=self.quiet)).over(DEFAULT_DELAY)
