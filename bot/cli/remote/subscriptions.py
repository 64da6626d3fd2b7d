"""`larkwatch subscriptions`: what the chats of a server are told."""

from collections.abc import Callable
from typing import Any

import click

from bot.cli.remote.client import EXITS, Server
from bot.cli.remote.options import LIMIT, MATCH, NUMBER, SEVERITIES, remote
from bot.cli.remote.showing import Shown

_COLUMNS = {
    "s": "number",
    "chat": "chat_name",
    "chat_id": "chat",
    "match": "match",
    "level": "level",
    "hours": "hours",
    "act": "act",
    "suspended": "suspended",
}


def _wish(work: Callable[..., None]) -> Callable[..., None]:
    """What a subscription can be."""
    acting = click.Choice(["everyone", "leaders", "nobody"])
    for option in (
        click.option("--act", type=acting, help="Who may act on what the chat is told."),
        click.option("--urgent-from", type=SEVERITIES, help="Rings at any hour."),
        click.option("--zone", metavar="ZONE", help='Of the hours, e.g. "Asia/Shanghai".'),
        click.option("--hours", help='When it rings: "09:00-18:00", "always".'),
        click.option("--language", type=click.Choice(["zh", "en"]), help="Of the cards."),
        click.option("--level", type=SEVERITIES, help="The least severity."),
        MATCH,
    ):
        work = option(work)
    return work


@click.group(
    epilog=f"""\b
Examples:
  larkwatch subscriptions list
  larkwatch subscriptions create oc_… --match service=pay --level high --hours 09:00-18:00
  larkwatch subscriptions change 3 --level critical

{EXITS}"""
)
def subscriptions() -> None:
    """Say what the chats of a server are told."""


@subscriptions.command(name="list")
@remote
@LIMIT
@click.option("--chat", default="", metavar="CHAT_ID", help="Only of this chat.")
def list_(server: Server, shown: Shown, limit: int, chat: str) -> None:
    """List them."""
    shown.table(list(server.rows("/subscriptions", {"chat": chat}, limit)), _COLUMNS)


@subscriptions.command()
@remote
@_wish
@click.argument("chat")
def create(
    server: Server, shown: Shown, chat: str, match: tuple[str, ...], **wish: str | None
) -> None:
    """Let CHAT, by its chat_id, be told; what is not said is as usual."""
    body = {"chat": chat, "match": list(match), **wish}
    found = server.ask("POST", "/subscriptions", body)
    shown.done(f"s{found['number']}: {found['chat_name'] or chat} is told", found)


@subscriptions.command()
@remote
@_wish
@NUMBER
def change(
    server: Server, shown: Shown, number: int, match: tuple[str, ...], **wish: str | None
) -> None:
    """Change what is said of subscription NUMBER, and leave the rest."""
    body: dict[str, Any] = {**wish, "match": list(match) or None}
    found = server.ask("PATCH", f"/subscriptions/{number}", body)
    shown.done(f"s{number} is changed", found)


@subscriptions.command()
@remote
@NUMBER
def end(server: Server, shown: Shown, number: int) -> None:
    """End subscription NUMBER."""
    server.ask("DELETE", f"/subscriptions/{number}")
    shown.done(f"s{number} is ended")
