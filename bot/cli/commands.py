"""The group `larkwatch`, whose commands are imported at first use."""

import importlib

import click

_COMMANDS = {
    "demo": "bot.cli.demo:demo",
    "init": "bot.cli.init:init",
    "run": "bot.cli.run:run",
    "serve": "bot.cli.serve:serve",
    "watch": "bot.cli.watch:watch",
    "check": "bot.cli.check:check",
    "doctor": "bot.cli.doctor:doctor",
    "events": "bot.cli.events:events",
    "ingest": "bot.cli.ingest:ingest",
    "audit": "bot.cli.audit:audit",
    "token": "bot.cli.token:token",
    "api": "bot.cli.api:api",
    "alerts": "bot.cli.remote.alerts:alerts",
    "alert": "bot.cli.remote.alerts:alert",
    "mutes": "bot.cli.remote.mutes:mutes",
    "subscriptions": "bot.cli.remote.subscriptions:subscriptions",
    "health": "bot.cli.remote.looking:health",
    "series": "bot.cli.remote.looking:series",
    "status": "bot.cli.remote.looking:status",
    "explain": "bot.cli.explain:explain",
    "rules": "bot.cli.rules:rules",
    "templates": "bot.cli.templates:templates",
    "template": "bot.cli.template:template",
    "tail": "bot.cli.tail:tail",
    "score": "bot.cli.score:score",
    "scan": "bot.cli.scan:scan",
    "replay": "bot.cli.replay:replay",
    "backtest": "bot.cli.backtest:backtest",
    "sandbox": "bot.cli.sandbox:sandbox",
    "migrate": "bot.cli.migrate:migrate",
    "backup": "bot.cli.backup:backup",
    "restore": "bot.cli.restore:restore",
}


class _LazyGroup(click.Group):
    """Imports a command's module only when that command runs.

    The start of ``larkwatch tail`` must not pay for the libraries of ``larkwatch run``.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - our own table
        return command


@click.group(cls=_LazyGroup)
@click.version_option(package_name="larkwatch")
def larkwatch() -> None:
    """Watch logs, post one living card per alert into Feishu, listen to the answers."""
