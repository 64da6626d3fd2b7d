"""`larkwatch audit`: who did what, for people or as JSON lines."""

import click

from bot.cli import kept
from bot.cli.common import CONFIG_OPTION

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

    for entry in kept.since(
        file, since, lambda store, moment, last: store.audit.since(moment, last, _PAGE)
    ):
        if alert_id not in (None, entry.alert_id):
            continue
        click.echo(json.dumps(entry.as_json(), ensure_ascii=False) if jsonl else str(entry))
