"""Views to draw cards from: an ordinary day, and the worst of days."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.alert import LARKWATCH, Alert, AlertState, Lost, Person, Promise, Transition
from bot.core.errand import Errand, ErrandKind, ErrandRun, ErrandState
from bot.core.flapping import Flaps
from bot.core.grouping import Group, GroupKind
from bot.core.matcher import Matcher, Operator
from bot.core.mute import Mute, for_one
from bot.core.subscription import Language, Subscription, Target, TargetKind
from bot.core.why import Why
from bot.engine.delivering import Figures, TargetTrouble
from bot.engine.views import (
    AgentRow,
    AlertPage,
    AlertView,
    Choices,
    DeliveryFacts,
    ErrandView,
    GroupView,
    MuteRow,
    RatePoint,
    RuleFacts,
    RuleRow,
    SeverityPoint,
    StatusView,
)
from bot.feishu.cards.reader import Reader
from watchers.finding import Response, Sample, Severity, SourceProgress
from watchers.health import HostSample
from watchers.incidents import findings as incidents

NOW = datetime(2026, 11, 23, 2, 14, 7, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
LIN = Person(id="ou_lin", name="林晓")
CHEN = Person(id="ou_chen", name="Chen Bo")
PAY = Matcher(label="service", operator=Operator.EQUAL, value="pay")
CHAT = Target(kind=TargetKind.FEISHU_CHAT, address="oc_ops")

TRACE = """\
2026-11-23 10:14:07,318 ERROR [order-api] [http-7] c.s.pay.Gateway - charge failed
java.net.SocketTimeoutException: Read timed out
    at c.s.pay.http.Pool.lease(Pool.java:214)
    at c.s.pay.Gateway.charge(Gateway.java:88)"""
RETRY = "2026-11-23 10:14:07,322 ERROR [order-api] [http-7] c.s.pay.Gateway - retry 3/3 exhausted"


def reader(language: Language = Language.ZH) -> Reader:
    return Reader(language=language, zone=SHANGHAI, now=NOW)


def alert(**changes: object) -> Alert:
    plain = Alert(
        id=42,
        fingerprint="12f81c0aa77b3d9e1",
        rule="pay-gateway-timeout",
        severity=Severity.HIGH,
        labels={"service": "order-api", "host": "web-03", "env": "prod"},
        annotations={"logger": "c.s.pay.Gateway"},
        title="支付网关超时",
        state=AlertState.FIRING,
        first_at=NOW - 22 * MINUTE,
        seen_at=NOW,
        opened_at=NOW - 22 * MINUTE,
        changed_at=NOW - 22 * MINUTE,
        count=128,
        samples=(
            Sample(text=TRACE, place="/var/log/order/app.log:48211", at=NOW),
            Sample(text=RETRY, place="/var/log/order/app.log:48903", at=NOW),
        ),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


JOINED_ORDERS = (
    ("billing", "2026-11-23T01:52:01+00:00", "began"),
    ("api-gateway", "2026-11-23T01:52:49+00:00", "names"),
    ("orders", "2026-11-23T01:53:40+00:00", "same_lines"),
)
RATE = (4, 4, 6, 5, 6, 6, 5, 7, 5, 6, 4, 4, 5, 5, 3, 2, 4, 5, 4, 6, 12, 16, 24, 25, 23, 18, 12)


def rate(counts: tuple[int, ...] = (0, 0, 0, *RATE)) -> tuple[RatePoint, ...]:
    start = NOW.replace(second=0) - MINUTE * 29
    return tuple(RatePoint(at=start + MINUTE * n, count=c) for n, c in enumerate(counts))


def step(
    target: AlertState,
    by: Person = LARKWATCH,
    source: AlertState | None = None,
    ago: int = 0,
    why: Why = Why.FIRST_SEEN,
) -> Transition:
    return Transition(
        alert_id=42, source=source, target=target, by=by, why=why, at=NOW - MINUTE * ago
    )


def firing() -> AlertView:
    return AlertView(alert=alert(), mute=None, rate=rate(), timeline=(step(AlertState.FIRING),))


def asking() -> AlertView:
    """What its severity asks for waits, cools down, or is under way."""
    how = {
        ErrandState.ASKED: Errand(kind=ErrandKind.COMMAND, name="restart", about="restarts pay"),
        ErrandState.COOLING: Errand(kind=ErrandKind.HOOK, name="scale-out", about="HTTP hook"),
        ErrandState.BEGUN: Errand(
            kind=ErrandKind.KUBERNETES, name="pods", about="scale +1 shop/pay", dry_run=True
        ),
    }
    shown = tuple(
        ErrandView(
            run=ErrandRun(
                id=number, alert_id=42, key=errand.key, round_at=NOW, state=state, at=NOW
            ),
            errand=errand,
        )
        for number, (state, errand) in enumerate(how.items(), start=1)
    )
    return replace(firing(), errands=shown)


def incident(joined: object = JOINED_ORDERS, rule: str = incidents.RULE) -> AlertView:
    """Several services that broke together; `joined` is how it grew, as a list or as kept."""
    kept = joined if isinstance(joined, str) else json.dumps(joined)
    annotations = {incidents.JOINED: kept, incidents.KINDS: "4", "hosts": "web-03, web-04"}
    return replace(firing(), alert=alert(rule=rule, annotations=annotations))


def group(kind: GroupKind = GroupKind.STORM, **changes: object) -> GroupView:
    """Alerts that share a card: some fire, one is taken, one is over."""
    keys = {
        GroupKind.LABELS: {"service": "order-api"},
        GroupKind.UPSTREAM: {"alert": "42"},
        GroupKind.AWAY: {
            "rule": "error",
            "left": (NOW - 420 * MINUTE).isoformat(),
            "back": NOW.isoformat(),
        },
    }
    told = Group(
        id=7,
        kind=kind,
        target=CHAT,
        language=Language.ZH,
        key=keys.get(kind, {}),
        created_at=NOW - 9 * MINUTE,
        rung_at=NOW - 9 * MINUTE,
        held=38 if kind is GroupKind.STORM else 0,
    )
    rows = (firing(), acknowledged(), muted(), resolved())
    shown = tuple(
        replace(view, alert=replace(view.alert, id=42 + n)) for n, view in enumerate(rows)
    )
    states = {AlertState.FIRING: 30, AlertState.ACKNOWLEDGED: 5, AlertState.RESOLVED: 3}
    view = GroupView(
        group=told,
        rows=shown,
        total=38,
        states=states,
        rules=(("error", 30), ("panic", 8)),
        services=(("order-api", 21), ("pay", 12), ("", 5)),
        joined=3,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def acknowledged() -> AlertView:
    taken = alert(state=AlertState.ACKNOWLEDGED, acknowledged_by=LIN, acknowledged_at=NOW - MINUTE)
    return replace(firing(), alert=taken)


def mute(**changes: object) -> Mute:
    plain = Mute(
        id=3,
        matchers=for_one("12f81c0aa77b3d9e1"),
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        by=CHEN,
        reason="发布中",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def muted() -> AlertView:
    return replace(firing(), mute=mute())


def resolved() -> AlertView:
    over = alert(
        state=AlertState.RESOLVED,
        acknowledged_by=LIN,
        acknowledged_at=NOW - 9 * MINUTE,
        resolved_by=LIN,
        resolved_at=NOW - MINUTE,
        reopened=2,
        held_back=1200,
        count=18400,
    )
    timeline = (
        step(AlertState.FIRING, ago=2000),
        step(AlertState.RESOLVED, source=AlertState.FIRING, ago=1500, why=Why.QUIET),
        step(AlertState.FIRING, source=AlertState.RESOLVED, ago=22, why=Why.RECURRED),
        step(
            AlertState.ACKNOWLEDGED, by=LIN, source=AlertState.FIRING, ago=9, why=Why.ACKNOWLEDGED
        ),
        step(AlertState.RESOLVED, by=LIN, source=AlertState.ACKNOWLEDGED, ago=1, why=Why.RESOLVED),
    )
    return replace(firing(), alert=over, timeline=timeline)


def unknown() -> AlertView:
    """Its source is gone; it was taken, flaps, and everything else there is to say."""
    lost = alert(
        state=AlertState.UNKNOWN,
        lost=Lost(state=AlertState.ACKNOWLEDGED, since=NOW - 7 * MINUTE),
        acknowledged_by=LIN,
        acknowledged_at=NOW - 9 * MINUTE,
        promise=Promise(severity=Severity.HIGH, count=90, expires_at=NOW + timedelta(hours=3)),
        assignee=CHEN,
        followers=(CHEN, Person(id="ou_wang", name="王磊")),
        severity_by=CHEN,
        flaps=Flaps(count=12, began_at=NOW - 14 * MINUTE, last_at=NOW, since=NOW - 14 * MINUTE),
        received_at=NOW + timedelta(minutes=6),
        previous=17,
        late=3,
        rule_text={"pattern": "SocketTimeout|Read timed out", "severity": "high"},
    )
    said = Transition(
        alert_id=42,
        source=AlertState.ACKNOWLEDGED,
        target=AlertState.ACKNOWLEDGED,
        by=CHEN,
        why=Why.COMMENTED,
        at=NOW - 8 * MINUTE,
        note="网关在重启，先观察",
    )
    timeline = (
        step(AlertState.FIRING, ago=22),
        replace(step(AlertState.FIRING, LARKWATCH, AlertState.FIRING, 20), why=Why.FLAPPING),
        step(AlertState.ACKNOWLEDGED, LIN, AlertState.FIRING, 9, Why.ACKNOWLEDGED),
        said,
        replace(said, why=Why.SEVERITY_SET, note="critical>high"),
        replace(said, why=Why.ASSIGNED, note="Chen Bo", by=LIN),
        step(AlertState.UNKNOWN, LARKWATCH, AlertState.ACKNOWLEDGED, 5, Why.SOURCE_LOST),
    )
    return replace(firing(), alert=lost, timeline=timeline, comments=(said,))


def page(total: int = 23) -> AlertPage:
    severities = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
    rows = [
        replace(firing(), alert=alert(id=42 - n, severity=severities[n % 4], count=7**n))
        for n in range(7)
    ]
    return AlertPage(rows=(*rows, acknowledged(), muted()), total=total)


def source(
    name: str, state: str = "ok", rate: float = 0.0, lag: float = 0.01, error: str = ""
) -> SourceProgress:
    return SourceProgress(name=name, state=state, lines_per_s=rate, lag_s=lag, error=error)


def status() -> StatusView:
    sources = (
        source("file:/var/log/order/*.log", rate=9120.4, lag=0.012),
        source("file:/var/log/pay/app.log", "behind", rate=6004.0, lag=2.1),
        source("file:/var/log/nginx/error.log", rate=2210.0, lag=0.004),
        source("file:/var/log/gone.log", "absent", error="no such file; check the path"),
    )
    start = NOW.replace(second=0)
    points = [
        SeverityPoint(at=start - MINUTE * n, severity=severity, count=(n * 7 + k * 3) % 11 + 1)
        for n in range(59, -1, -1)
        for k, severity in enumerate((Severity.MEDIUM, Severity.HIGH))
        if (n + k) % 3
    ]
    points.append(SeverityPoint(at=start - MINUTE * 8, severity=Severity.CRITICAL, count=9))
    host = HostSample(host="web-03", at=NOW, cpu=0.37, memory=0.62, disk=0.86)
    counts = dict.fromkeys(Severity, 0) | {Severity.CRITICAL: 1, Severity.HIGH: 2}
    return StatusView(
        agents=(AgentRow(agent="web-03", heard_at=NOW, host=host, sources=sources),),
        open_by_severity=counts,
        muted=1,
        delivery=DeliveryFacts(
            sent=4213,
            given_up=1,
            retried=4,
            waiting=2,
            oldest_waiting_s=12.0,
            latency_p50_s=0.18,
            latency_p99_s=0.84,
            last_fault="throttled: 230020 frequency limit",
        ),
        troubles=(),
        figures=figures(),
        matches=tuple(points),
        subscriptions=5,
        started_at=NOW - timedelta(days=3, hours=4),
        version="0.1.0",
    )


def figures(**changes: object) -> Figures:
    plain = Figures(
        deliveries={"first:sent": 40, "refresh:put_off": 2},
        waiting={TargetKind.FEISHU_CHAT: 2},
        oldest_s=12.0,
        tripped=0,
        lessened=0,
        calls=4213,
        monthly=10000,
        misfires=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def troubles() -> tuple[TargetTrouble, ...]:
    return (
        TargetTrouble(
            name="生产告警群",
            waiting=12,
            waits_s=5400.0,
            next_try_at=NOW + timedelta(seconds=40),
            fault="passing: 0 no answer within 10 s",
        ),
        TargetTrouble(name="支付研发群", lessened=2),
        TargetTrouble(name="oc_gone", suspended="the group was dissolved"),
    )


def mutes() -> tuple[MuteRow, ...]:
    many = mute(id=4, matchers=(PAY,), ends_at=NOW + timedelta(days=1), by=LIN, reason="")
    return (MuteRow(mute=mute(), hits=1), MuteRow(mute=many, hits=3))


def rules() -> tuple[RuleRow, ...]:
    def rule(name: str, severity: Severity, pattern: str, origin: str = "default") -> RuleFacts:
        responses = frozenset({Response.RECORD if name == "timeout" else Response.ALERT})
        return RuleFacts(
            name=name,
            title=name,
            severity=severity,
            pattern=pattern,
            responses=responses,
            origin=origin,
        )

    return (
        RuleRow(rule=rule("panic", Severity.CRITICAL, "PANIC|FATAL"), count=0, last_at=None),
        RuleRow(rule=rule("error", Severity.HIGH, "ERROR"), count=18432, last_at=NOW),
        RuleRow(rule=rule("timeout", Severity.MEDIUM, "TIMEOUT"), count=311, last_at=NOW - MINUTE),
        RuleRow(
            rule=rule(
                "pay-gateway-timeout", Severity.HIGH, r"SocketTimeout|Read timed out", "file"
            ),
            count=128,
            last_at=NOW - timedelta(days=2),
        ),
    )


def subscription(**changes: object) -> Subscription:
    plain = Subscription(
        id=3, target=CHAT, matchers=(PAY,), by=LIN, created_at=NOW - timedelta(days=2)
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


CHOICES = Choices(
    rules=("error", "panic", "timeout", "pay-gateway-timeout"),
    services=("order-api", "pay", "web"),
)
