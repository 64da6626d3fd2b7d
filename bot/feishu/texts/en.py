"""The texts in English."""

from typing import assert_never

from bot.feishu.texts import cldr
from bot.feishu.texts.advice import ADVICE_EN
from bot.feishu.texts.base import (
    AlertTexts,
    AnswerTexts,
    CommandTexts,
    FormatTexts,
    RuleTexts,
    StatusTexts,
    SubscriptionTexts,
    Texts,
    WantedTexts,
)
from bot.feishu.texts.catalogue import CATALOGUE_EN
from bot.feishu.texts.command import CommandText
from bot.feishu.texts.concern import CONCERN_EN
from bot.feishu.texts.context import CONTEXT_EN
from bot.feishu.texts.daily import DAILY_EN
from bot.feishu.texts.delivery import DELIVERY_EN
from bot.feishu.texts.doctor_en import DOCTOR_EN
from bot.feishu.texts.errand import ERRAND_EN
from bot.feishu.texts.escalation import ESCALATION_EN
from bot.feishu.texts.fields import FIELDS_EN
from bot.feishu.texts.figures import seconds
from bot.feishu.texts.group import GROUP_EN
from bot.feishu.texts.health import HEALTH_EN
from bot.feishu.texts.incident import INCIDENT_EN
from bot.feishu.texts.life import LIFE_EN
from bot.feishu.texts.mass import MASS_EN
from bot.feishu.texts.mute import MUTE_EN
from bot.feishu.texts.notice import NOTICE_EN
from bot.feishu.texts.people import PEOPLE_EN
from bot.feishu.texts.phrase import PHRASE_EN
from bot.feishu.texts.pushed import PUSHED_EN
from bot.feishu.texts.ranking import RANKING_EN
from bot.feishu.texts.rules import RULES_EN
from bot.feishu.texts.setup import SETUP_EN
from bot.feishu.texts.sifting import SIFTING_EN
from bot.feishu.texts.speaking import SPEAKING_EN
from bot.feishu.texts.timeline import TIMELINE_EN
from bot.feishu.texts.why import WHY_EN
from watchers.finding import Severity


def _severity(severity: Severity) -> str:
    match severity:
        case Severity.CRITICAL:
            return "Critical"
        case Severity.HIGH:
            return "High"
        case Severity.MEDIUM:
            return "Medium"
        case Severity.LOW:
            return "Low"
        case Severity.INFO:
            return "Info"
        case _:
            assert_never(severity)


_FORMAT = FormatTexts(
    this_year=lambda at: cldr.day("en", at, year=False),
    other_year=lambda at: cldr.day("en", at, year=True),
    tomorrow=lambda clock: f"tomorrow {clock}",
    never="never",
    span=lambda length: cldr.span("en", length),
    ago=lambda length: cldr.ago("en", length, "just now"),
    listing=lambda items: cldr.listing("en", items),
    seconds=lambda figure: seconds(figure, "ms", "s"),
    severity=_severity,
    at_least=lambda severity: f"severity ≥ {severity}",
    language_name="English",
)

_ALERT = AlertTexts(
    firing="🔥 Firing",
    acknowledged="Acknowledged",
    muted="Muted",
    resolved="Resolved",
    recurrence=lambda times: f"Recurrence {times}",
    number=lambda fingerprint, count: (
        f"fingerprint {fingerprint} · {count} {'record' if count == '1' else 'records'}"
    ),
    rule=lambda rule: f"rule {rule}",
    service="Service",
    host="Host",
    no_value="—",
    first_and_last="First → latest",
    count="Matches",
    labels="Labels",
    one_alert=lambda fingerprint: f"one alert (fingerprint {fingerprint})",
    chart=lambda minutes: f"Matches per minute, last {minutes} minutes",
    samples="Log lines",
    left_out=lambda lines: f"… {cldr.many(lines, 'line')} left out",
    held_back=lambda count: f"🧺 {count} of them were held back by a cap; they are counted",
    acknowledged_by=lambda name, at: f"✅ {name} acknowledged at {at}",
    resolved_by=lambda name, at: f"🟢 {name} resolved at {at}",
    resolved_quietly=lambda at: f"🟢 No new lines; resolved by itself at {at}",
    muted_until=lambda name, until: f"🔕 Muted by {name} until {until}",
    reason=lambda reason: f"Reason: {reason}",
    timeline="History",
    acknowledge="Acknowledge",
    resolve="Resolve",
    mute_hour="Mute 1h",
    mute_more="Mute longer…",
    unmute="Unmute",
    quarter_hour="Mute 15 minutes",
    four_hours="Mute 4 hours",
    day="Mute 24 hours",
    until_morning="Mute until tomorrow 9:00",
    until_resolved="Mute until resolved",
    until_worse="Mute until 10× worse",
    none_open="No open alerts 🎉",
    none_open_hint="All quiet. /status shows whether sources and delivery are well.",
    filtered=lambda filters: f"Filter: {filters}",
    row=lambda count, at: f"{count}× · latest {at}",
    show="Show",
    page=lambda page, pages: f"Page {page} of {pages}",
    previous="Previous",
    following="Next",
)

