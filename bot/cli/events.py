"""`larkwatch events`: what others pushed in and nothing came of."""

import click

from bot.cli import kept
from bot.cli.common import CONFIG_OPTION

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

    for one in kept.since(
        file, since, lambda store, moment, last: store.kept_events.since(moment, last, _PAGE)
    ):
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
