"""`larkwatch check`: every error of the configuration at once."""

import click

from bot.cli.common import CONFIG_OPTION, EXIT_CONFIG


@click.command(
    epilog="""\b
Examples:
  larkwatch check
  larkwatch check -c /etc/larkwatch/larkwatch.toml && systemctl restart larkwatch"""
)
@CONFIG_OPTION
def check(file: str) -> None:
    """Say everything that is wrong with the configuration, with file, line and remedy.

    Warnings (a log file that is not there yet, missing credentials) do not fail.

    Exit codes: 0 usable, 2 not usable.
    """
    from bot.config.errors import ConfigError
    from bot.config.load import examine, rules_of
    from bot.config.secrets import demand, read_secrets

    config, problems = examine(file)
    for problem in problems:
        click.echo(f"{'error' if problem.fatal else 'warning'}: {problem}", err=True)
    fatal = [problem for problem in problems if problem.fatal]
    if config is None or fatal:
        count = len(fatal)
        click.echo(f"{count} error{'s' if count != 1 else ''}.", err=True)
        raise SystemExit(EXIT_CONFIG)
    try:
        demand(read_secrets(config, file), file, http=config.feishu.mode == "http")
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"warning: {problem}", err=True)
    watches, rules = len(config.watch), len(rules_of(config))
    click.echo(f"{file} is usable: {watches} watches, {rules} rules.")
