"""Every kind of card, drawn from given views."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.core.aftermath import Aftermath
from bot.core.alert import AlertState
from bot.core.concern import Concern, ConcernKind
from bot.core.grouping import GroupKind
from bot.core.mass import MassAct, MassAction
from bot.core.mute import Mute, MuteEvent
from bot.core.notification import Purpose
from bot.core.ports import MuteChange
from bot.core.subscription import Subscription
from bot.core.why import Why
from bot.delivery.ladder import Rung
from bot.engine.lookup_views import ContextView, HostSearch, LogHit, LogsView, Source, TimelineView
from bot.engine.mute_views import MutePreview
from bot.engine.views import AlertPage, AlertView, Choices, MuteRow, RuleRow, StatusView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.alerts import alerts_card
from bot.feishu.cards.concern import concern_card
from bot.feishu.cards.digest import digest_card
from bot.feishu.cards.group import group_card, group_notice_card
from bot.feishu.cards.health import host_card, hosts_card, unknown_host_card
from bot.feishu.cards.help import CommandHelp, HelpGroup, command_help_card, help_card
from bot.feishu.cards.log_context import context_card, no_context_card
from bot.feishu.cards.logs import logs_card
from bot.feishu.cards.mass import mass_done_card, mass_preview_card
from bot.feishu.cards.mute_messages import ended_card, ending_card, today_card
from bot.feishu.cards.mutes import (
    extended_card,
    history_card,
    lifted_card,
    muted_card,
    mutes_card,
    preview_card,
)
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.notice import DRAWN, notice_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.renewal import continued, frozen_card
from bot.feishu.cards.rules import rules_card
from bot.feishu.cards.rungs import alert_at
from bot.feishu.cards.status import status_card
from bot.feishu.cards.subscription_form import subscription_form
from bot.feishu.cards.subscriptions import (
    subscribed_card,
    subscriptions_card,
    unsubscribed_card,
)
from bot.feishu.cards.suggestion import error_card, suggestion_card
from bot.feishu.cards.timeline import timeline_card
from bot.feishu.cards.understood import choices_card, confirm_card, with_line
from bot.feishu.cards.welcome import welcome_card
from bot.feishu.commands.registry import COMMANDS
from tests.bot.feishu import health_samples, samples
from watchers.finding import Spot
from watchers.questions import Answer, Ending, LogLine

NOTICED = {
    "taker": {"id": "ou_lin", "name": "林晓"},
    "flaps": {"count": 12, "since": samples.NOW.isoformat()},
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What stands on the cards."""

    alerts: tuple[AlertView, ...] = field(
        default_factory=lambda: (
            samples.firing(),
            samples.acknowledged(),
            samples.muted(),
            samples.resolved(),
            samples.unknown(),
        )
    )
    page: AlertPage = field(default_factory=samples.page)
    status: StatusView = field(default_factory=samples.status)
    mutes: tuple[MuteRow, ...] = field(default_factory=samples.mutes)
    mute: Mute = field(default_factory=samples.mute)
    rules: tuple[RuleRow, ...] = field(default_factory=samples.rules)
    subscriptions: tuple[Subscription, ...] = field(
        default_factory=lambda: (
            samples.subscription(),
            samples.subscription(id=5, matchers=(), suspended="gone"),
        )
    )
    choices: Choices = samples.CHOICES
    typed: str = "staus"


