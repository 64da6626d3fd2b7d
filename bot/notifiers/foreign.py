"""Notifiers of other packages: found by their entry points, built once, told of alerts."""

import importlib.metadata
import threading
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.engine.occasions import occasion
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.templating.context import context_of
from bot.notifiers.base import GROUP, ForeignNotifier, NotifierSettings


class Foreign:
    """Hands messages to other packages; safe to use from several threads."""

    def __init__(
        self, settings: tuple[NotifierSettings, ...], views: Views, zone: ZoneInfo
    ) -> None:
        self._settings = {one.name: one for one in settings}
        self._views = views
        self._zone = zone
        self._lock = threading.Lock()
        self._built: dict[str, ForeignNotifier] = {}

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Hand it over; None if there is nothing to tell any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        if known is None:
            detail = f"no [[notifier]] {owed.target.address} is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = occasion(owed, self._views, now)
        if found is None:
            return None
        notifier = self._notifier(known)
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        try:
            notifier.send(context_of(found, reader), job.uuid, now)
        except DeliveryError:
            raise
        except Exception as error:
            detail = f"the notifier {known.kind} broke: {type(error).__name__}"
            raise DeliveryError(Fault.PASSING, detail=detail) from error
        return Receipt(outcome=found.event.value)

    def _notifier(self, known: NotifierSettings) -> ForeignNotifier:
        with self._lock:
            if known.name not in self._built:
                self._built[known.name] = _build(known)
            return self._built[known.name]


def _build(known: NotifierSettings) -> ForeignNotifier:
    found = importlib.metadata.entry_points(group=GROUP, name=known.kind)
    for point in found:
        try:
            built: ForeignNotifier = point.load()(dict(known.settings))
        except Exception as error:
            detail = f"the notifier {known.kind} cannot be used: {error}"[:300]
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
        return built
    detail = f"no installed package has a notifier {known.kind}"
    raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
