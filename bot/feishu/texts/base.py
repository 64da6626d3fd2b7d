"""The texts every language must have: a missing one does not type-check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.feishu.texts.advice import AdviceTexts
from bot.feishu.texts.catalogue import CatalogueTexts
from bot.feishu.texts.command import CommandText
from bot.feishu.texts.concern import ConcernTexts
from bot.feishu.texts.context import ContextTexts
from bot.feishu.texts.daily import DailyTexts
from bot.feishu.texts.delivery import DeliveryTexts
from bot.feishu.texts.doctor import DoctorTexts
from bot.feishu.texts.errand import ErrandTexts
from bot.feishu.texts.escalation import EscalationTexts
from bot.feishu.texts.fields import FieldTexts
from bot.feishu.texts.group import GroupTexts
from bot.feishu.texts.health import HealthTexts
from bot.feishu.texts.incident import IncidentTexts
from bot.feishu.texts.life import LifeTexts
from bot.feishu.texts.mass import MassTexts
from bot.feishu.texts.mute import MuteTexts
from bot.feishu.texts.notice import NoticeTexts
from bot.feishu.texts.people import PeopleTexts
from bot.feishu.texts.phrase import PhraseTexts
from bot.feishu.texts.pushed import PushedTexts
from bot.feishu.texts.ranking import RankingTexts
from bot.feishu.texts.rules import ChatRuleTexts
from bot.feishu.texts.setup import SetupTexts
from bot.feishu.texts.sifting import SiftingTexts
from bot.feishu.texts.speaking import SpeakingTexts
from bot.feishu.texts.timeline import TimelineTexts
from bot.feishu.texts.why import WhyTexts
from watchers.finding import Severity

Say = Callable[["Texts"], str]
"""Something to say, not yet in a language."""

Count = Callable[[int], str]
One = Callable[[str], str]
Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatTexts:
    """How times, spans, lists and severities are written."""

    this_year: Callable[[date], str]
    other_year: Callable[[date], str]
    tomorrow: One
    never: str
    span: Callable[[timedelta], str]
    ago: Callable[[timedelta], str]
    listing: Callable[[Sequence[str]], str]
    seconds: Callable[[float], str]
    severity: Callable[[Severity], str]
    at_least: One
    language_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTexts:
    """The card of one alert, and lists of alerts."""

    firing: str
    acknowledged: str
    muted: str
    resolved: str
    recurrence: Count
    number: Two
    rule: One
    service: str
    host: str
    no_value: str
    first_and_last: str
    count: str
    labels: str
    one_alert: One
    chart: Count
    samples: str
    left_out: Count
    held_back: One
    acknowledged_by: Two
    resolved_by: Two
    resolved_quietly: One
    muted_until: Two
    reason: One
    timeline: str
    acknowledge: str
    resolve: str
    mute_hour: str
    mute_more: str
    unmute: str
    quarter_hour: str
    four_hours: str
    day: str
    until_morning: str
    until_resolved: str
    until_worse: str
    none_open: str
    none_open_hint: str
    filtered: One
    row: Two
    show: str
    page: Two
    previous: str
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTexts:
    """The card that says how everything stands."""

    title: str
    subtitle: Two
    sources_ok: Count
    sources_behind: Count
    sources_bad: Count
    throughput: str
    lines_per_s: str
    from_sources: Count
    open_alerts: str
    alerts_unit: str
    none_open: str
    muted: Count
    delivery: str
    delivered: str
    nothing_sent: str
    retries: Two
    sources: str
    healthy: str
    subscriptions: Count
    chart: Count
    no_matches: str
    cpu: str
    memory: str
    disk: str
    one_host: One
    worst_of_hosts: Count
    no_agents: str
    source: str
    state: str
    rate: str
    lag: str
    more_sources: Count
    state_ok: str
    state_behind: str
    state_absent: str
    state_error: str
    trouble: Two
    held_deleted: Two
    agent_silent: Two
    delivery_line: Callable[[str, str, str, str], str]
    oldest: One
    latency: Two
    last_fault: One


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTexts:
    """The list of rules."""

    title: Count
    none: str
    name: str
    severity: str
    pattern: str
    lately: str
    last: str
    records: str
    builtin: One
    more: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionTexts:
    """Subscriptions: list, form, and what was saved."""

    title: Count
    none: str
    none_hint: str
    everything: str
    suspended: One
    by: Two
    remove: str
    add: str
    removed: Count
    form_title: str
    form_lead: str
    rules: str
    rules_hint: str
    services: str
    services_hint: str
    matchers: str
    matchers_hint: str
    least: str
    language: str
    save: str
    reset: str
    saved_title: str
    saved: Two
    saved_hint: str
    wants: str
    more: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTexts:
    """All commands for people."""

    help: CommandText
    status: CommandText
    alerts: CommandText
    alert: CommandText
    acknowledge: CommandText
    unacknowledge: CommandText
    assign: CommandText
    comment: CommandText
    severity: CommandText
    noise: CommandText
    matters: CommandText
    resolve: CommandText
    mute: CommandText
    unmute: CommandText
    mutes: CommandText
    rules: CommandText
    subscribe: CommandText
    unsubscribe: CommandText
    subscriptions: CommandText


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTexts:
    """What would have been right."""

    alert_id: str
    alert_or_mute_id: str
    alert_or_matchers: str
    subscription_id: str
    matcher: str
    span: str
    span_limits: str
    severity: str
    language: str
    page: str
    closing_quote: str
    shorter: str
    nothing_more: str
    known_button: str
    known_choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTexts:
    """Short answers, errors, help and welcome."""

    help_title: str
    help_lead: str
    example: str
    welcome_title: str
    welcome_lead: str
    welcome_next: str
    subscribe: str
    help: str
    status: str
    alerts: str
    error_title: str
    found: One
    wanted: One
    try_this: One
    nothing: str
    unknown_title: str
    unknown: One
    nearest: One
    run_nearest: One
    acknowledged: Two
    resolved: Two
    muted: Two
    unmuted: One
    already_acknowledged: Two
    already_resolved: Two
    not_acknowledged: str
    not_muted: str
    nothing_open: str
    provisioned: str
    stale_preview: str
    nothing_changes: str
    unknown_alert: str
    unknown_mute: str
    unknown_subscription: str
    somebody: str
    refused_title: str
    may_not_subscribe: str
    who_may: Callable[[bool], str]
    done: str
    see_answer: str
    working: str
    busy: str
    external: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Everything one language says."""

    format: FormatTexts
    alert: AlertTexts
    group: GroupTexts
    incident: IncidentTexts
    life: LifeTexts
    timeline: TimelineTexts
    why: WhyTexts
    notice: NoticeTexts
    advice: AdviceTexts
    people: PeopleTexts
    phrase: PhraseTexts
    sifting: SiftingTexts
    catalogue: CatalogueTexts
    pushed: PushedTexts
    speaking: SpeakingTexts
    delivery: DeliveryTexts
    concern: ConcernTexts
    escalation: EscalationTexts
    errand: ErrandTexts
    doctor: DoctorTexts
    health: HealthTexts
    status: StatusTexts
    mute: MuteTexts
    mass: MassTexts
    ranking: RankingTexts
    fields: FieldTexts
    context: ContextTexts
    daily: DailyTexts
    rule: RuleTexts
    rules: ChatRuleTexts
    subscription: SubscriptionTexts
    commands: CommandTexts
    setup: SetupTexts
    wanted: WantedTexts
    answer: AnswerTexts