def every_card(scene: Scene, reader: Reader) -> dict[str, dict[str, Any]]:
    page = replace(scene.page, rows=(), total=0)
    noticed = NOTICED | {"taker": {"id": "", "name": scene.typed}}
    return {
        **{f"alert{n}": alert_card(view, reader) for n, view in enumerate(scene.alerts)},
        "alert asking": alert_card(samples.asking(), reader),
        "alert incident": alert_card(samples.incident(), reader),
        "alert without buttons": alert_card(scene.alerts[0], reader, may_act=False),
        "alert read late": alert_card(_read_late(scene.alerts[0]), reader),
        "alert in full": alert_card(scene.alerts[-1], reader, full=True),
        **{
            f"notice {purpose}": notice_card(scene.alerts[-1], purpose, reader, noticed)
            for purpose in DRAWN
        },
        **{
            f"group {kind}": group_card(samples.group(kind, rows=scene.alerts), reader)
            for kind in GroupKind
        },
        "group notice": group_notice_card(samples.group(rows=scene.alerts), Purpose.JOINED, reader),
        "alerts": alerts_card(scene.page, reader, scene.typed, page=2),
        "no alerts": alerts_card(page, reader),
        "status": status_card(scene.status, reader),
        "digest": digest_card(
            [replace(view, rate=()) for view in scene.alerts] * 8, 7, samples.NOW, reader
        ),
        **{
            f"concern {kind.value}": concern_card(
                Concern(kind=kind, code=230028, detail=scene.typed, address="oc_a", alert_id=42),
                reader,
            )
            for kind in ConcernKind
        },
        **{
            f"alert {rung.name}": alert_at(scene.alerts[0], rung, reader, code=230028)
            for rung in Rung
        },
        "continued": continued(alert_card(scene.alerts[0], reader), reader),
        "frozen": frozen_card(alert_card(scene.alerts[0], reader, may_act=False), reader),
        "mutes": mutes_card(scene.mutes, reader),
        "no mutes": mutes_card((), reader),
        "muted": muted_card(scene.mute, 3, reader),
        "lifted": lifted_card(scene.mute, reader),
        "extended": extended_card(scene.mute, reader),
        "mute preview": preview_card(scene.mute.matchers, _preview(scene), "/mute 42", reader),
        "mute history": history_card(_changes(scene), reader),
        "no mute history": history_card((), reader),
        **_mute_messages(scene, reader),
        **_mass(scene, reader),
        **_logs(scene, reader),
        "rules": rules_card(scene.rules, reader),
        "no rules": rules_card((), reader),
        "subscriptions": subscriptions_card(scene.subscriptions, reader),
        "no subscriptions": subscriptions_card((), reader),
        "subscribed": subscribed_card(scene.subscriptions[0], reader),
        "unsubscribed": unsubscribed_card(scene.subscriptions, reader),
        "form": subscription_form(scene.choices, reader),
        "help": help_card(_commands(reader), reader),
        **{f"help {one.name}": command_help_card(one, reader) for one in _commands(reader)[:3]},
        "hosts": hosts_card(health_samples.hosts_view(), reader),
        "host": host_card(health_samples.host_view(), reader),
        "silent host": host_card(health_samples.silent_view(), reader),
        "unknown host": unknown_host_card(scene.typed, ("web-01",), reader),
        "welcome": welcome_card(reader),
        "choices": choices_card(scene.typed, ["/mute service=pay 1h", "/why pay"], reader),
        "confirm": confirm_card("/unsubscribe all", reader),
        "understood": with_line(mutes_card((), reader), "/mutes", reader),
        "suggestion": suggestion_card(scene.typed, "/status", reader),
        "error": error_card(scene.typed, reader.texts.wanted.span, "/mute 42 1h", reader),
        "note": note_card(scene.typed, [scene.typed], Tone.WARNING, reader),
    }


def _read_late(view: AlertView) -> AlertView:
    """What was found in a backlog of an hour."""
    alert = view.alert
    first, last = (at - timedelta(hours=1) for at in (alert.first_at, alert.seen_at))
    return replace(view, alert=replace(alert, first_written_at=first, written_at=last))


def _commands(reader: Reader) -> list[CommandHelp]:
    """Every command, half of which nobody may run."""
    return [
        CommandHelp(
            name=spec.names[0],
            aliases=spec.names[1:],
            text=spec.text(reader.texts),
            right=spec.right,
            may=n % 2 == 0,
            group=list(HelpGroup)[n % len(HelpGroup)],
        )
        for n, spec in enumerate(COMMANDS)
    ]


def _preview(scene: Scene) -> MutePreview:
    return MutePreview(open=2, lately=10**6, some=tuple(view.alert for view in scene.alerts))


def _changes(scene: Scene) -> tuple[MuteChange, ...]:
    return tuple(
        MuteChange(mute=row.mute, event=event, by=row.mute.by, at=samples.NOW)
        for row in scene.mutes
        for event in MuteEvent
    )


def _mute_messages(scene: Scene, reader: Reader) -> dict[str, dict[str, Any]]:
    alerts = tuple(view.alert for view in scene.alerts)
    left = Aftermath(target=samples.CHAT, language=reader.language, firing=1, named=(42,))
    many = replace(left, firing=10**6, acknowledged=2, resolved=3, first_seen=10**5)
    green = replace(left, firing=0, resolved=1, named=())
    shown = {"still firing": left, "many left": many, "all over": green}
    today = today_card(scene.mutes, reader)
    assert today is not None
    assert today_card((), reader) is None
    return {
        "mute ends soon": ending_card(scene.mutes[0], reader),
        "muted today": today,
        **{
            f"mute ended, {name}, {event.value}": ended_card(
                scene.mutes[0].mute, one, event, 57, alerts[:1], reader
            )
            for name, one in shown.items()
            for event in (MuteEvent.EXPIRED, MuteEvent.WORSE)
        },
    }


