"""Shows what a template of the configuration makes, of a real alert or of one made up."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.terms import terms_of
from bot.config.load import database_url
from bot.config.schema import Config
from bot.core.alert import Alert, AlertState
from bot.core.context import event_of
from bot.core.errors import LarkwatchError
from bot.core.fingerprint import fingerprint
from bot.core.template import Format
from bot.engine.occasions import Occasion
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.reader import Reader
from bot.feishu.templating.context import context_of
from bot.feishu.templating.sandbox import TemplateFault, render
from bot.feishu.templating.templates import card_of, values
from bot.store.database import missing_migrations, open_database
from bot.store.store import Store
from watchers.finding import Sample, Severity

_MADE_UP = {"service": "pay", "host": "web-03"}


class PreviewError(LarkwatchError):
    """There is nothing to show: no such template or alert, or the template breaks."""


def preview(config: Config, file: str, name: str, alert_id: int | None, now: datetime) -> str:
    """What the template makes of an alert of the database, or of one made up.

    Raises:
        PreviewError: In words for who writes templates.
        DatabaseUrlError: If the database cannot be opened.
    """
    found = next((one.template for one in config.template if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in config.template) or "there is none"
        raise PreviewError(f"no [[template]] {name}: {names}")
    view = AlertView(alert=_made_up(now), mute=None)
    if alert_id is not None:
        view = _stored(config, file, alert_id, now)
    zone = ZoneInfo(config.feishu.time_zone)
    reader = Reader(language=config.feishu.language, zone=zone, now=now)
    occasion = Occasion(event=event_of(view.alert), view=view)
    context = context_of(occasion, reader, tame=found.format is not Format.HTML)
    try:
        made = render(found.source, values(context), markup=found.format is Format.HTML)
        if found.format is Format.CARD:
            card_of(made)
    except TemplateFault as error:
        raise PreviewError(f"the template {name} breaks: {error}") from error
    return made


def _stored(config: Config, file: str, alert_id: int, now: datetime) -> AlertView:
    database = open_database(database_url(config, file))
    database.only_read()
    try:
        if missing_migrations(database):
            raise PreviewError("the database is of another version: larkwatch migrate")
        view = Views(Store(database), (), now, "", terms_of(config)).alert(alert_id, now)
    finally:
        database.close()
    if view is None:
        raise PreviewError(f"there is no alert #{alert_id}")
    return view


def _made_up(now: datetime) -> Alert:
    return Alert(
        id=42,
        fingerprint=fingerprint("error", _MADE_UP),
        rule="error",
        severity=Severity.HIGH,
        labels=_MADE_UP,
        title="card declined by issuer",
        state=AlertState.FIRING,
        first_at=now,
        seen_at=now,
        opened_at=now,
        changed_at=now,
        count=3,
        samples=(
            Sample(text="ERROR pay: card declined by issuer", place="/var/log/pay.log:7", at=now),
        ),
    )
