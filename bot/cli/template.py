"""`larkwatch template preview`: what a template of the configuration makes."""

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail


@click.group()
def template() -> None:
    """Templates of messages."""


@template.command(
    epilog="""\b
Examples:
  larkwatch template preview short
  larkwatch template preview short --alert 42
  larkwatch template preview card | jq .body

\b
Exit codes: 0 the template works; 2 it breaks, is not there, or the
configuration is wrong."""
)
@CONFIG_OPTION
@click.argument("name")
@click.option("--alert", "alert_id", type=click.IntRange(1), help="Of this alert; else made up.")
def preview(file: str, name: str, alert_id: int | None) -> None:
    """Print what the template NAME makes of an alert; nothing is sent.

    The database is only read, and only for --alert.
    """
    from bot.app.previewing import PreviewError
    from bot.app.previewing import preview as made_by
    from bot.config.load import load
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    try:
        made = or_fail(lambda: made_by(config, file, name, alert_id, SystemClock().now()))
    except PreviewError as error:
        raise Failure(str(error)) from error
    click.echo(made)
