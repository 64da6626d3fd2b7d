"""All commands, in the order in which help lists them."""

from bot.feishu.commands import (
    acknowledge,
    admin,
    alert,
    alerts,
    audit,
    help,  # noqa: A004 - the module is named for its command
    mute,
    mutes,
    resolve,
    rules,
    status,
    subscribe,
    subscription,
    subscriptions,
    unmute,
    unsubscribe,
    whoami,
    why,
)
from bot.feishu.commands.base import Spec

COMMANDS: tuple[Spec, ...] = (
    status.SPEC,
    alerts.SPEC,
    alert.SPEC,
    why.SPEC,
    acknowledge.SPEC,
    resolve.SPEC,
    mute.SPEC,
    unmute.SPEC,
    mutes.SPEC,
    subscribe.SPEC,
    subscriptions.SPEC,
    subscription.SPEC,
    unsubscribe.SPEC,
    rules.SPEC,
    whoami.SPEC,
    audit.SPEC,
    admin.SPEC,
    help.SPEC,
)
