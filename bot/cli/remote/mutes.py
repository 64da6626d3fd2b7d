"""`larkwatch mutes`: what is hidden on a server, and why."""

from collections.abc import Mapping

import click

from bot.cli.remote.client import EXITS, Server
from bot.cli.remote.options import LIMIT, MATCH, NUMBER, hiding, remote
from bot.cli.remote.showing import Shown

_COLUMNS = {
    "m": "number",
    "match": "match",
    "until": "until",
    "hides": "hides",
    "takes": "hits",
    "by": "by",
    "reason": "reason",
}


@click.group(
    epilog=f"""\b
Examples:
  larkwatch mutes list
  larkwatch mutes create --match service=pay --match rule!=disk --until 2h --reason deploy
  larkwatch mutes end 3

{EXITS}"""
)
def mutes() -> None:
    """Hide alerts of a server by conditions; `larkwatch alert mute` hides a single one."""


@mutes.command(name="list")
@remote
@LIMIT
def list_(server: Server, shown: Shown, limit: int) -> None:
    """List the mutes that hide now or will."""
    shown.table(list(server.rows("/mutes", {}, limit)), _COLUMNS)


@mutes.command()
@remote
@MATCH
def preview(server: Server, shown: Shown, match: tuple[str, ...]) -> None:
    """Say what a mute with these conditions would hide; nothing is changed."""
    found = server.ask("POST", "/mutes/preview", {"match": list(match)})
    if shown.as_json:
        shown.one(found)
        return
    shown.done(f"{found['open']} open alerts, {found['lately']} in the last 24 hours")
    shown.table(found["some"], {"#": "number", "severity": "severity", "title": "title"})


@mutes.command()
@remote
@MATCH
@hiding
def create(server: Server, shown: Shown, match: tuple[str, ...], how: Mapping[str, str]) -> None:
    """Hide every alert that meets all conditions."""
    found = server.ask("POST", "/mutes", {"match": list(match), **how})
    said = f"m{found['number']} hides {found['hits']} open alerts, until {found['until']}"
    shown.done(said, found)


@mutes.command()
@remote
@NUMBER
@click.argument("until")
def extend(server: Server, shown: Shown, number: int, until: str) -> None:
    """Let mute NUMBER last longer: UNTIL is "1h", or "until 18:00"."""
    found = server.ask("PATCH", f"/mutes/{number}", {"until": until})
    shown.done(f"m{number} lasts until {found['until']}", found)


@mutes.command()
@remote
@NUMBER
def end(server: Server, shown: Shown, number: int) -> None:
    """End mute NUMBER."""
    server.ask("DELETE", f"/mutes/{number}")
    shown.done(f"m{number} hides nothing any more")
