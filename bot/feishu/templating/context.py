"""Fills the context of templates from an alert as it stands."""

import re

from bot.core.alert import Alert
from bot.core.context import AlertContext, Event
from bot.engine.occasions import Occasion
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_TAG = re.compile(r"<(?=[/!?@a-zA-Z])")
_LINK = re.compile(r"\]\(")
_ZERO_WIDTH = "\u200b"
LINES = 20
LINE_CHARS = 500


def context_of(found: Occasion, reader: Reader, *, tame: bool = True) -> AlertContext:
    """The context of one message; every text of a log is cut to a length that is sent.

    With `tame` no text is taken for a mention, a tag or a link by whoever draws markup.
    """
    alert = found.alert

    def shown(text: str, limit: int) -> str:
        cut = one_line(text, limit)
        return _LINK.sub(f"]{_ZERO_WIDTH}(", _TAG.sub(f"<{_ZERO_WIDTH}", cut)) if tame else cut

    by = (alert.acknowledged_by if alert.taken else None) or alert.resolved_by
    if not alert.taken and alert.state.open:
        by = None
    lines = [
        shown(line, LINE_CHARS) for sample in alert.samples for line in sample.text.splitlines()
    ]
    zone = reader.zone
    return AlertContext(
        event=found.event,
        headline=headline(found.event, alert, reader),
        id=alert.id,
        fingerprint=alert.fingerprint,
        rule=shown(alert.rule, 100),
        title=shown(alert.title, 200),
        service=shown(alert.labels.get("service", ""), 100),
        host=shown(alert.labels.get("host", ""), 100),
        severity=alert.severity.value,
        severity_name=reader.texts.format.severity(alert.severity),
        state=alert.state.value,
        count=alert.count,
        first_at=(alert.first_written_at or alert.first_at).astimezone(zone),
        last_at=(alert.written_at or alert.seen_at).astimezone(zone),
        opened_at=alert.opened_at.astimezone(zone),
        now=reader.now.astimezone(zone),
        language=reader.language,
        by=name_of(by, reader) if by is not None and by.id else "",
        labels={shown(k, 60): shown(v, 300) for k, v in alert.labels.items()},
        annotations={shown(k, 60): shown(v, 500) for k, v in alert.annotations.items()},
        lines=tuple(lines[-LINES:]),
    )


def headline(event: Event, alert: Alert, reader: Reader) -> str:
    """Why it is told, in one sentence."""
    if event is Event.FIRING:
        return reader.texts.errand.firing(reader.texts.format.severity(alert.severity))
    if event is Event.ESCALATED:
        return reader.texts.escalation.nobody(reader.span(reader.now - alert.opened_at))
    said = _ended(alert, reader)
    return reader.texts.escalation.mail_over(said) if event is Event.STOOD_DOWN else said


def _ended(alert: Alert, reader: Reader) -> str:
    """Who has it, or how it ended."""
    known = reader.texts.alert
    by = alert.acknowledged_by if alert.taken else alert.resolved_by
    at = (alert.acknowledged_at if alert.taken else alert.resolved_at) or reader.now
    if by is None or not by.id:
        return known.resolved_quietly(reader.time(at))
    said = known.acknowledged_by if alert.taken else known.resolved_by
    return said(name_of(by, reader), reader.time(at))
