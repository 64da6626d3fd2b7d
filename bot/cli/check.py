"""`larkwatch check`: every error of the configuration at once."""

from typing import TYPE_CHECKING

import click

from bot.cli.common import CONFIG_OPTION, EXIT_CONFIG

if TYPE_CHECKING:
    from bot.config.errors import Problem
    from bot.config.schema import Config


@click.command(
    epilog="""\b
Examples:
  larkwatch check
  larkwatch check -c /etc/larkwatch/larkwatch.toml && systemctl restart larkwatch"""
)
@CONFIG_OPTION
def check(file: str) -> None:
    """Say everything that is wrong with the configuration, with file, line and remedy.

    Warnings (a log file that is not there yet, missing credentials) do not fail. Nothing is
    asked of Feishu: this is quick, and for the moment before a restart. Whether the app, the
    groups, the log files and the database are as they should be, asks `larkwatch doctor`.

    Exit codes: 0 usable, 2 not usable.
    """
    from bot.config.load import examine, rules_of

    config, problems = examine(file)
    if config is not None:
        problems += _secrets(config, file)
        problems += _told_to_nobody(config, file)
    for problem in problems:
        click.echo(f"{'error' if problem.fatal else 'warning'}: {problem}", err=True)
    fatal = sum(problem.fatal for problem in problems)
    if config is None or fatal:
        click.echo(f"{file} cannot be used: {_many(fatal, 'error')}.", err=True)
        raise SystemExit(EXIT_CONFIG)
    rules = rules_of(config)
    built_in = len(rules) - len(config.rule)
    click.echo(
        f"{file} is usable: {_many(len(config.watch), 'watch', 'watches')}, "
        f"{_many(len(rules), 'rule')} ({built_in} built in)."
    )


def _secrets(config: "Config", file: str) -> tuple["Problem", ...]:
    """Unreadable files are errors; what is missing may only be missing in this shell."""
    from dataclasses import replace

    from bot.config.errors import ConfigError
    from bot.config.secrets import demand, demand_to_report, read_secrets

    try:
        secrets = read_secrets(config, file)
    except ConfigError as error:
        return error.problems
    try:
        if config.agent.report_to:
            demand_to_report(secrets, file)
        else:
            demand(secrets, file, http=config.feishu.mode == "http")
    except ConfigError as error:
        return tuple(replace(problem, fatal=False) for problem in error.problems)
    return ()


def _told_to_nobody(config: "Config", file: str) -> tuple["Problem", ...]:
    """Where an alert that no subscription takes would end in silence."""
    from bot.config.errors import Problem

    if config.feishu.admins or config.feishu.fallback_chat:
        return ()
    return (
        Problem(
            file=file,
            line=0,
            path="feishu",
            found="neither admins nor a fallback_chat",
            wanted="one of them: else an alert that no chat subscribed to is told to nobody, nor "
            "is trouble with a group or with this file",
            fatal=False,
        ),
    )


def _many(count: int, noun: str, nouns: str = "") -> str:
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"