def _mass(scene: Scene, reader: Reader) -> dict[str, dict[str, Any]]:
    action = MassAction(
        id=7,
        act=MassAct.RESOLVE,
        alerts=tuple(range(1, 10_001)),
        by=samples.LIN,
        chat="oc_ops",
        made_at=samples.NOW,
    )
    some = tuple(view.alert for view in scene.alerts)
    return {
        "many": mass_preview_card(action, some, reader),
        "none of many": mass_preview_card(replace(action, alerts=()), (), reader),
        "many under way": mass_done_card(replace(action, done=48, failed=2), reader),
        "many done": mass_done_card(replace(action, done=10_000), reader),
    }


def _logs(scene: Scene, reader: Reader) -> dict[str, dict[str, Any]]:
    view = scene.alerts[0]
    spot = Spot(
        mark="0" * 32,
        file="f",
        offset=9,
        end=99,
        line=1043,
        before=(scene.typed, "INFO"),
        after=(scene.typed,),
    )
    sample = replace(samples.alert().samples[0], spot=spot)
    alert = replace(view.alert, samples=(sample,), agent=scene.typed)
    lines = tuple(LogLine(number=1023 + n, text=f"{scene.typed} {n}") for n in range(41))
    told = Answer(id=1, ending=Ending.DONE, lines=lines, first=-20, begins=True, path=scene.typed)
    around = ContextView(
        alert=alert, sample=sample, first=-20, last=20, source=Source.ANSWERED, answer=told
    )
    hit = LogHit(
        at=samples.NOW,
        host="web-03",
        path="/var/log/pay.log",
        number=7,
        text=scene.typed,
        before=(scene.typed,),
        after=("INFO",),
    )
    hosts = tuple(
        HostSearch(
            host=scene.typed,
            source=one,
            files=3,
            bytes=5_300_000,
            bound=True,
            sources=("units (journald)", scene.typed),
            unsearched=("shop (loki): http://loki:3100 cannot be reached", scene.typed),
        )
        for one in Source
    )
    search = LogsView(
        number=3,
        words=scene.typed,
        again='/logs "a"',
        span=timedelta(minutes=30),
        hits=(hit,) * 20,
        hosts=hosts,
        recorded_only=True,
    )
    happened = tuple(samples.step(AlertState.FIRING, ago=n, why=why) for n, why in enumerate(Why))
    timeline = TimelineView(alert=alert, entries=happened[:12], page=2, pages=3, total=30)
    return {
        "alert with its lines": alert_card(replace(view, alert=alert), reader),
        "lines around": context_card(around, reader),
        **{
            f"lines around, {one.value}": context_card(
                replace(around, source=one, answer=None), reader
            )
            for one in Source
        },
        **{
            f"lines around, {ending.value}": context_card(
                replace(around, answer=Answer(id=1, ending=ending)), reader
            )
            for ending in Ending
        },
        "no lines around": no_context_card(reader),
        "logs": logs_card(search, reader, 2),
        "no logs": logs_card(replace(search, hits=(), hosts=(), recorded_only=False), reader),
        "timeline": timeline_card(timeline, reader),
        "timeline in the thread": timeline_card(timeline, reader, paged=False),
    }


def texts_of(element: object, kind: str) -> list[str]:
    """All contents of text objects or components of this kind, anywhere in a card."""
    found: list[str] = []
    if isinstance(element, dict):
        if element.get("tag") == kind and isinstance(element.get("content"), str):
            found.append(element["content"])
        for inner in element.values():
            found += texts_of(inner, kind)
    elif isinstance(element, list):
        for inner in element:
            found += texts_of(inner, kind)
    return found


def tagged(element: object, tag: str) -> list[dict[str, Any]]:
    """All components with this tag, in order."""
    found: list[dict[str, Any]] = []
    if isinstance(element, dict):
        if element.get("tag") == tag:
            found.append(element)
        for inner in element.values():
            found += tagged(inner, tag)
    elif isinstance(element, list):
        for inner in element:
            found += tagged(inner, tag)
    return found


def labels(card: dict[str, Any]) -> list[str]:
    """What its buttons say."""
    return [button["text"]["content"] for button in tagged(card, "button")]


def values(card: dict[str, Any]) -> dict[str, Any]:
    """What its buttons call back with, by what they say."""
    return {
        button["text"]["content"]: button["behaviors"][0]["value"]
        for button in tagged(card, "button")
        if "behaviors" in button
    }


def seen(card: dict[str, Any]) -> str:
    """Everything literal on it."""
    return "\n".join(texts_of(card, "plain_text"))
