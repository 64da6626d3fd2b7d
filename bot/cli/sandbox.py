"""`larkwatch sandbox`: a local Feishu with a page, until Ctrl-C."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click

from bot.cli.common import Failure
from bot.cli.stopping import Stop
from bot.sandbox.seed import SeedError, read_seed
from bot.sandbox.server import Sandbox, Settings

_DEFAULTS = Settings()

_HELLO = """\
A local Feishu is at {address}

Any bot: app id {settings.app_id}, app secret {settings.app_secret}, and this address as its domain.
Larkwatch:  larkwatch init --domain {address}
or
  export LARKWATCH_APP_ID={settings.app_id}
  export LARKWATCH_APP_SECRET={settings.app_secret}
and in larkwatch.toml:
  [feishu]
  domain = "{address}"

Events travel over {way}. Ctrl-C stops."""


@click.command(
    epilog="Example: larkwatch sandbox --log-file /tmp/pay.log, then open the printed address."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8390, show_default=True)
@click.option("--app-id", default=_DEFAULTS.app_id, show_default=True)
@click.option("--app-secret", help="Drawn anew at every start if not given.")
@click.option("--encrypt-key", default="", help="Encrypts and signs what is posted.")
@click.option("--verification-token", default=_DEFAULTS.verification_token)
@click.option("--request-url", help="Post events here instead of using the long connection.")
@click.option(
    "--seed",
    "seed_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="People and groups to begin with, in TOML or JSON, instead of the usual ones.",
)
@click.option(
    "--log-file",
    "log_files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Show this file on the page; may be given again.",
)
def sandbox(
    port: int,
    seed_file: Path | None,
    request_url: str | None,
    app_secret: str | None,
    **choices: Any,
) -> None:
    """Run a local Feishu: the API, the events, and a page with the chats.

    Any bot can be pointed at it, in any language; `GET /sandbox/state` lists the ids of its people
    and groups.

    Exit codes: 0 stopped, 2 the port cannot be used, or the seed is none.
    """
    try:
        seed = read_seed(seed_file) if seed_file else None
    except SeedError as error:
        raise Failure(str(error)) from error
    app_secret = app_secret or secrets.token_hex(16)
    settings = Settings(
        port=port, request_url=request_url, seed=seed, app_secret=app_secret, **choices
    )
    town = Sandbox(settings)
    try:
        address = town.start()
    except OSError as error:
        print(f"Port {port} cannot be used: {os.strerror(error.errno or 0)}.", file=sys.stderr)
        print("Stop what uses it, or choose another: larkwatch sandbox --port 0", file=sys.stderr)
        sys.exit(2)
    stop = Stop()
    way = f"HTTP to {request_url}" if request_url else "the long connection"
    print(_HELLO.format(address=address, settings=settings, way=way), flush=True)
    if request_url and (wrong := town.save_request_url()):
        print(f"\nThe request URL did not pass the challenge: {wrong}", file=sys.stderr, flush=True)
    stop.wait()
    town.stop()
