"""`larkwatch demo`: the sandbox, the bot and three noisy services in one process."""

import contextlib
import fcntl
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli.common import Failure, set_up_log
from bot.cli.services import Services
from bot.cli.stopping import Stop
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.settings import CommandHint
from bot.sandbox.town import FIRST_GROUP, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from watchers.clock import SystemClock

CONFIG = """\
# Written by `larkwatch demo`.
[feishu]
domain = "{address}"
time_zone = "{zone}"
admins = ["{owner}"]

[[rota]]
name = "ops"
people = ["{owner}", "{second}"]
first_day = 2026-01-05

[alerts]
quiet = "45s"      # short, so that the calm after the incident turns the cards green
reopen = "2m"

[[rule]]
name = "http-5xx"
title = "网关 5xx"
pattern = '" 50[0-9] \\d+ "'
severity = "high"

[[watch]]
name = "order-api"
files = ["logs/order-api.log"]
service = "order-api"

[[watch]]
name = "gateway"
files = ["logs/gateway-access.log"]
service = "gateway"

[watch.fields]
every_line = true  # /top path, /trend duration

[[watch]]
name = "inventory"
files = ["logs/inventory.jsonl"]
service = "inventory"

[watch.fields]
every_line = true
"""
MARKER = ".larkwatch-demo"
OWN_WATCH = """
[[watch]]
name = "yours"
files = [{files}]
"""
ON_CALL = "王磊"
WISHES = (
    (FIRST_GROUP, "/subscribe level>=high service!=inventory"),
    (SECOND_GROUP, "/subscribe level>=high service=inventory"),
)


@click.command(
    epilog="""\b
Examples:
  larkwatch demo
  larkwatch demo --logs '/var/log/*.log' --logs ~/app/logs/app.log"""
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8390,
    show_default=True,
    help="Port of the page; 0 takes any.",
)
@click.option(
    "--logs", multiple=True, metavar="GLOB", help="Watch these files too; may be repeated."
)
@click.option(
    "--dir",
    "folder",
    default=".demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for its files; what an earlier demo left there is removed.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def demo(port: int, logs: tuple[str, ...], folder: Path, *, verbose: bool) -> None:
    """Show everything without any account: a local Feishu, the bot, and three services.

    Open the printed address: the services are calm, then have an incident, then are calm again.
    Click the buttons, type commands. Ctrl-C stops everything.

    Exit codes: 0 stopped, 2 the port is taken, or the folder cannot be written or is in use.
    """
    set_up_log(verbose=verbose)
    if not verbose:
        quiet_log()
    with _own(folder) as log_folder:
        clock = SystemClock()
        services = Services(log_folder, clock)
        settings = Settings(
            port=port, log_files=tuple(services.files.values()), commands=command_hints()
        )
        sandbox = Sandbox(settings, clock)
        try:
            address = sandbox.start()
        except OSError as error:
            raise Failure(
                f"port {port}: {os.strerror(error.errno or 0)}; "
                "stop what uses it, or take another: --port 0"
            ) from error
        click.echo(f"\n  Larkwatch demo:  {address}\n")
        click.echo(f"  Log files: {log_folder}   Ctrl-C stops everything.\n")
        _bot(sandbox, services, folder, logs)


def quiet_log() -> None:
    """Only what somebody must act on: the demo's terminal shows the address, not the traffic."""
    import logging

    for package in ("bot", "watchers"):
        logging.getLogger(package).setLevel(logging.ERROR)


@contextlib.contextmanager
def _own(folder: Path) -> Iterator[Path]:
    """Have the folder alone and empty but for the folder of log files, which is given."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / MARKER
        if any(folder.iterdir()) and not marker.exists():
            raise Failure(
                f"{folder} holds files that no demo wrote: name another folder with --dir"
            )
        with marker.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path in folder.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                elif path != marker:
                    path.unlink()
            logs = folder / "logs"
            logs.mkdir()
            yield logs
    except BlockingIOError as error:
        raise Failure(
            f"a demo is running in {folder}: stop it, or name another folder with --dir"
        ) from error
    except OSError as error:
        raise Failure(f"cannot write {folder}: {error.strerror}") from error


def command_hints() -> tuple[CommandHint, ...]:
    """What the page offers while a visitor types: the bot's own list."""
    from bot.feishu.commands.registry import COMMANDS
    from bot.feishu.texts.en import EN
    from bot.feishu.texts.zh import ZH

    languages = {"zh_cn": ZH, "en_us": EN}
    return tuple(
        CommandHint(
            names=spec.names,
            usage={name: spec.text(texts).usage for name, texts in languages.items()},
            about={name: spec.text(texts).about for name, texts in languages.items()},
            takes=spec.takes,
        )
        for spec in COMMANDS
    )


def _bot(
    sandbox: Sandbox,
    services: Services,
    folder: Path,
    logs: tuple[str, ...],
) -> None:
    from tzlocal import get_localzone_name

    from bot.app.process import Larkwatch
    from bot.config.load import load
    from bot.config.secrets import Secrets

    file = folder / "larkwatch.toml"
    text = CONFIG.format(
        address=sandbox.address,
        zone=get_localzone_name(),
        owner=stable_id("ou_", OWNER),
        second=stable_id("ou_", ON_CALL),
    )
    if logs:
        own = ", ".join(_quoted(str(Path(one).expanduser().absolute())) for one in logs)
        text += OWN_WATCH.format(files=own)
    file.write_text(text, encoding="utf-8")
    settings = sandbox.settings
    secrets = Secrets(app_id=settings.app_id, app_secret=settings.app_secret)
    larkwatch = Larkwatch(load(str(file)), secrets, str(file))
    stop = Stop()
    stopped = threading.Event()
    larkwatch.start()
    people = threading.Thread(
        target=_live, args=(sandbox, services, stopped), name="people", daemon=True
    )
    people.start()
    stop.wait()
    stopped.set()
    services.stop()
    larkwatch.stop()
    sandbox.stop()
    people.join(1.0)


def _live(sandbox: Sandbox, services: Services, stopped: threading.Event) -> None:
    """Once the bot is online, the groups subscribe by chat, and the services begin."""
    while not sandbox.online:
        if stopped.wait(0.05):
            return
    for group, text in WISHES:
        sandbox.post_text(stable_id("oc_", group), text, stable_id("ou_", OWNER))
    services.start()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
