"""`larkwatch audit`: who did what, for people or as JSON lines."""

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail

_PAGE = 500


@click.command(
    epilog="""\b
Examples:
  larkwatch audit --since 1d
  larkwatch audit --since 7d --jsonl > audit.jsonl
  larkwatch audit --alert 42"""
)
@CONFIG_OPTION
@click.option("--since", default="7d", show_default=True, metavar="SPAN", help="How far back.")
@click.option("--alert", "alert_id", type=click.IntRange(min=1), help="Only of this alert.")
@click.option("--jsonl", is_flag=True, help="One JSON object per line.")
def audit(file: str, since: str, alert_id: int | None, *, jsonl: bool) -> None:
    """Say who did what, oldest first: clicks, commands, reactions, and what was refused.

    Each object has the keys id, at (ISO 8601, UTC), actor (id, name), source, chat, action,
    subject, alert, before and after. Works while Larkwatch runs.

    Exit codes: 0 done, 2 the configuration is wrong or the database cannot be opened.
    """
    import json

    from bot.config.load import database_url, load
    from bot.config.span import parse_span
    from bot.store.database import migrate, open_database
    from bot.store.store import Store
    from watchers.clock import SystemClock

    try:
        span = parse_span(since)
    except ValueError as error:
        raise Failure(f"--since {since}: wanted {error}") from error
    config = or_fail(lambda: load(file))
    database = or_fail(lambda: open_database(database_url(config, file)))
    now = SystemClock().now()
    migrate(database, now)
    store, last = Store(database), 0
    while page := store.audit.since(now - span, last, _PAGE):
        last = page[-1].id
        for entry in page:
            if alert_id not in (None, entry.alert_id):
                continue
            if jsonl:
                click.echo(json.dumps(entry.as_json(), ensure_ascii=False))
            else:
                click.echo(str(entry))
