"""Builds the product's values with defaults that a test need not care about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.alert import Alert, AlertState, Person
from bot.core.fingerprint import fingerprint
from bot.core.matcher import Matcher, parse_matcher
from bot.core.mute import Mute
from bot.core.notification import Notification, Purpose, SentCard
from bot.core.subscription import Language, Subscription, Target, TargetKind
from watchers.finding import Finding, Report, Sample, Severity, SourceProgress
from watchers.health import HostSample

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LIN = Person(id="ou_lin", name="林")
WANG = Person(id="ou_wang", name="王")


def later(**span: float) -> datetime:
    """An instant after `NOW`, e.g. ``later(minutes=5)``."""
    return NOW + timedelta(**span)


def chat(name: str = "ops") -> Target:
    """A group chat."""
    return Target(kind=TargetKind.FEISHU_CHAT, address=f"oc_{name}")


def matchers(*texts: str) -> tuple[Matcher, ...]:
    """Matchers as people write them."""
    return tuple(parse_matcher(text) for text in texts)


def finding(name: str = "f1", **fields: Any) -> Finding:
    """A finding of the rule ``error`` in the service ``pay``."""
    defaults: dict[str, Any] = {
        "rule": "error",
        "severity": Severity.HIGH,
        "labels": {"service": "pay"},
        "title": "card declined",
        "first_at": NOW,
        "seen_at": NOW,
    }
    return Finding(id=name, **{**defaults, **fields})


def seen(name: str, **span: float) -> Finding:
    """A finding of that instant after `NOW`, e.g. ``seen("f2", minutes=5)``."""
    return finding(name, first_at=later(**span), seen_at=later(**span))


def sample(text: str = "ERROR pay: card declined", place: str = "/var/log/pay.log:0") -> Sample:
    """A record that was found."""
    return Sample(text=text, place=place, at=NOW)


def report(*findings: Finding, **fields: Any) -> Report:
    """What one agent hands over."""
    return Report(**{"agent": "host-1", "findings": findings, **fields})


def progress(name: str = "file:/var/log/pay.log", **fields: Any) -> SourceProgress:
    """A source that is read."""
    return SourceProgress(**{"name": name, "state": "ok", "files": 1, **fields})


def host_sample(**fields: Any) -> HostSample:
    """A machine that is half busy."""
    defaults = {"host": "host-1", "at": NOW, "cpu": 0.5, "memory": 0.5, "disk": 0.5}
    return HostSample(**{**defaults, **fields})


def alert(number: int = 1, **fields: Any) -> Alert:
    """A firing alert of the rule ``error`` in the service ``pay``."""
    labels = fields.get("labels", {"service": "pay"})
    defaults: dict[str, Any] = {
        "fingerprint": fingerprint(fields.get("rule", "error"), labels),
        "rule": "error",
        "severity": Severity.HIGH,
        "labels": labels,
        "title": "card declined",
        "state": AlertState.FIRING,
        "first_at": NOW,
        "seen_at": NOW,
        "opened_at": NOW,
        "changed_at": NOW,
        "count": 1,
    }
    return Alert(id=number, **{**defaults, **fields})


def mute(*texts: str, **fields: Any) -> Mute:
    """A mute of one hour, of the service ``pay`` unless told otherwise."""
    defaults = {"starts_at": NOW, "ends_at": later(hours=1), "by": LIN}
    return Mute(matchers=matchers(*(texts or ("service=pay",))), **{**defaults, **fields})


def subscription(number: int = 1, **fields: Any) -> Subscription:
    """A chat that wants everything from high upwards."""
    defaults: dict[str, Any] = {"target": chat(), "by": LIN, "created_at": NOW}
    return Subscription(id=number, **{**defaults, **fields})


def notification(**fields: Any) -> Notification:
    """A first card of alert 1, owed to ``oc_ops`` now."""
    defaults: dict[str, Any] = {
        "target": chat(),
        "purpose": Purpose.FIRST,
        "alert_id": 1,
        "due_at": NOW,
        "created_at": NOW,
    }
    return Notification(**{**defaults, **fields})


def sent_card(**fields: Any) -> SentCard:
    """A card of alert 1 that was just sent to ``oc_ops``."""
    defaults: dict[str, Any] = {
        "alert_id": 1,
        "target": chat(),
        "language": Language.ZH,
        "message_id": "om_1",
        "digest": "d",
        "edits": 0,
        "sent_at": NOW,
        "edited_at": NOW,
    }
    return SentCard(**{**defaults, **fields})
