"""What the configuration sends out beside the chats: tables of errands, and who carries them."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.actions import parse_action
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from bot.core.errand import Errand, ErrandKind
from bot.core.ports import Notifier
from bot.core.subscription import TargetKind
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.templating.templates import Templates
from bot.notifiers.base import ApprovedSettings
from bot.notifiers.command import Command
from bot.notifiers.feishu_bot import FeishuBot
from bot.notifiers.foreign import Foreign
from bot.notifiers.hook import Hook
from bot.notifiers.kubernetes import Kubernetes
from bot.notifiers.wecom import Wecom
from watchers.finding import Severity


def errands_of(config: Config) -> Mapping[Severity, tuple[Errand, ...]]:
    """The tables by severity; severities without one are left out."""
    acting = _acting(config)
    found = {
        severity: tuple(
            acting.get(action) or _telling(action) for action in config.actions.of(severity)
        )
        for severity in Severity
    }
    return {severity: errands for severity, errands in found.items() if errands}


def templates_of(config: Config, engine: Engine) -> Templates:
    """The templates of the configuration; admins are told of one that breaks."""
    return Templates([one.template for one in config.template], engine.concern)


def senders_of(
    config: Config,
    secrets: Secrets,
    views: Views,
    engine: Engine,
    clean: Callable[[str], str],
    file: str,
) -> dict[TargetKind, Notifier]:
    """Who tells and who acts; `clean` redacts what programs and hooks answer."""
    zone = ZoneInfo(config.feishu.time_zone)
    templates = templates_of(config, engine)
    robots, bots = _named("wecom", secrets.addresses), _named("feishu", secrets.addresses)
    signs, hooks = _named("feishu", secrets.signing), _named("hook", secrets.signing)

    def place(path: str) -> Path:
        return beside(file, path)

    begin = engine.begin_errand
    return {
        TargetKind.WECOM: Wecom(config.wecom, robots, views, zone, templates),
        TargetKind.FEISHU_BOT: FeishuBot(config.feishu_bot, bots, signs, views, zone, templates),
        TargetKind.NOTIFIER: Foreign(config.notifier, views, zone),
        TargetKind.HOOK: Hook(config.hook, hooks, views, zone, begin, clean),
        TargetKind.COMMAND: Command(config.command, views, zone, begin, clean),
        TargetKind.KUBERNETES: Kubernetes(config.kubernetes, views, zone, begin, place),
    }


def _acting(config: Config) -> Mapping[str, Errand]:
    """Everything that acts, by its name in a table."""
    said: dict[str, Errand] = {}
    for hook in config.hook:
        said |= _errand(ErrandKind.HOOK, hook, "HTTP hook")
    for command in config.command:
        said |= _errand(ErrandKind.COMMAND, command, shlex.join(command.argv))
    for one in config.kubernetes:
        how = f"scale {one.replicas}" if one.do == "scale" else "restart"
        about = f"{how} {one.namespace}/{one.deployment}"
        said |= _errand(ErrandKind.KUBERNETES, one, about)
    return said


def _errand(kind: ErrandKind, settings: ApprovedSettings, about: str) -> dict[str, Errand]:
    errand = Errand(
        kind=kind,
        name=settings.name,
        about=settings.about or about,
        approval=settings.approval,
        approvers=settings.approvers,
        cooldown=settings.cooldown,
        dry_run=settings.dry_run,
    )
    return {errand.key: errand}


def _telling(action: str) -> Errand:
    kind, name = parse_action(action)
    return Errand(kind=kind, name=name)


def _named(kind: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Secrets of one kind, by name alone."""
    return {
        key.partition(":")[2]: secret
        for key, secret in secrets.items()
        if key.partition(":")[0] == kind
    }
