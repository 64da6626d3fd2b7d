"""`larkwatch alerts` and `larkwatch alert`: what fires, and what is done about it."""

from collections.abc import Mapping

import click

from bot.cli.remote.client import EXITS, Server
from bot.cli.remote.options import LIMIT, MATCH, NUMBER, SEVERITIES, hiding, remote
from bot.cli.remote.showing import Shown

_COLUMNS = {
    "#": "number",
    "severity": "severity",
    "state": "state",
    "count": "count",
    "seen": "seen_at",
    "who": "acknowledged_by",
    "muted": "muted_by",
    "rule": "rule",
    "labels": "labels",
    "what": "what",
}
_MEMBERS = (
    *("number", "title", "severity", "state", "rule", "labels", "count", "first_at", "seen_at"),
    *("acknowledged_by", "acknowledged_until", "assignee", "resolved_by", "resolved_at"),
    *("muted_by", "agent", "watch", "annotations"),
)


@click.command(
    epilog=f"""\b
Examples:
  export LARKWATCH_SERVER=https://larkwatch.example LARKWATCH_TOKEN=lwt_…
  larkwatch alerts
  larkwatch alerts --match service=pay --level high --since 2h
  larkwatch alerts --standing resolved --since today --json | jq -r .[].title

{EXITS}"""
)
@remote
@MATCH
@click.option("--level", type=SEVERITIES, help="At least so severe.")
@click.option(
    "--standing",
    type=click.Choice(["open", "firing", "acked", "resolved", "muted", "any"]),
    help="How they stand; open, or any with --since.",
)
@click.option("--since", default="", metavar="SPAN", help='How far back: "2h", "today".')
@click.option("--text", default="", help="Stands in the title.")
@click.option("--mine", is_flag=True, help="Taken with, or assigned to, this token.")
@LIMIT
def alerts(  # noqa: PLR0913 - click's options
    server: Server,
    shown: Shown,
    *,
    match: tuple[str, ...],
    level: str | None,
    standing: str | None,
    since: str,
    text: str,
    limit: int,
    mine: bool,
) -> None:
    """List the alerts of a server, worst first: `--json` is an array of the API's objects."""
    conditions = [*match, *([f"level>={level}"] if level else [])]
    query = {"match": conditions, "standing": standing or "", "since": since, "text": text}
    query |= {"order": "worst", "mine": "true" if mine else ""}
    rows = list(server.rows("/alerts", query, limit))
    if not shown.as_json:
        rows = [{**one, "what": one["annotations"].get("message", one["title"])} for one in rows]
    shown.table(rows, _COLUMNS)


@click.group(epilog=EXITS)
def alert() -> None:
    """Look at one alert of a server, and act on it: the cards in the groups follow.

    Who acts is the token: its name is on the cards and in the audit.
    """


@alert.command()
@remote
@NUMBER
def show(server: Server, shown: Shown, number: int) -> None:
    """Show alert NUMBER with its records and its comments."""
    found = server.get(f"/alerts/{number}")
    shown.one(found, _MEMBERS)
    shown.lines("records", (f"{one['place']}\n{one['text']}" for one in found["records"]))
    said = (f"{one['by']['name']}: {one['note']}" for one in found["comments"])
    shown.lines("comments", said)


@alert.command()
@remote
@LIMIT
@NUMBER
def timeline(server: Server, shown: Shown, number: int, limit: int) -> None:
    """Show everything that happened to alert NUMBER, oldest first."""
    rows = list(server.rows(f"/alerts/{number}/timeline", {}, limit))
    columns = {"at": "at", "who": "by", "what": "why", "state": "target", "note": "note"}
    shown.table(rows, columns)


@alert.command()
@remote
@NUMBER
@click.option("--until", default="", metavar="END", help='How long it holds: "2h", "never".')
def ack(server: Server, shown: Shown, number: int, until: str) -> None:
    """Take alert NUMBER on; who comes second is told who was first, and follows it."""
    _do(server, shown, number, "ack", {"until": until}, "acknowledged")


@alert.command()
@remote
@NUMBER
def unack(server: Server, shown: Shown, number: int) -> None:
    """Let alert NUMBER go."""
    _do(server, shown, number, "unack", {}, "let go")


@alert.command()
@remote
@NUMBER
def resolve(server: Server, shown: Shown, number: int) -> None:
    """End alert NUMBER."""
    _do(server, shown, number, "resolve", {}, "resolved")


@alert.command()
@remote
@NUMBER
@click.argument("who")
def assign(server: Server, shown: Shown, number: int, who: str) -> None:
    """Name who is to see to alert NUMBER: WHO is an open_id, me (this token) or nobody."""
    to = None if who == "nobody" else who
    _do(server, shown, number, "assign", {"to": to}, f"assigned to {who}")


@alert.command()
@remote
@NUMBER
@click.argument("text")
def comment(server: Server, shown: Shown, number: int, text: str) -> None:
    """Say TEXT about alert NUMBER."""
    _do(server, shown, number, "comment", {"text": text}, "commented on")


@alert.command()
@remote
@NUMBER
@click.argument("level", type=SEVERITIES)
def severity(server: Server, shown: Shown, number: int, level: str) -> None:
    """Say how bad alert NUMBER is."""
    _do(server, shown, number, "severity", {"severity": level}, f"set to {level}")


@alert.command()
@remote
@NUMBER
@hiding
def mute(server: Server, shown: Shown, number: int, how: Mapping[str, str]) -> None:
    """Hide alert NUMBER, also when it recurs."""
    _do(server, shown, number, "mute", how, "muted")


@alert.command()
@remote
@NUMBER
def unmute(server: Server, shown: Shown, number: int) -> None:
    """End every mute that hides alert NUMBER."""
    _do(server, shown, number, "unmute", {}, "unmuted")


def _do(server: Server, shown: Shown, number: int, verb: str, body: object, said: str) -> None:
    found = server.ask("POST", f"/alerts/{number}/{verb}", body)
    shown.done(f"#{number} {said}: {found['state']}", found)
