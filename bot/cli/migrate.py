"""`larkwatch migrate`: brings the tables of the database up to date."""

import click

from bot.cli.common import CONFIG_OPTION, or_fail


@click.command(
    epilog="""\b
Example:
  larkwatch migrate -c larkwatch.toml"""
)
@CONFIG_OPTION
def migrate(file: str) -> None:
    """Bring the tables of the database up to date.

    `run` and `serve` do this by themselves; alone it is of use before an upgrade of many
    processes. Running it again changes nothing.

    Exit codes: 0 done, 2 the configuration is wrong or the database cannot be opened.
    """
    from bot.config.load import database_url, load
    from bot.store.database import migrate as apply
    from bot.store.database import open_database
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    database = or_fail(lambda: open_database(database_url(config, file)))
    applied = apply(database, SystemClock().now())
    database.close()
    for name in applied:
        click.echo(f"applied {name}")
    click.echo("The database is up to date.")
