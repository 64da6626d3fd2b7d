"""What the configuration says of paging people, as the engine's and the notifiers' parts."""

from zoneinfo import ZoneInfo

from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.core.ports import Notifier, Store
from bot.core.subscription import TargetKind
from bot.engine.reading import Views
from bot.feishu.client import FeishuClient
from bot.notifiers.email import Email
from bot.notifiers.feishu_urgent import FeishuUrgent
from bot.notifiers.webhook import Webhook


def pagers_of(
    config: Config, secrets: Secrets, client: FeishuClient, store: Store, views: Views
) -> dict[TargetKind, Notifier]:
    """What reaches people beside the chats; one that is not configured says so when it is meant."""
    zone = ZoneInfo(config.feishu.time_zone)
    return {
        TargetKind.FEISHU_URGENT: FeishuUrgent(client, views, store.outbox.cards, zone),
        TargetKind.EMAIL: Email(config.email, secrets.smtp_password, views, zone),
        TargetKind.WEBHOOK: Webhook(config.webhook, secrets.webhooks, views),
    }
