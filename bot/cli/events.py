"""`larkwatch events`: what others pushed in and nothing came of."""

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail

_PAGE = 200


@click.command(
    epilog="""\b
Examples:
  larkwatch events --since 1d
  larkwatch events --name 'user.*' --jsonl > events.jsonl"""
)
@CONFIG_OPTION
@click.option("--since", default="7d", show_default=True, metavar="SPAN", help="How far back.")
@click.option("--name", default="*", metavar="EVENT", help="Only of this name; * is anything.")
@click.option("--jsonl", is_flag=True, help="One JSON object per line.")
def events(file: str, since: str, name: str, *, jsonl: bool) -> None:
    """List events that senders of [[ingest]] pushed in and nothing came of, oldest first.

    Either no handler takes them (unknown), or one could make nothing of them (failed). Each object
    has the keys id, sender, event, outcome, note, data (JSON as text, cut), at and received_at
    (ISO 8601, UTC). Works while Larkwatch runs.

    Exit codes: 0 done, 2 the configuration is wrong or the database cannot be opened.
    """
    import dataclasses
    import fnmatch
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
    while page := store.kept_events.since(now - span, last, _PAGE):
        last = page[-1].id
        for one in page:
            if not fnmatch.fnmatchcase(one.event, name):
                continue
            if jsonl:
                click.echo(json.dumps(dataclasses.asdict(one), ensure_ascii=False, default=_time))
            else:
                at = one.received_at.isoformat(timespec="seconds")
                note = f" ({one.note})" if one.note else ""
                click.echo(f"{at} {one.sender} {one.event}: {one.outcome.value}{note} {one.data}")


def _time(moment: object) -> str:
    """ISO 8601 of what JSON has no form for: a moment."""
    return str(moment).replace(" ", "T")
