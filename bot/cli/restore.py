"""`larkwatch restore`: fills an empty database from a backup."""

from pathlib import Path

import click

from bot.cli.common import CONFIG_OPTION, or_fail


@click.command(
    epilog="""\b
Examples:
  larkwatch restore larkwatch.jsonl.gz
  larkwatch restore -c on-postgresql.toml larkwatch.jsonl.gz   # made from SQLite, say"""
)
@CONFIG_OPTION
@click.argument("source", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
def restore(file: str, source: Path) -> None:
    """Fill the database of the configuration from FILE, which `larkwatch backup` wrote.

    The database must be empty, and Larkwatch must not run on it. A backup of an older version is
    brought up to date. Either all is restored or nothing.

    Exit codes: 0 done, 2 the database is in use or not empty, or FILE is no whole backup.
    """
    from bot.config.load import database_url, load
    from bot.store.backup import restore as fill
    from bot.store.database import open_database
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    database = or_fail(lambda: open_database(database_url(config, file)))
    counts = or_fail(lambda: fill(database, source, SystemClock().now()))
    database.close()
    click.echo(f"Restored {sum(counts.values()):,} rows of {len(counts)} tables from {source}.")