_STATUS = StatusTexts(
    title="📈 Status",
    subtitle=lambda at, uptime: f"as of {at} · up for {uptime}",
    sources_ok=lambda count: f"{cldr.many(count, 'source')} ok",
    sources_behind=lambda count: f"{count} behind",
    sources_bad=lambda count: f"{count} failing",
    throughput="Throughput",
    lines_per_s="lines/s",
    from_sources=lambda count: f"from {cldr.many(count, 'source')}",
    open_alerts="Open alerts",
    alerts_unit="",
    none_open="all quiet",
    muted=lambda count: f"{count} muted",
    delivery="Delivered",
    delivered="%",
    nothing_sent="nothing sent in 24 h",
    retries=lambda retried, given_up: f"{retried} retried · {given_up} given up",
    sources="Sources",
    healthy="ok",
    subscriptions=lambda count: cldr.many(count, "subscription"),
    chart=lambda minutes: (
        f"Matches per {'minute' if minutes == 1 else f'{minutes} minutes'}, last 60 minutes"
    ),
    no_matches="No rule matched in the last 60 minutes.",
    cpu="CPU",
    memory="Memory",
    disk="Disk",
    one_host=lambda host: f"Host {host}",
    worst_of_hosts=lambda count: f"Worst of {count} hosts",
    no_agents="No agent has reported yet. Check that larkwatch watch is running.",
    source="Source",
    state="State",
    rate="Lines/s",
    lag="Lag",
    more_sources=lambda count: f"{cldr.many(count, 'more source')} not listed",
    state_ok="ok",
    state_behind="behind",
    state_absent="absent",
    state_error="error",
    trouble=lambda name, error: f"⚠️ {name}: {error}",
    held_deleted=lambda name, size: (
        f"{name}: deleted files still take up {size} of disk; they are let go once read to the "
        "end, after an hour at the latest"
    ),
    agent_silent=lambda agent, span: f"⚠️ Agent {agent} has been silent for {span}",
    delivery_line=lambda sent, waiting, retried, given_up: (
        f"Last 24 hours: {sent} sent · {waiting} waiting · {retried} retried · {given_up} given up"
    ),
    oldest=lambda span: f"oldest waits {span}",
    latency=lambda p50, p99: f"line to card p50 {p50} · p99 {p99}",
    last_fault=lambda fault: f"Last failure: {fault}",
)

_RULE = RuleTexts(
    title=lambda count: cldr.many(count, "rule"),
    none="No rules yet",
    name="Rule",
    severity="Severity",
    pattern="Matches",
    lately="24 hours",
    last="Latest",
    records="record only",
    builtin=lambda name: f"{name} (built in)",
    more=lambda count: f"{cldr.many(count, 'more rule')} not listed",
)

_SUBSCRIPTION = SubscriptionTexts(
    title=lambda count: f"{cldr.many(count, 'subscription')} of this chat",
    none="This chat has no subscription yet",
    none_hint="Use the button, or send /subscribe service=pay level>=high",
    everything="every alert",
    suspended=lambda why: f"⏸ Suspended: {why}",
    by=lambda name, at: f"by {name}, {at}",
    remove="Unsubscribe",
    add="Subscribe",
    removed=lambda count: f"{cldr.many(count, 'subscription')} removed",
    form_title="🔔 Subscribe to alerts",
    form_lead="Choose the rules, services and severity this chat cares about; nothing means all.",
    rules="Rules",
    rules_hint="All rules",
    services="Services",
    services_hint="All services",
    matchers="Other label conditions (optional)",
    matchers_hint="e.g. host=web-03, env!=test",
    least="Least severity",
    language="Language",
    save="Save",
    reset="Reset",
    saved_title="✅ Subscribed",
    saved=lambda number, name: f"Subscription {number}, saved by {name}",
    saved_hint="/subscriptions lists and removes",
    wants="Covers",
    more=lambda count: f"{cldr.many(count, 'more subscription')} not listed",
)

