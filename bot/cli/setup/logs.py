"""Which files a first configuration watches: named, chosen, or the best guess."""

import os
import time
from pathlib import Path

import click

from bot.cli.setup import saying
from bot.cli.setup.options import Options
from bot.config.found_logs import USUAL, FoundLogs, found_logs, looked_at

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def choose(options: Options) -> FoundLogs:
    """The files of the first watch; asks once, where somebody can be asked."""
    if options.globs:
        files = tuple(_absolute(one) for one in options.globs)
        return FoundLogs(name=_name(files[0]), files=files)
    found = found_logs() or [USUAL]
    if not options.asks:
        return found[0]
    for number, one in enumerate(found, start=1):
        saying.plain(f"{number}  {', '.join(one.files)}   {_facts(one)}")
    said = click.prompt("  A number, or files of your own such as /srv/app/*.log", default="1")
    return _chosen(said.strip(), found)


def say(chosen: FoundLogs) -> None:
    """What will be watched."""
    for pattern in chosen.files:
        facts = _facts(looked_at(chosen.name, pattern))
        saying.good(f"{pattern}   {facts}")


def _chosen(said: str, found: list[FoundLogs]) -> FoundLogs:
    if said.isdecimal() and 1 <= int(said) <= len(found):
        return found[int(said) - 1]
    pattern = _absolute(said)
    return FoundLogs(name=_name(pattern), files=(pattern,))


def _absolute(pattern: str) -> str:
    """Typed in this folder, kept wherever the configuration is; a folder means its logs."""
    path = Path(os.path.abspath(Path(pattern).expanduser()))  # noqa: PTH100 - `..` and no links
    return str(path / "*.log" if path.is_dir() else path)


def _name(pattern: str) -> str:
    path = Path(pattern)
    stem = path.name.partition(".")[0]
    return stem if stem and not set("*?[") & set(stem) else path.parent.name or "logs"


def _facts(one: FoundLogs) -> str:
    if not one.count:
        return "(none there yet)"
    files = "1 file" if one.count == 1 else f"{one.count} files"
    closed = "" if one.readable else ", which you may not read"
    return f"({files}, written {_ago(time.time() - one.written_at)}{closed})"  # noqa: TID251 - as file times are


def _ago(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return "just now"
    for unit, name in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute")):
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    raise AssertionError
