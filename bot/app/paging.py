"""What the configuration says of paging people, as the engine's and the notifiers' parts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.backstage import Loop
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.core.ports import Notifier, Store
from bot.core.subscription import TargetKind
from bot.engine.engine import Engine
from bot.engine.progress import stalled
from bot.engine.reading import Views
from bot.feishu.client import FeishuClient
from bot.feishu.templating.templates import Templates
from bot.jobs.calendars import CalendarReader, CalendarSource
from bot.jobs.heartbeat import Heartbeat
from bot.jobs.scheduler import Scheduler
from bot.notifiers.email import Email
from bot.notifiers.feishu_urgent import FeishuUrgent
from bot.notifiers.webhook import Webhook
from watchers.clock import Clock

_SWEPT = timedelta(seconds=30)
"""Timed work that did not run for so long stands still."""


def calendars_of(config: Config, file: str) -> tuple[CalendarSource, ...]:
    """Where the calendars of rotas are; relative paths from the folder of the file."""
    zone = ZoneInfo(config.feishu.time_zone)
    return tuple(
        CalendarSource(
            rota=one.name,
            place=one.calendar if "://" in one.calendar else str(beside(file, one.calendar)),
            people=one.calendar_people,
            zone=one.zone(zone),
        )
        for one in config.rota
        if one.calendar
    )


def loops_of(
    config: Config, file: str, engine: Engine, store: Store, clock: Clock, scheduler: Scheduler
) -> tuple[Loop, ...]:
    """The threads that paging needs beside delivery: none where nothing of it is configured."""
    loops = []
    if sources := calendars_of(config, file):
        loops.append(Loop(name="calendars", step=CalendarReader(sources, engine, clock).step))
    if config.heartbeat.url:
        begun = clock.now()

        def stands_still(now: datetime) -> tuple[str, ...]:
            late = now - (scheduler.swept_at or begun) > _SWEPT
            return (*(("sweep",) if late else ()), *stalled(store, now))

        heartbeat = Heartbeat(config.heartbeat.url, config.heartbeat.every, stands_still, clock)
        loops.append(Loop(name="heartbeat", step=heartbeat.step))
    return tuple(loops)


def pagers_of(
    config: Config,
    secrets: Secrets,
    client: FeishuClient,
    store: Store,
    views: Views,
    templates: Templates,
) -> dict[TargetKind, Notifier]:
    """What reaches people beside the chats; one that is not configured says so when it is meant."""
    zone = ZoneInfo(config.feishu.time_zone)
    return {
        TargetKind.FEISHU_URGENT: FeishuUrgent(client, views, store.outbox.cards, zone),
        TargetKind.EMAIL: Email(config.email, secrets.smtp_password, views, zone, templates),
        TargetKind.WEBHOOK: Webhook(config.webhook, secrets.webhooks, views),
    }
