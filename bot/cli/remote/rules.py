"""`larkwatch rules list | show | pause | resume | try`: the rules of a running server."""

from collections.abc import Mapping
from typing import Any

import click

from bot.cli.remote.client import EXITS, Server, part
from bot.cli.remote.options import LIMIT, remote
from bot.cli.remote.showing import Shown, visible

_COLUMNS = {
    "name": "name",
    "state": "state",
    "until": "until",
    "severity": "severity",
    "of": "origin",
    "24 h": "records_24h",
    "last": "last_at",
    "pattern": "pattern",
}
_MEMBERS = (
    *("name", "title", "state", "until", "severity", "origin", "place", "kind", "pattern"),
    *("exclude", "recovery", "files", "threshold", "problem", "records_1h", "records_24h"),
    *("records_7d", "alerted_7d", "last_at"),
)


@click.command(name="list", epilog=EXITS)
@remote
@LIMIT
def list_(server: Server, shown: Shown, limit: int) -> None:
    """List the rules of a server, of its configuration and of chats."""
    shown.table(list(server.rows("/rules", {}, limit)), _COLUMNS)


@click.command(epilog=EXITS)
@remote
@click.argument("name")
def show(server: Server, shown: Shown, name: str) -> None:
    """Show the rule NAME of a server, and what it found."""
    found = server.get(f"/rules/{part(name)}")
    shown.one(found, _MEMBERS)
    shown.lines("hits", (_hit(one) for one in found["hits"]))


@click.command(epilog=EXITS)
@remote
@click.argument("name")
@click.option("--until", default="", metavar="END", help='"2h", "until 18:00"; else until resumed.')
def pause(server: Server, shown: Shown, name: str, until: str) -> None:
    """Let a server look for the rule NAME no more, whatever its origin."""
    found = server.ask("POST", f"/rules/{part(name)}/pause", {"until": until})
    shown.done(f"{name}: {found['state']}", found)


@click.command(epilog=EXITS)
@remote
@click.argument("name")
def resume(server: Server, shown: Shown, name: str) -> None:
    """Let a server look for the rule NAME again."""
    found = server.ask("POST", f"/rules/{part(name)}/resume", {})
    shown.done(f"{name}: {found['state']}", found)


@click.command(name="try", epilog=EXITS)
@remote
@click.argument("name")
@click.argument("line")
def try_(server: Server, shown: Shown, name: str, line: str) -> None:
    """Say what the rule NAME of a server makes of LINE; `rules test` tries those that are here."""
    found = server.ask("POST", f"/rules/{part(name)}/test", {"line": line})
    shown.done(found["verdict"], found)


def _hit(one: Mapping[str, Any]) -> str:
    return f"{visible(one['at'])} ×{one['count']} {one['text']}"


COMMANDS = (list_, show, pause, resume, try_)