_COMMANDS = CommandTexts(
    help=CommandText(about="What you can do", usage="/help", examples=("/help",)),
    status=CommandText(
        about="Are sources, hosts and delivery well?", usage="/status", examples=("/status",)
    ),
    alerts=CommandText(
        about="Alerts, by any filter",
        usage="/alerts [label=value…] [level>=high] [state] [2h] [mine] [page 2]",
        examples=("/alerts", "/alerts service=pay level>=high 2h", "/alerts resolved 24h"),
    ),
    alert=CommandText(about="One alert", usage="/alert 42", examples=("/alert 42",)),
    acknowledge=CommandText(
        about="Take it on, so that others know",
        usage="/ack 42|all|label=value… [span]",
        examples=("/ack 42", "/ack 42 2h"),
    ),
    unacknowledge=CommandText(
        about="Let it go, so that somebody else takes it",
        usage="/unack 42",
        examples=("/unack 42",),
    ),
    assign=CommandText(
        about="Name who is to see to it",
        usage="/assign 42 @somebody|me|nobody",
        examples=("/assign 42 me",),
    ),
    comment=CommandText(
        about="Say something about it; kept in its history",
        usage="/comment 42 text",
        examples=("/comment 42 disk was full, cleaned up",),
    ),
    severity=CommandText(
        about="Say how bad it is; log lines do not change that any more",
        usage="/severity 42 critical",
        examples=("/severity 42 critical",),
    ),
    noise=CommandText(
        about="Its kind of message is noise: kept in the record, told no more",
        usage="/noise 42 | t1a2b3c4d5e",
        examples=("/noise 42", "/noise t1a2b3c4d5e service=pay"),
    ),
    matters=CommandText(
        about="Its kind of message matters: told again, and high at least",
        usage="/matters 42 | t1a2b3c4d5e",
        examples=("/matters 42",),
    ),
    resolve=CommandText(
        about="Mark as solved", usage="/resolve 42|all|label=value…", examples=("/resolve 42",)
    ),
    mute=CommandText(
        about="Do not disturb for a while",
        usage="/mute 42|label=value… [span] [reason], /mute m3 +1h",
        examples=(
            "/mute 42 until resolved",
            "/mute service=pay 2d releasing",
            "/mute rule=error every weekday 22:00-06:00",
        ),
    ),
    unmute=CommandText(
        about="Lift a mute", usage="/unmute 42|m3", examples=("/unmute 42", "/unmute m3")
    ),
    mutes=CommandText(
        about="List mutes", usage="/mutes [history]", examples=("/mutes", "/mutes history")
    ),
    rules=CommandText(about="Rules and what they found", usage="/rules", examples=("/rules",)),
    subscribe=CommandText(
        about="Bring alerts to this chat",
        usage="/subscribe [label=value…] [level>=high] [lang=zh|en] [--hours 9-18] "
        "[--act admins] [--mention @somebody]",
        examples=("/subscribe", "/subscribe service=pay level>=high --hours 9-18"),
    ),
    unsubscribe=CommandText(
        about="End subscriptions of this chat",
        usage="/unsubscribe [number|all]",
        examples=("/unsubscribe", "/unsubscribe 3", "/unsubscribe all"),
    ),
    subscriptions=CommandText(
        about="List subscriptions of this chat",
        usage="/subscriptions",
        examples=("/subscriptions",),
    ),
)

