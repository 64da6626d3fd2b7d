"""`larkwatch backup`: all that the database holds, in one file."""

from pathlib import Path

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail


@click.command(
    epilog="""\b
Examples:
  larkwatch backup larkwatch.jsonl.gz
  larkwatch backup -c /etc/larkwatch/larkwatch.toml /backup/$(date +%F).jsonl.gz"""
)
@CONFIG_OPTION
@click.argument("target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: str, target: Path, *, force: bool) -> None:
    """Write all that the database holds into FILE, as it stands at one moment.

    Larkwatch may run on meanwhile. The file is JSON lines, compressed if its name ends in .gz, and
    fits SQLite and PostgreSQL alike: `larkwatch restore` also moves from one to the other. It
    holds log lines and names of people, no credentials.

    Exit codes: 0 done, 2 the database cannot be opened or FILE cannot be written.
    """
    from bot.config.load import database_url, load
    from bot.store.backup import back_up
    from bot.store.database import open_database
    from bot.store.sqlite import SCHEME
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    url = or_fail(lambda: database_url(config, file))
    if url.startswith(SCHEME) and not Path(url.removeprefix(SCHEME)).exists():
        raise Failure(f"there is no database {url.removeprefix(SCHEME)}: nothing to back up")
    if target.exists() and not force:
        raise Failure(f"{target} exists already: name another file, or add --force")
    database = or_fail(lambda: open_database(url))
    counts = or_fail(lambda: back_up(database, target, SystemClock().now()))
    database.close()
    rows, size = sum(counts.values()), target.stat().st_size
    click.echo(f"{target}: {rows:,} rows of {len(counts)} tables, {size:,} bytes.")
