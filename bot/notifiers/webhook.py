"""Signed webhook: an alert as JSON to somebody else's address."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.delivery.posting import post, signed
from bot.engine.occasions import occasion
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.notifiers.base import WebhookSettings


class Webhook:
    """Posts steps of escalations and changes of alerts; safe to use from several threads."""

    def __init__(
        self, settings: tuple[WebhookSettings, ...], secrets: Mapping[str, str], views: Views
    ) -> None:
        """`secrets` by the names of the webhooks."""
        self._settings = {one.name: one for one in settings}
        self._secrets = secrets
        self._views = views

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Post what is to be told; None if there is nothing to tell any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        if known is None:
            detail = f"no [[webhook]] {owed.target.address} is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        if not self._secrets.get(known.name):
            detail = f"the secret of the webhook {known.name} cannot be read"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = occasion(owed, self._views, now)
        if found is None:
            return None
        at = int(now.timestamp())
        data = _data(found.view) | {
            "step": owed.content.get("step"),
            "steps": owed.content.get("steps"),
        }
        told = {"event": f"alert.{found.event.value}", "timestamp": at, "data": data}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = signed(self._secrets[known.name], at, body, job.uuid)
        post(known.url, body, headers, known.timeout_s, f"the webhook {known.name}")
        return Receipt(outcome=found.event.value)


def _data(view: AlertView) -> dict[str, Any]:
    alert = view.alert
    by = alert.acknowledged_by or alert.resolved_by
    return {
        "id": alert.id,
        "fingerprint": alert.fingerprint,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "title": alert.title,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "count": alert.count,
        "first_at": alert.first_at.isoformat(),
        "seen_at": alert.seen_at.isoformat(),
        "first_written_at": _time(alert.first_written_at),
        "written_at": _time(alert.written_at),
        "opened_at": alert.opened_at.isoformat(),
        "by": {"id": by.id, "name": by.name} if by is not None else None,
        "samples": [one.text for one in alert.samples],
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