_WANTED = WantedTexts(
    alert_id="an alert's number, for example 42 or #42",
    alert_or_mute_id="an alert's number (42) or a mute's (m3)",
    alert_or_matchers="an alert's number (42) or label conditions (service=pay)",
    subscription_id="a subscription's number (3) or “all”",
    matcher="a condition: label=value, label!=value, label=~pattern or label!~pattern",
    span="a span or an instant: 1h, 90m, 2d, 1h30m, until 9am, until tomorrow 9am, until 18:30",
    span_limits="a span from 1 minute to 30 days",
    severity="a severity: critical, high, medium, low or info",
    language="a language: zh or en",
    page="a page number, for example page 2",
    closing_quote="quotes in pairs",
    shorter="something shorter (up to 500 characters)",
    nothing_more="nothing more after this command",
    known_button="a button of this app; the card may be outdated, please send the command again",
    known_choice="one of the choices on the card",
)

_ANSWER = AnswerTexts(
    help_title="🧭 What you can say",
    help_lead="In a group mention me first; in private just write. The slash is optional.",
    example="Try",
    welcome_title="👋 I am Larkwatch, the log alert bot",
    welcome_lead=(
        "I watch logs and machines and post one card per problem here; the card keeps itself "
        "up to date instead of flooding you."
    ),
    welcome_next="Acknowledge, mute and resolve on the card. First, what should this chat see?",
    subscribe="Subscribe",
    help="Help",
    status="Status",
    alerts="Open alerts",
    error_title="I did not get this part",
    found=lambda found: f"Found: {found}",
    wanted=lambda wanted: f"Wanted: {wanted}",
    try_this=lambda example: f"Example: {example}",
    nothing="(nothing)",
    unknown_title="No such command",
    unknown=lambda found: f"Found: {found}",
    nearest=lambda command: f"Did you mean: {command}",
    run_nearest=lambda command: f"Run {command}",
    acknowledged=lambda number, name: f"{name} acknowledged {number}",
    resolved=lambda number, name: f"{name} resolved {number}",
    muted=lambda number, until: f"Muted {number} until {until}",
    unmuted=lambda number: f"Unmuted {number}",
    already_acknowledged=lambda name, at: f"{name} acknowledged it at {at}",
    already_resolved=lambda name, at: f"{name} resolved it at {at}",
    not_acknowledged="Nobody has acknowledged this alert yet",
    not_muted="This alert is not muted",
    nothing_open="No such alert is open: there is nothing to wait for. Mute for a time instead",
    stale_preview="This preview is used up or too old; please send the command again",
    provisioned="This mute stands in the configuration and does not hide anything now",
    nothing_changes="That is how it stands already",
    unknown_alert="No such alert; it may have been pruned",
    unknown_mute="No such mute; it may have ended",
    unknown_subscription="This chat has no such subscription; it may have been removed",
    somebody="Somebody",
    refused_title="🔒 This is for those who run the group",
    may_not_subscribe="Only the group's owner, its managers and operators may change subscriptions",
    who_may=lambda owner: (
        "Ask the owner or a manager to send the same; in private you may subscribe yourself."
        if owner
        else "Ask an operator to send the same; in private you may subscribe yourself."
    ),
    done="Done",
    see_answer="Answered below",
    working="Checking who may do this; the answer comes below",
    busy="The database is busy; please click again in a moment",
    external="Only members of this company may act here",
)

EN = Texts(
    format=_FORMAT,
    alert=_ALERT,
    group=GROUP_EN,
    incident=INCIDENT_EN,
    setup=SETUP_EN,
    life=LIFE_EN,
    timeline=TIMELINE_EN,
    why=WHY_EN,
    notice=NOTICE_EN,
    advice=ADVICE_EN,
    people=PEOPLE_EN,
    phrase=PHRASE_EN,
    sifting=SIFTING_EN,
    catalogue=CATALOGUE_EN,
    pushed=PUSHED_EN,
    speaking=SPEAKING_EN,
    health=HEALTH_EN,
    delivery=DELIVERY_EN,
    concern=CONCERN_EN,
    escalation=ESCALATION_EN,
    errand=ERRAND_EN,
    doctor=DOCTOR_EN,
    status=_STATUS,
    mute=MUTE_EN,
    mass=MASS_EN,
    ranking=RANKING_EN,
    fields=FIELDS_EN,
    context=CONTEXT_EN,
    daily=DAILY_EN,
    rule=_RULE,
    rules=RULES_EN,
    subscription=_SUBSCRIPTION,
    commands=_COMMANDS,
    wanted=_WANTED,
    answer=_ANSWER,
)
