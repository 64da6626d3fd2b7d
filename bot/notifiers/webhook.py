"""Signed webhook: an alert as JSON to somebody else's address."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import requests

from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import escalates
from bot.core.notification import Purpose, Receipt
from bot.core.ports import Job
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.notifiers.base import WebhookSettings
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

ID_HEADER = "X-Larkwatch-Id"
"""The same for every try of one message, so that the other side can count it once."""
_EVENTS = {Purpose.ESCALATED: "alert.escalated", Purpose.STOOD_DOWN: "alert.stood_down"}
_TRY_AGAIN = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_OK = range(200, 300)
_LONGEST_WAIT_S = 3600


class Webhook:
    """Posts steps of escalations; safe to use from several threads."""

    def __init__(
        self, settings: tuple[WebhookSettings, ...], secrets: Mapping[str, str], views: Views
    ) -> None:
        """`secrets` by the names of the webhooks."""
        self._settings = {one.name: one for one in settings}
        self._secrets = secrets
        self._views = views

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Post one step, or that it is over; None if there is nothing to tell any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        if known is None:
            detail = f"no [[webhook]] {owed.target.address} is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        if not self._secrets.get(known.name):
            detail = f"the secret of the webhook {known.name} cannot be read"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        event = _EVENTS.get(owed.purpose)
        if view is None or event is None:
            return None
        if escalates(view.alert, muted=view.mute is not None) is (
            owed.purpose is Purpose.STOOD_DOWN
        ):
            return None
        at = int(now.timestamp())
        data = _data(view) | {"step": owed.content.get("step"), "steps": owed.content.get("steps")}
        body = json.dumps(
            {"event": event, "timestamp": at, "data": data}, ensure_ascii=False
        ).encode()
        self._post(known, body, at, job.uuid)
        return Receipt()

    def _post(self, known: WebhookSettings, body: bytes, at: int, uuid: str) -> None:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP_HEADER: str(at),
            SIGNATURE_HEADER: sign(self._secrets[known.name], at, body),
            ID_HEADER: uuid,
        }
        try:
            answer = requests.post(
                known.url,
                data=body,
                headers=headers,
                timeout=known.timeout_s,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            # Without its own text, which names the address: that may hold a secret.
            detail = f"no answer: {type(error).__name__}"
            raise DeliveryError(Fault.PASSING, detail=detail) from error
        with answer:
            code = answer.status_code
            wait = _wait(answer.headers)
        if code in _OK:
            return
        again = code in _TRY_AGAIN or code >= _SERVER_ERROR
        raise DeliveryError(
            Fault.PASSING if again else Fault.MISCONFIGURED,
            code=code,
            detail=f"the webhook {known.name} answered HTTP {code}",
            retry_after=wait if again else None,
        )


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


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """The whole seconds to wait that the other side names."""
    said = headers.get("Retry-After", "")
    if not (said.isascii() and said.isdigit()) or len(said) > len(str(_LONGEST_WAIT_S)):
        return None
    return timedelta(seconds=min(int(said), _LONGEST_WAIT_S)) or None
