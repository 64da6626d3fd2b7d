"""What the remote commands share: which server, which token, for people or for programs."""

import functools
from collections.abc import Callable
from typing import Any

import click

from bot.cli.remote.client import SERVER, TOKEN, TOKEN_FILE, Server, token_from
from bot.cli.remote.showing import Shown
from watchers.finding import Severity

Work = Callable[..., None]


def remote(work: Work) -> Work:
    """Adds ``--server``, ``--token-file`` and ``--json``; the work is given server and output."""

    @click.option(
        "--server",
        envvar=SERVER,
        default="",
        metavar="URL",
        help=f"The larkwatch serve to ask; {SERVER}.",
    )
    @click.option(
        "--token-file",
        envvar=TOKEN_FILE,
        default="",
        metavar="FILE",
        help=f"Holds the token, for you alone (0600); else {TOKEN}, or ~/.config/larkwatch/token.",
    )
    @click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
    @functools.wraps(work)
    def asking(*words: Any, server: str, token_file: str, as_json: bool, **named: Any) -> None:
        asked = Server(server, token_from(token_file))
        work(asked, Shown(as_json=as_json), *words, **named)

    return asking


def hiding(work: Work) -> Work:
    """Adds ``--until``, ``--reason`` and ``--keep-cards``; the work is given `how` to hide."""

    @click.option(
        "--until",
        default="1h",
        show_default=True,
        metavar="END",
        help='"2h", "until 18:00", "until resolved", "until x10", "every weekday 22:00-07:00".',
    )
    @click.option("--reason", default="", help="Why.")
    @click.option("--keep-cards", is_flag=True, help="Only ring no more: cards come and live on.")
    @functools.wraps(work)
    def asking(*words: Any, until: str, reason: str, keep_cards: bool, **named: Any) -> None:
        effect = "notify_only" if keep_cards else "full"
        work(*words, how={"until": until, "reason": reason, "effect": effect}, **named)

    return asking


NUMBER = click.argument("number", type=click.IntRange(1))
SEVERITIES = click.Choice([one.value for one in Severity])
LIMIT = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="So many."
)
MATCH = click.option(
    "--match",
    multiple=True,
    metavar="CONDITION",
    help='As in chats: "service=pay", "host!=web-1", "rule=~disk.*"; all must hold.',
)
