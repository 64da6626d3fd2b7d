"""All commands, in the order in which help lists them."""

from bot.feishu.commands import (
    acknowledge,
    admin,
    alert,
    alerts,
    assign,
    audit,
    comment,
    help,  # noqa: A004 - the module is named for its command
    mute,
    mutes,
    resolve,
    rules,
    severity,
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
    acknowledge.UNACK,
    resolve.SPEC,
    assign.SPEC,
    comment.SPEC,
    severity.SPEC,
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
