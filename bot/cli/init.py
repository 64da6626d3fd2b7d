"""`larkwatch init`: an app in Feishu, a configuration, and the proof that both work."""

import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from bot.cli.common import CONFIG_OPTION, Failure

_KILLED = 128
_STOPS = (signal.SIGINT, signal.SIGTERM)


def _origin(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    from pydantic import ValidationError

    from bot.config.schema import FeishuSection

    try:
        return FeishuSection(domain=value.rstrip("/")).domain
    except ValidationError as error:
        raise click.BadParameter(f"wanted {error.errors()[0]['ctx']['error']}") from None


def _app_id(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value and not value.startswith("cli_"):
        raise click.BadParameter('an App ID begins with "cli_"')
    return value


@click.command(
    epilog="""\b
Examples:
  larkwatch init                         # scan a code, press a button
  larkwatch init --app-id cli_…          # an app that is there; asks for its secret
  larkwatch init --watch '/srv/pay/*.log' -c /etc/larkwatch/larkwatch.toml
  larkwatch init --domain http://127.0.0.1:8390     # against `larkwatch sandbox`

\b
Exit codes: 0 set up (also when nobody pressed the button, or the console has
something left to do), 2 not set up, 130 stopped by Ctrl-C."""
)
@CONFIG_OPTION
@click.option(
    "--brand",
    type=click.Choice(["feishu", "lark"]),
    help="Of the app that --app-id names. A scan finds it out by itself, beginning with this one.",
)
@click.option(
    "--domain", default="", metavar="URL", callback=_origin, help="Another Feishu: the sandbox."
)
@click.option(
    "--app-id", default="", metavar="ID", callback=_app_id, help="Of an app that is there."
)
@click.option(
    "--secret-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PATH",
    help="Where its App Secret stands; else LARKWATCH_APP_SECRET, else it is asked for.",
)
@click.option(
    "--watch",
    "globs",
    multiple=True,
    metavar="GLOB",
    help="Files to watch, instead of what is found here; may be repeated.",
)
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the bot; default: by brand.")
@click.option("--no-input", is_flag=True, help="Ask nothing here; the code is still shown.")
@click.option("--no-click", is_flag=True, help="Send no card, and wait for no click.")
@click.option("--force", is_flag=True, help="Begin anew: FILE is kept as FILE.bak.")
def init(file: str, **choices: Any) -> None:
    """Make the app in Feishu or Lark, write FILE, and prove that clicks come back.

    You scan a code: Feishu makes the app with the scopes, events and callbacks of Larkwatch, and
    you become its admin. The App Secret goes into a file of its own that only you may read. Run
    again, this leaves FILE as it is and repairs the rest: a secret that was lost, scopes that are
    missing. Nothing but the choice of log files is asked.
    """
    from bot.cli.setup.flow import set_up
    from bot.cli.setup.options import Options

    if choices["secret_file"] and not choices["app_id"]:
        raise Failure("--secret-file goes with --app-id: whose secret is it?")
    _survive_any_terminal()
    _quiet_log()
    options = Options(file=Path(file), **choices)
    with _interruptible(options.file):
        set_up(options)


@contextmanager
def _interruptible(file: Path) -> Iterator[None]:
    """Signals end the wait they meet, not the process in the middle of a prompt or a file."""
    got: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        got.append(number)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in _STOPS}
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        stays = f"{file} stays as it is" if file.exists() else "nothing was written"
        click.echo(f"\nStopped; {stays}.", err=True)
        raise SystemExit(_KILLED + (got[-1] if got else signal.SIGINT)) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _survive_any_terminal() -> None:
    """A tick that cannot be written must not end a set-up half way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _quiet_log() -> None:
    """What goes wrong is said in the words of the steps."""
    import logging

    logging.getLogger("bot").setLevel(logging.CRITICAL + 1)
