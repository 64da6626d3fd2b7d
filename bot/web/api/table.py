"""All that the API can be asked, in the order of its document."""

from bot.web.api import alerts, health, mutes, rules, series, status, subscriptions
from bot.web.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *alerts.OPERATIONS,
    *mutes.OPERATIONS,
    *rules.OPERATIONS,
    *subscriptions.OPERATIONS,
    *health.OPERATIONS,
    *series.OPERATIONS,
    *status.OPERATIONS,
)
