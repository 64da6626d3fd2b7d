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
    on_call,
    resolve,
    rules,
    status,
    subscribe,
    subscription,
    subscriptions,
    unmute,
    unsubscribe,
    whoami,
)
from bot.feishu.commands.base import Spec

COMMANDS: tuple[Spec, ...] = (
    status.SPEC,
    alerts.SPEC,
    alert.SPEC,
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
    on_call.SPEC,
    whoami.SPEC,
    audit.SPEC,
    admin.SPEC,
    help.SPEC,
)
