"""What the commands share: the option that names the configuration, errors, the log."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import click

CONFIG_OPTION = click.option(
    "-c",
    "--config",
    "file",
    default="larkwatch.toml",
    show_default=True,
    metavar="FILE",
    help="The configuration.",
)
STDIN_ARGUMENT = click.argument(
    "stdin", required=False, default="", metavar="[-]", type=click.Choice(["-", ""])
)
EXIT_CONFIG = 2
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Failure(click.ClickException):
    """Ends a command with a message and exit code 2."""

    exit_code = EXIT_CONFIG

    def show(self, file: Any = None) -> None:
        """Print the message as it is: it says what was found and what to do."""
        click.echo(self.message, err=True, file=file)


def set_up_log(*, verbose: bool = False) -> None:
    """Log to standard error, one line each, values behind the constant message."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for package in ("bot", "watchers"):
        logging.getLogger(package).setLevel(logging.DEBUG if verbose else logging.INFO)


class _Line(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        values = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line = super().format(record)
        if not values:
            return line
        shown = " ".join(
            f"{key}={json.dumps(value, ensure_ascii=False, default=str)}"
            for key, value in values.items()
        )
        head, newline, trace = line.partition("\n")
        return f"{head} {shown}{newline}{trace}"


def or_fail(work: Callable[[], Any]) -> Any:
    """Do something whose own errors are meant for the operator."""
    try:
        return work()
    except Exception as error:
        if said := _meant_for_operators(error):
            raise Failure(said) from error
        raise


def _meant_for_operators(error: Exception) -> str:
    """What an error says to whoever runs the command, "" for a fault of the program.

    Imported only here: an agent that starts well needs no database.
    """
    from bot.config.errors import ConfigError
    from bot.core.errors import BusyError
    from bot.engine.tokens import TokenNameError
    from bot.store.backup import BackupError
    from bot.store.database import DatabaseUrlError
    from watchers.errors import WatcherError

    meant = ConfigError | BackupError | DatabaseUrlError | WatcherError | TokenNameError
    if isinstance(error, meant):
        return str(error)
    busy = isinstance(error, BusyError)
    return f"the database cannot be used just now: {error}" if busy else ""
