"""All commands, in the order in which help lists them."""

from bot.feishu.commands import (
    acknowledge,
    alert,
    alerts,
    assign,
    comment,
    help,  # noqa: A004 - the module is named for its command
    mute,
    mutes,
    resolve,
    rules,
    severity,
    status,
    subscribe,
    subscriptions,
    unmute,
    unsubscribe,
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
    unsubscribe.SPEC,
    rules.SPEC,
    help.SPEC,
)
