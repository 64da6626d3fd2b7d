"""HTTP hook: asks an address to do something, e.g. to scale out; signed as the webhook is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.errand import ErrandRun
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.delivery.posting import post, signed
from bot.engine.occasions import assignment
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.templating.context import context_of
from bot.feishu.templating.sandbox import TemplateFault, render
from bot.feishu.templating.templates import values
from bot.notifiers.base import HookSettings

_SAID = 300


class Hook:
    """Posts to hooks; safe to use from several threads."""

    def __init__(
        self,
        settings: tuple[HookSettings, ...],
        secrets: Mapping[str, str],
        views: Views,
        zone: ZoneInfo,
        begin: Callable[[ErrandRun], bool],
        clean: Callable[[str], str],
    ) -> None:
        """`secrets` by name; `begin` notes that it is under way; `clean` redacts an answer."""
        self._settings = {one.name: one for one in settings}
        self._secrets = secrets
        self._views = views
        self._zone = zone
        self._begin = begin
        self._clean = clean

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Ask; None if it is not to be done any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        secret = self._secrets.get(owed.target.address)
        if known is None or not secret:
            detail = f"no [[hook]] {owed.target.address} with a secret is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = assignment(owed, self._views, now)
        if found is None or found.run is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        context = context_of(found, reader, tame=False)
        at = int(now.timestamp())
        try:
            text = render(known.body, values(context)) if known.body else ""
        except TemplateFault as error:
            raise DeliveryError(Fault.MISCONFIGURED, detail=f"its body: {error}") from error
        told = {
            "event": "action.requested",
            "timestamp": at,
            "data": {"action": known.name, "alert": asdict(context)},
        }
        body = (text or json.dumps(told, ensure_ascii=False, default=str)).encode()
        if known.dry_run:
            return Receipt(outcome=f"dry run: would post {len(body)} bytes")
        if not self._begin(found.run):
            return None
        headers = signed(secret, at, body, job.uuid)
        answer = post(known.url, body, headers, known.timeout_s, f"the hook {known.name}")
        said = one_line(self._clean(answer.text), _SAID)
        return Receipt(outcome=f"HTTP {answer.code} {said}".strip())
