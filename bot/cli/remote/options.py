"""What the remote commands share: which server, which token, for people or for programs."""

import functools
from collections.abc import Callable
from typing import Any

import click

from bot.cli.remote.client import SERVER, TOKEN, TOKEN_FILE, Server, token_from
from bot.cli.remote.showing import Shown

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


LIMIT = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="So many."
)
MATCH = click.option(
    "--match",
    multiple=True,
    metavar="CONDITION",
    help='As in chats: "service=pay", "host!=web-1", "rule=~disk.*"; all must hold.',
)
